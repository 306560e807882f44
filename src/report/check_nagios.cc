// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/codes.h"
#include "report/check_writers.h"
#include "report/known.h"
#include "report/words.h"
#include "verify/outcome.h"
#include "verify/verify.h"

namespace safeconduct {
namespace {

bool holds(Finding const& finding) { return finding.holds || finding.waived.has_value(); }

// Requirements that are known by name alone are undecided in every check: they wake nobody.
bool is_lost(Finding const& finding) {
  return !holds(finding) && finding.verdict != Verdict::undecided;
}

// Of what counts: what was there before wakes nobody, and is no OK either.
Verdict counted_verdict(CheckResult const& result) {
  std::vector<Finding> counted;
  for (auto const& one : result.findings)
    if (!one.known) counted.push_back(one);
  return counted.size() == result.findings.size() ? result.verdict : site_verdict(counted);
}

std::size_t known_ones(CheckResult const& result) {
  auto const known = [](Finding const& one) { return one.known.has_value(); };
  return static_cast<std::size_t>(
      std::ranges::count_if(result.findings, known) +
      std::ranges::count_if(result.upcoming, known, &Upcoming::finding));
}

bool nothing_filters(Note const& note) { return note.code == code::kNothingFilters; }

int status_of(CheckResult const& result) {
  if (auto const status = nagios_status(counted_verdict(result)); status != kNagiosOk)
    return status;
  if (failed(result, "required", false)) return kNagiosCritical;
  bool const lost = std::ranges::any_of(result.findings, [](Finding const& one) {
    return is_lost(one) || (one.known && one.level != "recommended");
  });
  bool const open = std::ranges::any_of(result.notes, nothing_filters);
  return lost || open || !result.upcoming.empty() ? kNagiosWarning : kNagiosOk;
}

std::string performance(CheckResult const& result) {
  auto const& summary = result.summary;
  std::string text;
  auto const count = [&](std::string_view name, std::size_t number) {
    text += (text.empty() ? "" : " ") + std::string(name) + '=' + std::to_string(number);
  };
  count("allowed", summary.allowed);
  count("blocked", summary.blocked);
  count("partial", summary.partial);
  count("intercepted", summary.intercepted);
  count("undecided", summary.undecided);
  count("waived", summary.waived);
  if (!result.held_against.empty()) count("known", known_ones(result));
  return text;
}

// The first rule at fault will do: a console shows a few lines.
RuleRef const* culprit(Finding const& finding) {
  for (auto const& flow : finding.flows)
    for (auto const& part : flow.parts)
      if (is_culprit(finding, part) && !part.rule->at.file.empty()) return &*part.rule;
  return nullptr;
}

std::string detail(Finding const& finding) {
  auto text = nagios_plain(finding.requirement) + " (" + nagios_plain(finding.level) +
              "): " + verdict_text(finding);
  if (finding.known) text += ", " + nagios_plain(known_text(*finding.known));
  if (auto const* const rule = culprit(finding))
    text += ", " + nagios_plain(rule->at.file) + ':' + std::to_string(rule->at.line) + ": " +
            nagios_plain(rule->text);
  return text + '\n';
}

}  // namespace

NagiosReport nagios_check(CheckResult const& result) {
  NagiosReport report;
  report.status = status_of(result);
  auto const required = [](Finding const& one) { return one.level != "recommended"; };
  auto const all = std::ranges::count_if(result.findings, required);
  auto const held = std::ranges::count_if(
      result.findings, [&](Finding const& one) { return required(one) && one.holds; });
  report.text =
      "SAFECONDUCT " + std::string(nagios_word(report.status)) + " - " + nagios_plain(result.site) +
      ": " + std::string(name(result.verdict)) + "; DNS " + nagios_plain(result.status.dns_text) +
      ", web " + nagios_plain(result.status.web_text) + ", " + std::to_string(held) + " of " +
      std::to_string(all) + " required flows hold by the rules" +
      (result.held_against.empty() ? ""
                                   : ", " + std::to_string(known_ones(result)) + " known before") +
      " | " + performance(result) + '\n';
  for (auto const& one : result.findings)
    if (!holds(one)) report.text += detail(one);
  for (auto const& [day, one] : result.upcoming)
    report.text += "from " + to_string(day) + " on: " + detail(one);
  for (auto const& note : result.notes)
    if (nothing_filters(note)) report.text += nagios_plain(note.message.english()) + '\n';
  return report;
}

}  // namespace safeconduct
