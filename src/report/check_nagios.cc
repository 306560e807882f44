// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "report/check_writers.h"
#include "report/words.h"
#include "verify/verify.h"

namespace safeconduct {
namespace {

bool holds(Finding const& finding) { return finding.holds || finding.waived.has_value(); }

// Requirements that are known by name alone are undecided in every check: they wake nobody.
bool is_lost(Finding const& finding) {
  return !holds(finding) && finding.verdict != Verdict::undecided;
}

int status_of(CheckResult const& result) {
  if (auto const status = nagios_status(result.verdict); status != kNagiosOk) return status;
  if (failed(result, "required", false)) return kNagiosCritical;
  bool const lost = std::ranges::any_of(result.findings, is_lost);
  return lost || !result.upcoming.empty() ? kNagiosWarning : kNagiosOk;
}

std::string performance(CheckSummary const& summary) {
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
  return text;
}

// The first rule at fault will do: a console shows a few lines.
RuleRef const* culprit(Finding const& finding) {
  for (auto const& flow : finding.flows)
    for (auto const& part : flow.parts)
      if (part.verdict != Verdict::allowed && !part.rule.at.file.empty()) return &part.rule;
  return nullptr;
}

std::string detail(Finding const& finding) {
  auto text = nagios_plain(finding.requirement) + " (" + nagios_plain(finding.level) +
              "): " + verdict_text(finding);
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
  report.text = "SAFECONDUCT " + std::string(nagios_word(report.status)) + " - " +
                nagios_plain(result.site) + ": " + std::string(name(result.verdict)) + "; DNS " +
                nagios_plain(result.status.dns_text) + ", web " +
                nagios_plain(result.status.web_text) + ", " + std::to_string(held) + " of " +
                std::to_string(all) + " required flows hold by the rules | " +
                performance(result.summary) + '\n';
  for (auto const& one : result.findings)
    if (!holds(one)) report.text += detail(one);
  for (auto const& [day, one] : result.upcoming)
    report.text += "from " + to_string(day) + " on: " + detail(one);
  return report;
}

}  // namespace safeconduct
