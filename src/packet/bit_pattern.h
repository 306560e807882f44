// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <optional>

#include "packet/packet_set.h"

namespace safeconduct {

// Of a value that is not 0: the highest bit that is set, alone.
constexpr Bits128 highest_bit(Bits128 value) {
  auto const high = static_cast<std::uint64_t>(value >> 64U);
  if (high != 0) return Bits128{std::bit_floor(high)} << 64U;
  return std::bit_floor(static_cast<std::uint64_t>(value));
}

// Values with these bits, wherever they lie: (field & mask) == value. A mask with holes, as that of
// one host in whatever network its provider gives it, "::1:2:3:4/::ffff:ffff:ffff:ffff".
struct BitPattern {
  Bits128 mask = 0;
  Bits128 value = 0;  // with bits outside of the mask: none has them
  bool holds(Bits128 of) const { return (of & mask) == value; }
  // As many bits at the end as the mask leaves open: the values come in runs, each so long, less
  // one.
  Bits128 run() const { return (mask & (~mask + 1)) - 1; }
  auto operator<=>(BitPattern const&) const = default;
};

// The first and the last of them within a range.
std::optional<ValueInterval> ends_within(BitPattern const& pattern, ValueInterval range);

}  // namespace safeconduct
