// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/rule_generator.h"

#include <algorithm>
#include <set>

namespace safeconduct::testing {
namespace {

std::string joined(std::vector<Line> const& lines) {
  std::string out;
  for (auto const& line : lines) out += line.text + '\n';
  return out;
}

using Predicate = std::function<bool(GeneratedRules const&)>;

// Leaves whole blocks out, as long as it still fails.
bool drop_blocks(GeneratedRules& rules, std::vector<Line> GeneratedRules::* part,
                 Predicate const& still_fails) {
  bool any = false;
  std::set<std::uint32_t> blocks;
  for (auto const& line : rules.*part) blocks.insert(line.block);
  for (auto const block : blocks) {
    if (block == 0) continue;
    auto fewer = rules;
    std::erase_if(fewer.*part, [&](Line const& line) { return line.block == block; });
    if (!still_fails(fewer)) continue;
    rules = std::move(fewer);
    any = true;
  }
  return any;
}

// Leaves stretches of rules out: first long ones, at last single lines.
bool drop_rules(GeneratedRules& rules, std::vector<Line> GeneratedRules::* part,
                Predicate const& still_fails) {
  bool any = false;
  for (auto length = (rules.*part).size(); length > 0; length /= 2) {
    for (std::size_t at = 0; at < (rules.*part).size();) {
      auto fewer = rules;
      auto& lines = fewer.*part;
      std::vector<Line> kept(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(at));
      bool dropped = false;
      for (auto i = at; i < lines.size(); ++i) {
        bool const drop = i < at + length && lines[i].rule;
        dropped = dropped || drop;
        if (!drop) kept.push_back(lines[i]);
      }
      lines = std::move(kept);
      if (dropped && still_fails(fewer)) {
        rules = std::move(fewer);
        any = true;
      } else {
        at += length;
      }
    }
  }
  return any;
}

}  // namespace

std::string GeneratedRules::text() const { return joined(lines); }
std::string GeneratedRules::set_text() const { return joined(sets); }

GeneratedRules shrink(GeneratedRules rules, Predicate const& still_fails) {
  bool again = true;
  while (again) {
    again = false;
    for (auto const part : {&GeneratedRules::lines, &GeneratedRules::sets}) {
      again = drop_blocks(rules, part, still_fails) || again;
      again = drop_rules(rules, part, still_fails) || again;
    }
  }
  return rules;
}

}  // namespace safeconduct::testing
