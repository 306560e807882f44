// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/certified_way.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "verify/client_ports.h"
#include "verify/ordinary_address.h"
#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostBefore = 64;

// The values that packets of a flow have in the fields that are the flow's own; nullopt: any.
class FlowValues {
 public:
  FlowValues(FlowResult const& flow, bool reply) : flow_(flow), reply_(reply) {}

  std::optional<ValueSet> of(Field field) const {
    if (field == Field::nfproto) return one(nfproto_of(flow_.family));
    if (field == Field::l4proto) return one(flow_.protocol);
    if (field == (reply_ ? Field::daddr : Field::saddr)) return flow_.src;
    if (field == (reply_ ? Field::saddr : Field::daddr)) return flow_.dst;
    if (field == (reply_ ? Field::sport : Field::dport) && has_ports(flow_.protocol))
      return port_values(flow_.dport);
    return std::nullopt;
  }

 private:
  static ValueSet one(Bits128 value) { return ValueSet(ValueInterval{value, value}); }

  FlowResult const& flow_;
  bool reply_;
};

bool may_hold(Ruleset const& rules, Clause const& clause, FlowValues const& values) {
  auto const over = [&](Field field, ValueSet const& test) {
    auto const some = values.of(field);
    if (!some) return true;
    return !(clause.negated ? *some - test : *some & test).empty();
  };
  if (auto const* range = std::get_if<InRange>(&clause.kind))
    return over(range->field, ValueSet(ValueInterval{range->first, range->last}));
  if (auto const* set = std::get_if<InSet>(&clause.kind))
    return over(set->field, rules.value_sets[set->set]);
  auto const* in = std::get_if<InProduct>(&clause.kind);
  if (in == nullptr || clause.negated) return true;
  auto const& product = rules.products[in->product];
  for (std::size_t row = 0; row < product.rows(); ++row) {
    bool all = true;
    for (std::size_t i = 0; i < product.fields.size() && all; ++i)
      all = over(product.fields[i], ValueSet(product.row(row)[i]));
    if (all) return true;
  }
  return false;
}

std::string chain_text(Ruleset const& rules, ChainId id) {
  auto const& chain = rules.chains[id];
  return table_name(rules, chain.table) + '/' + chain.name;
}

}  // namespace

BoxProduct product_of(FlowResult const& flow, Part const& part) {
  ValueSet const none(ValueInterval{0, 0});
  bool const ports = has_ports(flow.protocol);
  bool const icmp = is_icmp(flow.protocol);
  BoxProduct product;
  auto const side = [&](Field field) -> ValueSet& { return product.sides[dimension(field)]; };
  side(Field::saddr) = part.src;
  side(Field::daddr) = part.dst;
  side(Field::sport) = ports ? port_values(part.sport) : none;
  side(Field::dport) = ports ? port_values(part.dport) : none;
  side(Field::icmp_type) = icmp ? part.origin.icmp_type : none;
  side(Field::icmp_code) = icmp ? part.origin.icmp_code : none;
  return product;
}

std::vector<FlowPoint> witnesses_of(Family family, BoxProduct const& product) {
  FlowPoint low{};
  FlowPoint high{};
  for (std::size_t d = 0; d < kFlowDimensions; ++d) {
    auto const& ranges = product.sides[d].intervals();
    low[d] = ranges.front().first;
    high[d] = ranges.back().last;
    if (kFlowFields[d] == Field::sport && product.sides[d].contains(kClientPorts.first))
      low[d] = kClientPorts.first;
    if (kFlowFields[d] == Field::saddr || kFlowFields[d] == Field::daddr)
      low[d] = ordinary_address(family, product.sides[d]);
  }
  if (low == high) return {low};
  return {low, high};
}

Request request_of(FlowResult const& flow, FlowPoint const& point) {
  auto const at = [&](Field field) { return point[dimension(field)]; };
  auto const one = [&](Field field) { return ValueInterval{at(field), at(field)}; };
  return {flow.family,      flow.protocol,    one(Field::saddr),    one(Field::sport),
          at(Field::daddr), at(Field::dport), at(Field::icmp_type), at(Field::icmp_code)};
}

std::string text_of(FlowResult const& flow, FlowPoint const& point) {
  auto const request = request_of(flow, point);
  Packet packet;
  packet.set(Field::nfproto, nfproto_of(flow.family));
  packet.set(Field::l4proto, flow.protocol);
  packet.set(Field::saddr, request.source.first);
  packet.set(Field::sport, request.source_port.first);
  packet.set(Field::daddr, request.destination);
  packet.set(Field::dport, request.destination_port);
  auto text = to_string(packet);
  if (is_icmp(flow.protocol))
    text += " type " + std::to_string(static_cast<unsigned>(request.icmp_type)) + " code " +
            std::to_string(static_cast<unsigned>(request.icmp_code));
  return text;
}

std::vector<std::string> step_names(Ruleset const& rules, Travel travel, Family family) {
  std::vector<std::string> names;
  for (auto const& step : steps(rules, travel, family)) {
    switch (step.kind) {
      case Step::Kind::enter_hook:
        names.push_back("hook " + std::string(name(step.hook)));
        break;
      case Step::Kind::conntrack:
        names.emplace_back("connection tracking");
        break;
      case Step::Kind::conntrack_in_doubt:
        names.emplace_back("connection tracking, perhaps");
        break;
      case Step::Kind::chain:
        names.push_back(chain_text(rules, step.chains.front()));
        break;
      case Step::Kind::translation:
        names.emplace_back("address translation");
        for (auto const chain : step.chains)
          names.back() += (chain == step.chains.front() ? ": " : ", ") + chain_text(rules, chain);
        break;
    }
  }
  return names;
}

std::vector<std::string> steps_of(DeviceRules const& device, Hook hook, Leg leg, Family family) {
  auto const travel = travel_of(hook);
  return step_names(device.rules, leg == Leg::reply ? reverse(travel) : travel, family);
}

RuleRef certified_rule(RuleRef rule) {
  rule.line_text.clear();
  rule.translated = false;  // a certificate does not say it
  rule.vendor = false;
  rule.iptables = false;
  // As it will stand in JSON.
  rule.text = printable(rule.text);
  rule.at.file = printable(rule.at.file);
  return rule;
}

RuleRef certified_rule(DeviceRules const& device, Decider decider) {
  return certified_rule(rule_ref(device, decider));
}

namespace {

// The leg of this part. Where packets change the mark of their connection, legs of one kind follow
// each other: the first that comes to this rule.
WalkedLeg const* leg_of(DeviceRules const& device, std::vector<WalkedLeg> const& legs,
                        Part const& part, RuleRef const& decider) {
  WalkedLeg const* first = nullptr;
  for (auto const& leg : legs) {
    if (leg.leg != part.leg || leg.tcp_flags != part.origin.tcp_flags) continue;
    if (std::ranges::any_of(leg.walks, [&](Walk const& walk) {
          return certified_rule(device, walk.decider) == decider;
        }))
      return &leg;
    if (first == nullptr) first = &leg;
  }
  return first;
}

}  // namespace

RulesBefore rules_before(DeviceRules const& device, FlowResult const& flow, Part const& part,
                         std::vector<WalkedLeg> const& legs) {
  RulesBefore before;
  auto const decider = certified_rule(part.rule);
  auto const* const leg = leg_of(device, legs, part, decider);
  if (leg == nullptr || leg->asked.empty()) return before;
  auto const& asked = leg->asked.front();
  Guesses guesses;
  auto const met = rules_met(device.rules, asked.travel, asked.packet, asked.connection, guesses);
  FlowValues const values(flow, part.leg == Leg::reply);
  for (auto const one : met) {
    auto const& rule = device.rules.chains[one.chain].rules[one.rule];
    bool const touches = std::ranges::all_of(
        clauses(device.rules, rule),
        [&](Clause const& clause) { return may_hold(device.rules, clause, values); });
    if (!touches) continue;
    auto certified = certified_rule(device, one);
    if (certified == decider) break;
    if (!before.rules.empty() && before.rules.back() == certified) continue;
    if (before.rules.size() < kMostBefore) {
      before.rules.push_back(std::move(certified));
    } else {
      ++before.left_out;
    }
  }
  return before;
}

}  // namespace safeconduct
