// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

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
// (value & mask) == wanted. Exact for one value; for a range it halves at the highest bit in which
// the range's values differ, until they agree on all bits of the mask.
Cover cover_of_mask(std::uint32_t mask, std::uint32_t wanted, ValueInterval values);

}  // namespace safeconduct
