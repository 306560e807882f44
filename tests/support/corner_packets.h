// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "rules/ruleset.h"
#include "support/dice.h"
#include "support/kernel_oracle.h"

namespace safeconduct::testing {

// Packets at the corners of the rules of a set that was read: for each, a rule is drawn and a way
// that leads to it; what the rules on it ask for is given at its limits, within or just beyond.
// All are such as a router forwards. Rules may name the interfaces of 'Gateway'.
std::vector<Shot> corner_shots(Ruleset const& rules, Dice& dice, std::size_t count);

}  // namespace safeconduct::testing
