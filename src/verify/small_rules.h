// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "rules/ruleset.h"

namespace safeconduct {

// Few enough rules that each may be looked at again, for what a check says beside its question.
inline bool is_small(Ruleset const& rules) {
  constexpr std::size_t kMostRules = 20'000;
  std::size_t count = 0;
  for (auto const& chain : rules.chains) count += chain.rules.size();
  return count <= kMostRules;
}

}  // namespace safeconduct
