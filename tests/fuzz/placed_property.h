// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rules/ruleset.h"

namespace safeconduct {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline bool inside(std::string const& text, Span span) {
  return span.offset <= text.size() && span.length <= text.size() - span.offset;
}

inline bool inside(std::string const& text, Location const& at) {
  if (at.line == 0) return true;  // the file as a whole
  auto const lines = std::ranges::count(text, '\n') + 1;
  return at.line <= static_cast<std::uint64_t>(lines) && at.column <= text.size() + 1;
}

// What is read points into the text, and what is refused says where.
inline void require_placed(std::string const& text, Result<Ruleset> const& rules) {
  if (!rules) {
    require(inside(text, rules.error().at) && !rules.error().text.empty());
    return;
  }
  for (auto const& chain : rules->chains) {
    require(chain.defined && inside(text, chain.span));
    for (auto const& rule : chain.rules) {
      require(inside(text, rule.span));
      require(rule.first_clause + rule.clause_count <= rules->clauses.size());
    }
  }
  for (auto const& set : rules->named_sets) {
    require(inside(text, set.span));
    require(set.dimensions > 0 && set.cells.size() % set.dimensions == 0);
  }
  for (auto const& note : rules->notes) require(inside(text, note.at));
}

}  // namespace safeconduct
