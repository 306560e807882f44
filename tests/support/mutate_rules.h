// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "support/dice.h"

namespace safeconduct::testing {

// A real rule set with some of its rules changed as a slip of the hand would: left out, written
// twice, swapped, with another verdict, number, mask or a negation. What comes out need not load.
std::string with_slips(std::string const& text, bool iptables, Dice& dice);

}  // namespace safeconduct::testing
