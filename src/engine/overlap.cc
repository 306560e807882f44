// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/overlap.h"

#include <bit>

namespace safeconduct {

Cover cover_of_range(ValueInterval test, ValueInterval values) {
  if (!test.overlaps(values)) return {Overlap::none, 0};
  if (test.contains(values)) return {Overlap::all, 0};
  return {Overlap::some, values.first < test.first ? test.first : test.last + 1};
}

Cover cover_of_set(ValueSet const& test, ValueInterval values) {
  auto const& intervals = test.intervals();
  auto const begin = test.first_reaching(values.first);
  if (begin == intervals.end() || begin->first > values.last) return {Overlap::none, 0};
  if (begin->contains(values)) return {Overlap::all, 0};
  // In the middle of the intervals that lie over the values, so that halving ends soon.
  auto const end = std::upper_bound(begin, intervals.end(), values.last,
                                    [](Bits128 v, ValueInterval const& i) { return v < i.first; });
  auto const middle = begin + (end - begin) / 2;
  if (middle->first > values.first) return {Overlap::some, middle->first};
  return {Overlap::some, middle->last + 1};
}

Cover cover_of_mask(std::uint32_t mask, std::uint32_t wanted, ValueInterval values) {
  if ((wanted & ~mask) != 0) return {Overlap::none, 0};
  auto const first = static_cast<std::uint32_t>(values.first);
  auto const differing = first ^ static_cast<std::uint32_t>(values.last);
  if (differing == 0) return {(first & mask) == wanted ? Overlap::all : Overlap::none, 0};
  std::uint32_t const open = ~0U >> std::countl_zero(differing);  // bits that are not fixed
  if ((first & mask & ~open) != (wanted & ~open)) return {Overlap::none, 0};
  if ((mask & open) == 0) return {Overlap::all, 0};
  std::uint32_t const top = open ^ (open >> 1U);
  return {Overlap::some, (first & ~open) | top};
}

}  // namespace safeconduct
