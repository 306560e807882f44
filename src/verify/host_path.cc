// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/host_path.h"

#include <algorithm>
#include <optional>

#include "base/codes.h"
#include "verify/client_ports.h"
#include "verify/judge.h"
#include "verify/note_wording.h"
#include "verify/rule_ref.h"
#include "verify/small_rules.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostFlows = 64;

struct Ending {
  bool passes = false;
  RuleRef rule;
};

bool passes(Piece const& piece) { return piece.fate == Fate::pass; }
bool is_stopped(Piece const& piece) {
  return piece.fate == Fate::drop || piece.fate == Fate::reject;
}

// Where all requests of the leg surely end; nullopt: not alike, or not sure.
std::optional<Ending> ending(DeviceRules const& device, Conversation const& c,
                             LegDecision const& leg) {
  if (leg.sieve_left || leg.pieces.empty()) return std::nullopt;
  if (leg.certain) {  // told without a judgement of thousands of pieces
    bool const all_pass = std::ranges::all_of(leg.pieces, passes);
    if (!all_pass && !std::ranges::all_of(leg.pieces, is_stopped)) return std::nullopt;
    auto const first = std::ranges::min_element(leg.pieces, {}, &Piece::decider);
    return Ending{all_pass, rule_ref(device, first->decider)};
  }
  RuleNames names(device);
  auto const judgement = judge(device, names, c, {leg});
  bool const all_pass = judgement.blocked.empty();
  bool const mixed = !judgement.undecided.empty() || !judgement.intercepted.empty() ||
                     (!all_pass && !judgement.allowed.empty());
  if (mixed) return std::nullopt;
  return Ending{all_pass, judgement.parts.front().rule};
}

// Where requests of the flow surely end; nullopt: not alike, or not sure.
std::optional<Ending> ending(FocusedDevice const& at, WantedFlow const& flow, Travel travel) {
  auto const& device = *at.device;
  Conversation c;
  c.family = flow.family;
  c.l4proto = flow.protocol;
  c.travel = travel;
  c.leave = interface_index(device.rules, device.leave);
  if (travel == Travel::forwarded) c.enter = interface_index(device.rules, device.enter);
  if (flow.ports) c.asked.at(Field::dport) = {flow.ports->first, flow.ports->last};
  c.asked.at(Field::sport) = kClientPorts;
  c.asked.at(Field::saddr) = {0, max_address(flow.family)};
  // This host has an address of its own, which nobody told.
  if (travel == Travel::outgoing) c.source = Symbol::within({0, max_address(flow.family)});
  std::optional<Ending> common;
  auto const sources = travel == Travel::outgoing
                           ? AddressSet(AddressInterval{0, max_address(flow.family)})
                           : flow.src;
  for (auto const& src : sources.intervals())
    for (auto const& dst : flow.dst.intervals()) {
      c.asked.at(Field::saddr) = src;
      c.asked.at(Field::daddr) = dst;
      auto const here = ending(device, c, request_leg(device.rules, c));
      if (!here || (common && common->passes != here->passes)) return std::nullopt;
      if (!common) common = here;
    }
  return common;
}

Said flow_words(WantedFlow const& flow) {
  auto const to = to_prefixes(flow.family, flow.dst);
  auto const destination = to.size() == 1 && to.front().length == address_bits(flow.family)
                               ? to_string(to.front().address)
                               : to_string(to.front());
  auto const protocol = l4proto_name(flow.protocol);
  if (!flow.ports) return {wording::kToDestination, {protocol, destination}};
  return {wording::kToDestinationPort, {protocol, destination, std::to_string(flow.ports->first)}};
}

Said place_of(RuleRef const& rule) {
  if (rule.nothing) return wording::kNoChainThere;
  return to_string(rule.at);
}

}  // namespace

void note_host_path(std::span<FocusedDevice const> devices, Wanted const& wanted, Hook hook,
                    Notes& notes) {
  if (hook == Hook::input) return;
  std::vector<WantedFlow const*> flows;
  for (auto const& requirement : wanted.requirements)
    if (requirement.requirement->expect == Expect::allow)
      for (auto const& flow : requirement.flows) flows.push_back(&flow);
  if (flows.size() > kMostFlows) return;
  bool const host_asked = hook == Hook::output;
  auto const asked = host_asked ? Travel::outgoing : Travel::forwarded;
  auto const other = host_asked ? Travel::forwarded : Travel::outgoing;
  for (auto const& at : devices) {
    if (!is_small(at.device->rules)) continue;
    std::size_t compared = 0;
    std::size_t differing = 0;
    Said example;
    RuleRef rule;
    for (auto const* flow : flows) {
      auto const a = ending(at, *flow, asked);
      auto const b = a ? ending(at, *flow, other) : std::nullopt;
      if (!a || !b) continue;
      ++compared;
      if (a->passes == b->passes || ++differing > 1) continue;
      auto const& host = host_asked ? *a : *b;
      auto const& forwarded = host_asked ? *b : *a;
      rule = host.passes ? forwarded.rule : host.rule;
      example = {host.passes ? wording::kOwnPassesOthersStop : wording::kOwnStopsOthersPass,
                 {flow_words(*flow), place_of(host.rule), place_of(forwarded.rule)}};
    }
    if (differing == 0) continue;
    notes.push_back(
        {std::string(code::kHostPathDiffers),
         {host_asked ? wording::kHostDiffersFromClients : wording::kClientsDifferFromHost,
          {at.device->name, std::to_string(differing), std::to_string(compared), example}},
         rule.at});
  }
}

}  // namespace safeconduct
