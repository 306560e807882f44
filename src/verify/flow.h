// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

#include "engine/focus.h"
#include "engine/journey.h"
#include "policy/wanted.h"
#include "verify/finding.h"
#include "verify/neighbours.h"
#include "verify/rule_ref.h"
#include "verify/verify.h"

namespace safeconduct {

// A device of the path, with the rules that matter to what will be asked, by family.
struct FocusedDevice {
  DeviceRules const* device = nullptr;
  std::shared_ptr<RuleNames> names;
  Focus ip4;
  Focus ip6;
  // Where IPv6 is asked about.
  std::vector<LostNeighbours> lost = {};  // NOLINT(readability-redundant-member-init)
};
std::vector<FocusedDevice> focused(std::span<DeviceRules const> devices, Wanted const& wanted);

// Packets on their way along the path: all that came so far, and with which source.
struct Stream {
  std::vector<Box> boxes;
  Symbol source = Symbol::asked(Field::saddr);
  Symbol source_port = Symbol::asked(Field::sport);
};

// What becomes of streams at the devices from the one numbered 'from' on, in order: parts that are
// lost there, and what passes the last.
struct AlongPath {
  std::vector<Part> parts;
  bool over_budget = false;
  bool sieve_left = false;
};
AlongPath along(std::span<FocusedDevice const> devices, std::size_t from, WantedFlow const& flow,
                Hook hook, std::vector<Stream> streams);

// Do all packets of the stream surely pass the last device of the path, both ways? Errs towards no.
bool surely_pass(FocusedDevice const& last, WantedFlow const& flow, Hook hook,
                 Stream const& stream);

// Clients do not send from such ports: what happens to these packets does not count.
bool only_low_ports(Part const& part);

// One required flow through all devices of the path, in order.
FlowResult judge_flow(std::span<FocusedDevice const> devices, WantedFlow const& flow, Hook hook,
                      Notes& notes);

// May any of these packets pass all devices? For what is not required: only the request is looked
// at. nullopt: cannot be told. 'sieve_left' becomes true where rules mattered that were left out.
// 'some': where there are any, some that pass.
std::optional<bool> may_pass(std::span<FocusedDevice const> devices, WantedFlow const& flow,
                             Hook hook, bool& sieve_left, Box* some = nullptr);

}  // namespace safeconduct
