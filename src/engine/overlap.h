// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "packet/bit_pattern.h"
#include "packet/packet_set.h"
#include "rules/ruleset.h"

namespace safeconduct {

// How a test lies over a range of values, and where to cut the range to come closer to an answer.
struct Cover {
  Overlap overlap = Overlap::none;
  Bits128 cut = 0;  // of 'some': cut into [first, cut - 1] and [cut, last]
};

Cover cover_of_range(ValueInterval test, ValueInterval values);
Cover cover_of_set(ValueSet const& test, ValueInterval values);
// Where the values with these bits are one run, it is cut there; else the range is halved, at the
// highest bit in which its values differ.
Cover cover_of_pattern(BitPattern const& pattern, ValueInterval values);
// Are they so many runs that cutting the range at each would come to no end?
bool is_scattered(BitPattern const& pattern, ValueInterval values);

}  // namespace safeconduct
