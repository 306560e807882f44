// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parts of a finding's flows, put together again by what decides them: a report names a rule
// once and lists all that it stops, not flow by flow.

#include <cstdint>
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

// All parts that the same rule decides in the same way. 'like' is the first of them.
struct Decided {
  Part const* like = nullptr;
  std::vector<FlowBox> boxes;
  std::vector<std::vector<std::string>> ways;  // distinct
  std::vector<std::string> regions;            // distinct, of the flows
};

// In the order in which the rules first come up. 'wanted' chooses the parts.
template <class Wanted>
std::vector<Decided> by_rule(Finding const& finding, Wanted wanted);

// The flows about which nothing is known but why: a name without addresses, the budget.
struct Unproven {
  std::string reason;
  std::vector<std::string> destinations;  // names, or prefixes
};
std::vector<Unproven> without_parts(Finding const& finding);

namespace detail {
void add_part(std::vector<Decided>& all, FlowResult const& flow, Part const& part);
void join_boxes(std::vector<Decided>& all);
}  // namespace detail

template <class Wanted>
std::vector<Decided> by_rule(Finding const& finding, Wanted wanted) {
  std::vector<Decided> all;
  for (auto const& flow : finding.flows)
    for (auto const& part : flow.parts)
      if (wanted(part)) detail::add_part(all, flow, part);
  detail::join_boxes(all);
  return all;
}

}  // namespace safeconduct
