// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/ruleset.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "base/overloaded.h"

namespace safeconduct {

std::string_view name(TableFamily family) {
  switch (family) {
    case TableFamily::ip:
      return "ip";
    case TableFamily::ip6:
      return "ip6";
    case TableFamily::inet:
      return "inet";
    case TableFamily::arp:
      return "arp";
    case TableFamily::bridge:
      return "bridge";
    case TableFamily::netdev:
      return "netdev";
  }
  std::abort();  // not a TableFamily
}

std::string_view name(Hook hook) {
  switch (hook) {
    case Hook::ingress:
      return "ingress";
    case Hook::prerouting:
      return "prerouting";
    case Hook::input:
      return "input";
    case Hook::forward:
      return "forward";
    case Hook::output:
      return "output";
    case Hook::postrouting:
      return "postrouting";
    case Hook::egress:
      return "egress";
  }
  std::abort();  // not a Hook
}

std::uint32_t Original::place(std::size_t offset) const {
  auto const after = std::ranges::upper_bound(marks, offset, {}, &Mark::offset);
  return after == marks.begin() ? 0 : std::prev(after)->place;
}

std::span<Clause const> clauses(Ruleset const& rules, Rule const& rule) {
  return std::span(rules.clauses).subspan(rule.first_clause, rule.clause_count);
}

std::string_view text(Ruleset const& rules, Span span) {
  if (span.file >= rules.files.size()) return {};
  return std::string_view(*rules.files[span.file].text).substr(span.offset, span.length);
}

RuleName const* name_of(Ruleset const& rules, Span span) {
  auto const found = std::ranges::lower_bound(rules.rule_names, span, {}, &RuleName::span);
  return found != rules.rule_names.end() && found->span == span ? &*found : nullptr;
}

Location location(Ruleset const& rules, Span span) {
  if (span.file >= rules.files.size()) return {};
  auto const& file = rules.files[span.file];
  if (file.original)
    return file.original->lines.at(file.name, *file.original->text,
                                   file.original->place(span.offset));
  return file.lines.at(file.name, *file.text, span.offset);
}

std::string table_name(Ruleset const& rules, std::uint32_t table) {
  auto const& entry = rules.tables[table];
  return std::string(name(entry.family)) + ' ' + entry.name;
}

bool sees(TableFamily table, Family family) {
  switch (table) {
    case TableFamily::inet:
    case TableFamily::netdev:
      return true;
    case TableFamily::ip:
      return family == Family::ip4;
    case TableFamily::ip6:
      return family == Family::ip6;
    case TableFamily::arp:
    case TableFamily::bridge:
      return false;
  }
  std::abort();  // not a TableFamily
}

namespace {

template <class Fields>
std::uint32_t bits_of(Fields const& fields) {
  std::uint32_t bits = 0;
  for (auto const field : fields) bits |= std::uint32_t{1} << index(field);
  return bits;
}

}  // namespace

std::optional<ChainId> called_chain(Action const& action) {
  if (auto const* jump = std::get_if<Jump>(&action)) return jump->chain;
  if (auto const* go = std::get_if<Goto>(&action)) return go->chain;
  return std::nullopt;
}

std::uint32_t fields_of(Ruleset const& rules, Clause const& clause) {
  return std::visit(
      Overloaded{
          [](auto const& one) { return std::uint32_t{1} << index(one.field); },
          [&](InProduct const& c) { return bits_of(rules.products[c.product].fields); },
          [&](InNamedSet const& c) { return bits_of(rules.set_references[c.reference].fields); },
          [](Unmodelled const&) { return std::uint32_t{0}; },
      },
      clause.kind);
}

bool asks_for_connection(Ruleset const& rules, Clause const& clause) {
  return (fields_of(rules, clause) & bits_of(kConnectionFields)) != 0;
}

}  // namespace safeconduct
