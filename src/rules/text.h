// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "rules/ruleset.h"

namespace safeconduct {

// The model in words, one rule a line, for tests and for people who want to see what was read:
//   table inet filter
//   chain forward: filter hook forward priority 0 policy drop
//     3: l4proto tcp, dport 22, saddr 10.0.0.0/8 -> accept
// The number is the rule's line. Equal rule sets of different exports read the same but for
// numbers. "not" stands before a negated clause, "?" before one that is not modelled.
std::string to_text(Ruleset const& rules);
std::string to_text(Ruleset const& rules, Clause const& clause, Family family);
std::string to_text(Ruleset const& rules, Action const& action);

// A field's value or interval as people write it; 'family' tells how addresses look.
std::string value_text(Ruleset const& rules, Field field, ValueInterval range, Family family);

}  // namespace safeconduct
