// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "packet/field.h"
#include "report/nagios_line.h"
#include "report/probe_report.h"

namespace safeconduct {
namespace {

int status_of(ObservedResult const& result) {
  if (result.interrupted) return kNagiosUnknown;
  if (auto const status = nagios_status(result.verdict); status != kNagiosOk) return status;
  bool const all = std::ranges::all_of(
      result.requirements, [](ObservedRequirement const& one) { return one.finding.holds; });
  return all ? kNagiosOk : kNagiosWarning;
}

// The slowest answer of a requirement, "12.345ms".
std::optional<std::string> time_of(ObservedRequirement const& one) {
  std::optional<double> slowest;
  for (auto const& seen : one.seen)
    if (seen.observation.outcome == Outcome::open && seen.observation.rtt_ms)
      slowest = std::max(slowest.value_or(0), *seen.observation.rtt_ms);
  if (!slowest) return std::nullopt;
  auto const micro = std::llround(*slowest * 1000);
  auto rest = std::to_string(micro % 1000);
  rest.insert(0, 3 - rest.size(), '0');
  return std::to_string(micro / 1000) + '.' + rest + "ms";
}

std::string performance(ObservedResult const& result) {
  std::string text;
  auto const count = [&](std::string_view name, std::size_t number) {
    text += (text.empty() ? "" : " ") + std::string(name) + '=' + std::to_string(number);
  };
  count("allowed", result.summary.allowed);
  count("blocked", result.summary.blocked);
  count("partial", result.summary.partial);
  count("intercepted", result.summary.intercepted);
  count("undecided", result.summary.undecided);
  for (auto const& one : result.requirements)
    if (auto const time = time_of(one))
      text += ' ' + nagios_label(one.finding.requirement) + '=' + *time + ";;;0";
  return text;
}

std::string details(ObservedResult const& result) {
  std::string text;
  for (auto const& one : result.requirements) {
    if (one.finding.holds) continue;
    text += nagios_plain(one.finding.requirement) + " (" + one.finding.level +
            "): " + std::string(name(one.finding.verdict)) + '\n';
    for (auto const& seen : one.seen) {
      auto const& o = seen.observation;
      if (o.outcome == Outcome::open) continue;
      text += "  " + std::string(o.protocol == l4::udp ? "udp " : "tcp ") +
              (o.dst ? to_string(*o.dst) : nagios_plain(o.name)) + " port " +
              std::to_string(o.dport) + ": " + std::string(name(o.outcome)) + " (" + o.cause +
              "), " + nagios_plain(o.detail.english()) + '\n';
    }
  }
  return text;
}

}  // namespace

NagiosReport nagios_probe(ObservedResult const& result) {
  NagiosReport report;
  report.status = status_of(result);
  auto const open = std::ranges::count_if(
      result.requirements, [](ObservedRequirement const& one) { return one.finding.holds; });
  report.text = "SAFECONDUCT " + std::string(nagios_word(report.status)) + " - " +
                (result.interrupted ? "interrupted; " : "") + "DNS " +
                nagios_plain(result.status.dns_text) + ", web " +
                nagios_plain(result.status.web_text) + ", " + std::to_string(open) + " of " +
                std::to_string(result.requirements.size()) + " requirements hold at " +
                nagios_plain(result.site) + " | " + performance(result) + '\n' + details(result);
  return report;
}

std::string nagios_error(std::string const& message) {
  return "SAFECONDUCT UNKNOWN - " + nagios_plain(message) + '\n';
}

}  // namespace safeconduct
