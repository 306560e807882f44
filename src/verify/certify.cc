// SPDX-License-Identifier: GPL-3.0-or-later
#include <utility>

#include "verify/certificate.h"
#include "verify/certified_way.h"

namespace safeconduct {
namespace {

CertifiedPart certified(CheckInput const& input, FlowResult const& flow, Part const& part) {
  auto const& device = input.devices[part.origin.device];
  CertifiedPart one;
  one.part = part;
  one.part.rule = certified_rule(part.rule);
  one.steps = steps_of(device, input.hook, part.leg, flow.family);
  one.witnesses = witnesses_of(flow.family, product_of(flow, part));
  std::vector<Request> at{request_of(flow, one.witnesses.front())};
  for (std::size_t i = 0; i < part.origin.device && !at.empty(); ++i)
    at = requests_after(at.front(), converse(input.devices[i], at.front(), input.hook));
  if (!at.empty()) {
    auto before = rules_before(device, flow, part, converse(device, at.front(), input.hook));
    one.before = std::move(before.rules);
    one.before_left_out = before.left_out;
  }
  return one;
}

}  // namespace

Certificate certify(CheckInput const& input, CheckResult const& result) {
  Certificate certificate;
  certificate.site = result.site;
  certificate.verdict = result.verdict;
  for (auto const& finding : result.findings) {
    CertifiedRequirement requirement;
    requirement.finding = finding;
    requirement.finding.flows.clear();
    for (auto const& flow : finding.flows) {
      CertifiedFlow certified_flow;
      certified_flow.flow = flow;
      certified_flow.flow.parts.clear();
      for (auto const& part : flow.parts)
        certified_flow.parts.push_back(certified(input, flow, part));
      requirement.flows.push_back(std::move(certified_flow));
    }
    certificate.requirements.push_back(std::move(requirement));
  }
  return certificate;
}

}  // namespace safeconduct
