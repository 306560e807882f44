// SPDX-License-Identifier: GPL-3.0-or-later
// What plugins of Nagios and its kin say: a status line with performance data, details below it.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "packet/field.h"
#include "report/probe_report.h"

namespace safeconduct {
namespace {

constexpr int kOk = 0;
constexpr int kWarning = 1;
constexpr int kCritical = 2;

// '|' begins performance data, and a line ends the status.
std::string plain(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '|' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

// A label of performance data is quoted, and has neither quotes nor '='.
std::string label(std::string text) {
  std::erase_if(text, [](char c) { return c == '\'' || c == '=' || c == '|' || c == '\n'; });
  return '\'' + text + '\'';
}

int status_of(ObservedResult const& result) {
  if (result.interrupted) return kNagiosUnknown;
  switch (result.verdict) {
    case Verdict::blocked:
    case Verdict::intercepted:
      return kCritical;
    case Verdict::partial:
      return kWarning;
    case Verdict::undecided:
      return kNagiosUnknown;
    case Verdict::allowed:
      break;
  }
  bool const all = std::ranges::all_of(
      result.requirements, [](ObservedRequirement const& one) { return one.finding.holds; });
  return all ? kOk : kWarning;
}

std::string word_of(int status) {
  constexpr std::string_view kWords[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  return std::string(kWords[status]);
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
      text += ' ' + label(one.finding.requirement) + '=' + *time + ";;;0";
  return text;
}

std::string details(ObservedResult const& result) {
  std::string text;
  for (auto const& one : result.requirements) {
    if (one.finding.holds) continue;
    text += plain(one.finding.requirement) + " (" + one.finding.level +
            "): " + std::string(name(one.finding.verdict)) + '\n';
    for (auto const& seen : one.seen) {
      auto const& o = seen.observation;
      if (o.outcome == Outcome::open) continue;
      text += "  " + std::string(o.protocol == l4::udp ? "udp " : "tcp ") +
              (o.dst ? to_string(*o.dst) : plain(o.name)) + " port " + std::to_string(o.dport) +
              ": " + std::string(name(o.outcome)) + " (" + o.cause + "), " + plain(o.detail) + '\n';
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
  report.text = "SAFECONDUCT " + word_of(report.status) + " - " +
                (result.interrupted ? "interrupted; " : "") + "DNS " +
                plain(result.status.dns_text) + ", web " + plain(result.status.web_text) + ", " +
                std::to_string(open) + " of " + std::to_string(result.requirements.size()) +
                " requirements hold at " + plain(result.site) + " | " + performance(result) + '\n' +
                details(result);
  return report;
}

std::string nagios_error(std::string const& message) {
  return "SAFECONDUCT UNKNOWN - " + plain(message) + '\n';
}

}  // namespace safeconduct
