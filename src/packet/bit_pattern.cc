// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/bit_pattern.h"

namespace safeconduct {
namespace {

// The least value from 'from' on that has these bits, as far as 128 bits go.
std::optional<Bits128> first_of(BitPattern const& pattern, Bits128 from) {
  auto const same = (from & ~pattern.mask) | pattern.value;
  if (same == from) return same;
  auto const highest = highest_bit(same ^ from);
  auto const below = highest - 1;
  // Larger by a bit of the pattern: what is free below it may be nought.
  if (same > from) return same & ~(below & ~pattern.mask);
  // Smaller by one: a free bit above it has to grow.
  for (auto bit = highest << 1U; bit != 0; bit <<= 1U)
    if ((pattern.mask & bit) == 0 && (from & bit) == 0)
      return (same | bit) & ~((bit - 1) & ~pattern.mask);
  return std::nullopt;
}

}  // namespace

std::optional<ValueInterval> ends_within(BitPattern const& pattern, ValueInterval range) {
  if ((pattern.value & ~pattern.mask) != 0) return std::nullopt;
  auto const first = first_of(pattern, range.first);
  if (!first || *first > range.last) return std::nullopt;
  // The last one is the first of the opposite bits, from the other side.
  auto const last = first_of({pattern.mask, ~pattern.value & pattern.mask}, ~range.last);
  return ValueInterval{*first, last ? ~*last : *first};
}

}  // namespace safeconduct
