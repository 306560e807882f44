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

// One condition, however many unknowns it has: each alone would double the ways to look at.
// Conditions of one text are one condition, so all of them stand in it.
std::string joined(std::vector<std::string> const& texts, std::string_view between) {
  std::string all;
  for (auto const& text : texts) all += (all.empty() ? "" : std::string(between)) + text;
  return all;
}

}  // namespace

template <class Write>
std::vector<Clause> RuleEmitter::written(Write write) {
  builder_.drop_rule();
  write();
  std::vector<Clause> clauses(builder_.current().begin(), builder_.current().end());
  builder_.drop_rule();
  return clauses;
}

template <class Write>
void RuleEmitter::add(Cases& cases, Write write) {
  cases.push_back({written(write), {}});
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
      builder_.unmodelled("both ends are in one zone that no rule names", "zone",
                          Lasting::unchanged, true);
    });
  return cases;
}

RuleEmitter::Cases RuleEmitter::side(AddressList const& list, bool negated, Field field,
                                     Family family) {
  Cases cases;
  auto const& ranges = family == Family::ip4 ? list.ip4 : list.ip6;
  if (list.any) {               // beside others, too
    if (negated) return cases;  // nothing
    auto& all = cases.emplace_back();
    if (list.only_ip4 && family == Family::ip6)
      all.unknown.push_back(side_name(field) + "'all', which may be of IPv4 alone");
    return cases;
  }
  if (negated) {
    add(cases, [&] {
      if (!ranges.empty()) builder_.in_set(field, AddressSet(ranges), true);
      if (family == Family::ip4)
        for (auto const& masked : list.masked)
          builder_.masked(field, masked.mask, masked.value, true);
      if (!list.unknown.empty())
        builder_.unmodelled(side_name(field) + joined(list.unknown, " or "), "object",
                            Lasting::unchanged, true);
    });
    return cases;
  }
  if (!ranges.empty()) add(cases, [&] { builder_.in_set(field, AddressSet(ranges)); });
  if (family == Family::ip4)
    for (auto const& masked : list.masked)
      add(cases, [&] { builder_.masked(field, masked.mask, masked.value); });
  if (!list.unknown.empty())
    cases.push_back({{}, {side_name(field) + joined(list.unknown, " or ")}});
  return cases;
}

RuleEmitter::Cases RuleEmitter::address_cases(ParsedRule const& rule) {
  bool const no_address =
      rule.source.any && rule.destination.any && !rule.not_source && !rule.not_destination;
  if (no_address && !rule.family && !rule.source.only_ip4 && !rule.destination.only_ip4)
    return {Case{}};
  Cases cases;
  for (auto const family : {Family::ip4, Family::ip6}) {
    if (rule.family && *rule.family != family) continue;
    auto const network = written([&] { builder_.equals(Field::nfproto, nfproto_of(family)); });
    for (auto const& source : side(rule.source, rule.not_source, Field::saddr, family))
      for (auto const& destination :
           side(rule.destination, rule.not_destination, Field::daddr, family)) {
        auto& all = cases.emplace_back(Case{network, source.unknown});
        for (auto const* some : {&source.clauses, &destination.clauses})
          all.clauses.insert(all.clauses.end(), some->begin(), some->end());
        all.unknown.insert(all.unknown.end(), destination.unknown.begin(),
                           destination.unknown.end());
        if (cases.size() > kMostCases) return cases;
      }
  }
  return cases;
}

RuleEmitter::Cases RuleEmitter::service_cases(ServiceList const& list) {
  if (list.any) return {Case{}};
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
  if (!list.unknown.empty()) cases.push_back({{}, {joined(list.unknown, " or ")}});
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
  std::vector<std::string> unknown;
  auto const again = [&](Case const& one) {
    for (auto const& clause : one.clauses) builder_.again(clause);
    unknown.insert(unknown.end(), one.unknown.begin(), one.unknown.end());
  };
  std::size_t written = 0;
  for (auto const& zone : zones)
    for (auto const& address : addresses)
      for (auto const& service : services) {
        builder_.drop_rule();
        unknown.clear();
        again(zone);
        again(address);
        again(service);
        for (auto const& [text, word] : rule.conditions)
          if (std::ranges::find(unknown, text) == unknown.end()) unknown.push_back(text);
        if (!unknown.empty())
          builder_.unmodelled(joined(unknown, " and "),
                              rule.conditions.empty() ? "object" : rule.conditions.front().second);
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
    for (auto const& clause : zone.clauses) builder_.again(clause);
    act(action, "within a zone", span);
  }
}

}  // namespace safeconduct::csv
