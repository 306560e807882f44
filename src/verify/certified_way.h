// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What writing a certificate and checking one have in common: the way of a packet, told by walking
// it.

#include <span>
#include <string>
#include <vector>

#include "verify/certificate.h"
#include "verify/converse.h"

namespace safeconduct {

// The part's packets as a product, with fields that its protocol does not have as one value.
BoxProduct product_of(FlowResult const& flow, Part const& part);
// Two at most: where rules begin, and where they end.
std::vector<FlowPoint> witnesses_of(Family family, BoxProduct const& product);

Request request_of(FlowResult const& flow, FlowPoint const& point);
// "udp 10.20.0.0:1024 > 208.67.222.222:53"
std::string text_of(FlowResult const& flow, FlowPoint const& point);

// "hook prerouting", "connection tracking", "inet filter/forward", ...
std::vector<std::string> step_names(Ruleset const& rules, Travel travel, Family family);
std::vector<std::string> steps_of(DeviceRules const& device, Hook hook, Leg leg, Family family);

// A rule as a certificate says it: without its line.
RuleRef certified_rule(DeviceRules const& device, Decider decider);
RuleRef certified_rule(RuleRef rule);

// See CertifiedPart::before.
struct RulesBefore {
  std::vector<RuleRef> rules;
  std::size_t left_out = 0;
};
RulesBefore rules_before(DeviceRules const& device, FlowResult const& flow, Part const& part,
                         std::vector<WalkedLeg> const& legs);

}  // namespace safeconduct
