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

Cover cover_of_pattern(BitPattern const& pattern, ValueInterval values) {
  if (values.first == values.last)
    return {pattern.holds(values.first) ? Overlap::all : Overlap::none, 0};
  auto const ends = ends_within(pattern, values);
  if (!ends) return {Overlap::none, 0};
  if ((ends->first | pattern.run()) >= ends->last) return cover_of_range(*ends, values);
  auto const top = highest_bit(values.first ^ values.last);
  return {Overlap::some, values.last & ~(top - 1)};
}

bool is_scattered(BitPattern const& pattern, ValueInterval values) {
  constexpr int kMostBits = 10;
  if (values.first == values.last) return false;
  auto const open = 2 * highest_bit(values.first ^ values.last) - 1;  // bits that are not fixed
  auto const between = open & ~pattern.mask & ~pattern.run();
  return std::popcount(static_cast<std::uint64_t>(between)) +
             std::popcount(static_cast<std::uint64_t>(between >> 64U)) >
         kMostBits;
}

}  // namespace safeconduct
