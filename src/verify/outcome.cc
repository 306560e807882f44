// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/outcome.h"

#include <algorithm>
#include <vector>

#include "policy/vocabulary.h"
#include "verify/part_code.h"

namespace safeconduct {
namespace {

bool is_denied(Finding const& finding) {
  return std::ranges::all_of(finding.flows, [&](FlowResult const& flow) {
    return !flow.parts.empty() && std::ranges::all_of(flow.parts, [&](Part const& part) {
      return is_as_expected(finding, part);
    });
  });
}

Verdict outcome(Finding const& finding) {
  if (finding.holds) return Verdict::allowed;
  if (!finding.expect_deny) return finding.verdict;
  return finding.verdict == Verdict::undecided ? Verdict::undecided : Verdict::partial;
}

}  // namespace

Verdict combined(std::span<Verdict const> verdicts) {
  auto const has = [&](Verdict v) { return std::ranges::find(verdicts, v) != verdicts.end(); };
  if (verdicts.empty()) return Verdict::undecided;
  bool const one_kind = std::ranges::all_of(verdicts, [&](Verdict v) { return v == verdicts[0]; });
  if (one_kind) return verdicts[0];
  if (has(Verdict::blocked) || has(Verdict::partial)) return Verdict::partial;
  if (has(Verdict::undecided)) return Verdict::undecided;
  return Verdict::intercepted;
}

Verdict verdict_of(Finding const& finding) {
  std::vector<Verdict> verdicts;
  for (auto const& flow : finding.flows) verdicts.push_back(flow.verdict);
  auto const verdict = combined(verdicts);
  if (!finding.expect_deny) return verdict;
  auto const any = [&](auto const& test) {
    return std::ranges::any_of(finding.flows, [&](FlowResult const& flow) {
      return std::ranges::any_of(flow.parts, test);
    });
  };
  auto const is_open = [](Part const& part) { return part.verdict == Verdict::undecided; };
  bool const passes =
      any([&](Part const& part) { return !is_open(part) && !is_as_expected(finding, part); });
  bool const open = any(is_open) || std::ranges::any_of(finding.flows, [](FlowResult const& flow) {
                      return flow.parts.empty();
                    });
  if (verdict == Verdict::undecided && passes) return Verdict::partial;
  return verdict == Verdict::partial && open && !passes ? Verdict::undecided : verdict;
}

bool is_as_expected(Finding const& finding) {
  return finding.expect_deny ? is_denied(finding) : finding.verdict == Verdict::allowed;
}

Verdict site_verdict(std::span<Finding const> findings) {
  std::vector<Verdict> counted;
  for (auto const& finding : findings)
    if (!finding.waived && finding.level == name(Level::required))
      counted.push_back(outcome(finding));
  for (auto const worst :
       {Verdict::blocked, Verdict::partial, Verdict::intercepted, Verdict::undecided})
    if (std::ranges::find(counted, worst) != counted.end()) return worst;
  return Verdict::allowed;
}

}  // namespace safeconduct
