// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/audit.h"

#include <algorithm>
#include <set>

#include "policy/vocabulary.h"
#include "verify/outcome.h"
#include "verify/part_code.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

AuditedRequirement audited(Finding const& finding) {
  AuditedRequirement one;
  one.policy = finding.policy;
  one.id = finding.requirement;
  one.level = finding.level;
  one.expect_deny = finding.expect_deny;
  one.verdict = finding.verdict;
  one.holds = finding.holds;
  one.code = finding.code;
  if (finding.waived) one.waived = waived_text(finding);
  if (finding.known) one.known = finding.known->since;
  if (finding.holds) return one;
  std::set<AuditedRule> rules;
  for (auto const& flow : finding.flows)
    for (auto const& part : flow.parts)
      if (!is_as_expected(finding, part))
        rules.insert({part.rule->device, part.rule->at,
                      part.rule->nothing ? "no chain sees such packets" : part.rule->text});
  one.rules = rules.size();
  for (auto const& rule : rules) {
    if (one.by.size() == kMostAuditedRules) break;
    one.by.push_back(rule);
  }
  return one;
}

bool counts(Finding const& finding) {
  return finding.level == name(Level::required) && !finding.waived;
}

std::vector<AuditedRegion> audited_regions(CheckResult const& result, std::string const& provider) {
  std::map<std::string, std::vector<Verdict>> verdicts;
  for (auto const& region : result.regions) verdicts[region];
  for (auto const& finding : result.findings) {
    if (!counts(finding) || finding.expect_deny) continue;
    for (auto const& flow : finding.flows)
      if (!flow.region.empty()) verdicts[flow.region].push_back(flow.verdict);
  }
  std::vector<AuditedRegion> regions;
  for (auto const& [id, some] : verdicts)
    if (!some.empty()) regions.push_back({provider, id, combined(some)});
  return regions;
}

}  // namespace

SiteAudit site_audit(CheckResult const& result, std::string const& provider) {
  SiteAudit audit;
  audit.site = result.site;
  audit.verdict = result.verdict;
  audit.status = result.status;
  audit.summary = result.summary;
  for (auto const& finding : result.findings) audit.requirements.push_back(audited(finding));
  for (auto const& [day, finding] : result.upcoming)
    audit.upcoming.push_back({to_string(day), audited(finding)});
  audit.regions = audited_regions(result, provider);
  for (auto const& note : result.notes) ++audit.notes[note.code];
  return audit;
}

}  // namespace safeconduct
