// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parts of a finding's flows, put together again by what decides them: a report names a rule
// once and lists all that it stops, not flow by flow.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/address.h"
#include "verify/finding.h"

namespace safeconduct {

// Packets as a product of sets, of one family.
struct FlowBox {
  Family family = Family::ip4;
  std::vector<std::uint32_t> protocols;  // ascending
  AddressSet src;
  AddressSet dst;
  PortSet sport;
  PortSet dport;

  bool operator==(FlowBox const&) const = default;
};

// Joins boxes that differ in one respect only, as long as there are such.
std::vector<FlowBox> joined(std::vector<FlowBox> boxes);

// All parts that the same rule decides in the same way, of any number of findings that all expect
// packets to pass, or all to be stopped.
struct Decided {
  Part const* like = nullptr;  // the first of them
  bool expect_deny = false;
  std::vector<FlowBox> boxes;
  std::vector<std::vector<std::string>> ways;  // distinct
  std::vector<std::string> regions;            // distinct, of the flows
  std::vector<std::string> paths;              // the same
  std::vector<std::string> requirements;       // distinct ids, of the findings
  std::vector<NextStop> next;                  // distinct, of the parts
  std::optional<bool> mended;                  // all of them are; see Part
};

// In the order in which the rules first come up. 'wanted' chooses the parts.
using PartChoice = bool (*)(Finding const& finding, Part const& part);
// A part that the finding is about: what must pass and does not, or the other way round.
bool is_culprit(Finding const& finding, Part const& part);
bool is_any_part(Finding const& finding, Part const& part);
std::vector<Decided> by_rule(std::vector<Finding const*> const& findings, PartChoice wanted);

// The flows about which nothing is known but why: a name without addresses, the budget.
struct Unproven {
  std::string reason;
  std::vector<std::string> destinations;  // names, or prefixes
};
std::vector<Unproven> without_parts(Finding const& finding);

}  // namespace safeconduct
