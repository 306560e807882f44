// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/ruleset.h"

#include <cstdlib>

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

std::span<Clause const> clauses(Ruleset const& rules, Rule const& rule) {
  return std::span(rules.clauses).subspan(rule.first_clause, rule.clause_count);
}

std::string_view text(Ruleset const& rules, Span span) {
  if (span.file >= rules.files.size()) return {};
  return std::string_view(*rules.files[span.file].text).substr(span.offset, span.length);
}

Location location(Ruleset const& rules, Span span) {
  if (span.file >= rules.files.size()) return {};
  auto const& file = rules.files[span.file];
  auto const block = span.offset / kLineBlock;
  if (block >= file.lines_before.size()) return location_at(file.name, *file.text, span.offset);
  std::string_view const text = *file.text;
  auto line = file.lines_before[block] + 1;
  for (auto at = block * kLineBlock;;) {
    auto const end = text.find('\n', at);
    if (end >= span.offset) break;
    ++line;
    at = end + 1;
  }
  auto const before = span.offset == 0 ? std::string_view::npos : text.rfind('\n', span.offset - 1);
  auto const begin = before == std::string_view::npos ? 0 : before + 1;
  return {file.name, line, static_cast<std::uint32_t>(span.offset - begin + 1)};
}

std::string table_name(Ruleset const& rules, std::uint32_t table) {
  auto const& entry = rules.tables[table];
  return std::string(name(entry.family)) + ' ' + entry.name;
}

}  // namespace safeconduct
