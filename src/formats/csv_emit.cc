// SPDX-License-Identifier: GPL-3.0-or-later
// From a row of a policy to rules of the model: a list in a cell is one of several cases, and the
// cases of all cells are multiplied.
#include <algorithm>
#include <map>

#include "formats/csv_rule.h"
#include "packet/field.h"

namespace safeconduct::csv {
namespace {

constexpr std::size_t kMostCases = 4096;

// An object as source and the same as destination are two conditions.
std::string side_name(Field field) { return field == Field::saddr ? "source " : "destination "; }

}  // namespace

template <class Write>
RuleEmitter::Clauses RuleEmitter::written(Write write) {
  builder_.drop_rule();
  write();
  Clauses clauses(builder_.current().begin(), builder_.current().end());
  builder_.drop_rule();
  return clauses;
}

template <class Write>
void RuleEmitter::add(Cases& cases, Write write) {
  cases.push_back(written(write));
}

void RuleEmitter::interfaces(Field field, Zones const& zones, bool negated) {
  if (zones.any) return;
  std::vector<InterfacePattern> patterns;
  for (auto const& name : zones.names) patterns.push_back({name, false, {}});
  builder_.interfaces(field, patterns, negated);
}

RuleEmitter::Cases RuleEmitter::zone_cases(ParsedRule const& rule) {
  if (rule.zones == ZoneRule::within) return within_cases(rule.enter, rule.leave);
  if (rule.zones == ZoneRule::between) return between_cases(rule.enter, rule.leave);
  Cases cases;
  add(cases, [&] {
    interfaces(Field::iif, rule.enter);
    interfaces(Field::oif, rule.leave);
  });
  return cases;
}

// Both ends in one zone: for each that rules name, and for all others together, of which nobody can
// tell whether they are one.
RuleEmitter::Cases RuleEmitter::within_cases(Zones const& enter, Zones const& leave) {
  Cases cases;
  for (auto const& zone : enter.any ? zones_ : enter.names) {
    if (!leave.any && std::ranges::find(leave.names, zone) == leave.names.end()) continue;
    Zones const only{false, {zone}};
    add(cases, [&] {
      interfaces(Field::iif, only);
      interfaces(Field::oif, only);
    });
  }
  if (enter.any && leave.any)
    add(cases, [&] {
      interfaces(Field::iif, {zones_.empty(), zones_}, true);
      interfaces(Field::oif, {zones_.empty(), zones_}, true);
      builder_.unmodelled("both ends are in one zone that no rule names", "zone");
    });
  return cases;
}

RuleEmitter::Cases RuleEmitter::between_cases(Zones const& enter, Zones const& leave) {
  Cases cases;
  for (auto const& zone : enter.any ? zones_ : enter.names) {
    Zones const only{false, {zone}};
    add(cases, [&] {
      interfaces(Field::iif, only);
      interfaces(Field::oif, leave);
      interfaces(Field::oif, only, true);
    });
  }
  if (!enter.any) return cases;
  Zones const named{zones_.empty(), zones_};
  if (!named.any)
    add(cases, [&] {
      interfaces(Field::iif, named, true);
      interfaces(Field::oif, named);
      interfaces(Field::oif, leave);
    });
  if (leave.any)
    add(cases, [&] {
      interfaces(Field::iif, named, true);
      interfaces(Field::oif, named, true);
      builder_.unmodelled("both ends are in one zone that no rule names", "zone", false, true);
    });
  return cases;
}

RuleEmitter::Cases RuleEmitter::side(AddressList const& list, bool negated, Field field,
                                     Family family) {
  Cases cases;
  auto const& ranges = family == Family::ip4 ? list.ip4 : list.ip6;
  if (list.any) {  // beside others, too
    if (!negated) cases.emplace_back();
    return cases;  // any, negated: nothing
  }
  if (negated) {
    add(cases, [&] {
      if (!ranges.empty()) builder_.in_set(field, AddressSet(ranges), true);
      if (family == Family::ip4)
        for (auto const& masked : list.masked)
          builder_.masked(field, masked.mask, masked.value, true);
      for (auto const& text : list.unknown)
        builder_.unmodelled(side_name(field) + text, "object", false, true);
    });
    return cases;
  }
  if (!ranges.empty()) add(cases, [&] { builder_.in_set(field, AddressSet(ranges)); });
  if (family == Family::ip4)
    for (auto const& masked : list.masked)
      add(cases, [&] { builder_.masked(field, masked.mask, masked.value); });
  for (auto const& text : list.unknown)
    add(cases, [&] { builder_.unmodelled(side_name(field) + text, "object"); });
  return cases;
}

RuleEmitter::Cases RuleEmitter::address_cases(ParsedRule const& rule) {
  bool const no_address =
      rule.source.any && rule.destination.any && !rule.not_source && !rule.not_destination;
  if (no_address && !rule.family) return {{}};
  Cases cases;
  for (auto const family : {Family::ip4, Family::ip6}) {
    if (rule.family && *rule.family != family) continue;
    auto const network = written([&] { builder_.equals(Field::nfproto, nfproto_of(family)); });
    for (auto const& source : side(rule.source, rule.not_source, Field::saddr, family))
      for (auto const& destination :
           side(rule.destination, rule.not_destination, Field::daddr, family)) {
        auto& all = cases.emplace_back(network);
        all.insert(all.end(), source.begin(), source.end());
        all.insert(all.end(), destination.begin(), destination.end());
        if (cases.size() > kMostCases) return cases;
      }
  }
  return cases;
}

RuleEmitter::Cases RuleEmitter::service_cases(ServiceList const& list) {
  if (list.any) return {{}};
  Cases cases;
  // Plain destination ports of one protocol, which most are, in one set.
  std::map<std::uint32_t, std::vector<ValueInterval>> plain;
  for (auto const& term : list.terms) {
    bool const is_plain = term.protocol && term.source_ports.empty() && !term.icmp_type &&
                          !term.destination_ports.empty();
    if (is_plain) {
      auto const& ranges = term.destination_ports.intervals();
      auto& into = plain[*term.protocol];
      into.insert(into.end(), ranges.begin(), ranges.end());
      continue;
    }
    add(cases, [&] {
      if (term.protocol) builder_.equals(Field::l4proto, *term.protocol);
      if (!term.source_ports.empty()) builder_.in_set(Field::sport, term.source_ports);
      if (!term.destination_ports.empty()) builder_.in_set(Field::dport, term.destination_ports);
      if (term.icmp_type) builder_.equals(Field::icmp_type, *term.icmp_type);
    });
  }
  for (auto const& [protocol, ranges] : plain)
    add(cases, [&] {
      builder_.equals(Field::l4proto, protocol);
      builder_.in_set(Field::dport, ValueSet(ranges));
    });
  for (auto const& text : list.unknown) add(cases, [&] { builder_.unmodelled(text, "service"); });
  return cases;
}

void RuleEmitter::act(CsvAction action, std::string const& word, Span span) {
  auto const rule = [&](Action const& what, bool keep = false) {
    builder_.add_rule(chain_, span, what, keep);
  };
  auto const count = builder_.clause_count();
  switch (action) {
    case CsvAction::accept:
      return rule(Accept{});
    case CsvAction::drop:
      return rule(Drop{});
    case CsvAction::reset:
    case CsvAction::reject:
      builder_.equals(Field::l4proto, l4::tcp);
      rule(Reject{RejectWith::tcp_reset}, true);
      builder_.reset_to(count);
      if (action == CsvAction::reset) return rule(Drop{});
      return rule(Reject{RejectWith::port_unreachable});
    case CsvAction::go_on:
      return rule(Continue{});
    case CsvAction::leave_stage:
      return rule(Return{});
    case CsvAction::undecided:
      return rule(UnmodelledAction{builder_.atom("action " + word, "action")});
  }
}

bool RuleEmitter::emit(ParsedRule const& rule) {
  auto const zones = zone_cases(rule);
  auto const addresses = address_cases(rule);
  auto const services = service_cases(rule.service);
  if (addresses.size() > kMostCases || zones.size() * addresses.size() > kMostCases ||
      zones.size() * addresses.size() * services.size() > kMostCases)
    return false;
  auto const again = [&](Clauses const& clauses) {
    for (auto const& clause : clauses) builder_.again(clause);
  };
  std::size_t written = 0;
  for (auto const& zone : zones)
    for (auto const& address : addresses)
      for (auto const& service : services) {
        builder_.drop_rule();
        again(zone);
        again(address);
        again(service);
        for (auto const& [text, word] : rule.conditions) builder_.unmodelled(text, word);
        act(rule.action, rule.action_word, rule.span);
        ++written;
      }
  if (written == 0) {  // so that it is there to be named
    builder_.drop_rule();
    builder_.in_set(Field::l4proto, ValueSet{});
    act(rule.action, rule.action_word, rule.span);
  }
  return true;
}

void RuleEmitter::within_zone(CsvAction action, Span span) {
  for (auto const& zone : within_cases({}, {})) {
    builder_.drop_rule();
    for (auto const& clause : zone) builder_.again(clause);
    act(action, "within a zone", span);
  }
}

}  // namespace safeconduct::csv
