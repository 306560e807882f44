// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/bit_pattern.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

// The first and the last value with these bits, one value after the other.
std::optional<ValueInterval> searched(BitPattern const& pattern, ValueInterval range) {
  std::optional<ValueInterval> ends;
  for (auto value = range.first; value <= range.last; ++value) {
    if (!pattern.holds(value)) continue;
    if (!ends) ends = ValueInterval{value, value};
    ends->last = value;
  }
  return ends;
}

}  // namespace

TEST_CASE("bit pattern: its ends in a range are what looking at each value finds") {
  for (Bits128 mask = 0; mask < 64; ++mask)
    for (Bits128 value = 0; value < 64; value += 3)
      for (Bits128 first = 0; first < 80; first += 7)
        for (Bits128 last = first; last < 80; last += 5) {
          auto const found = ends_within({mask, value}, {first, last});
          auto const wanted = searched({mask, value}, {first, last});
          REQUIRE(found.has_value() == wanted.has_value());
          if (found) CHECK((*found == *wanted));
        }
}

TEST_CASE("bit pattern: the same in the upper half of an IPv6 address") {
  constexpr unsigned kUp = 90;
  constexpr Bits128 kLow = (Bits128{1} << kUp) - 1;
  for (Bits128 mask = 0; mask < 32; ++mask)
    for (Bits128 value = 0; value < 32; ++value)
      for (Bits128 first = 0; first < 32; ++first) {
        auto const found =
            ends_within({mask << kUp, value << kUp}, {first << kUp, Bits128{31} << kUp | kLow});
        auto const wanted = searched({mask, value}, {first, 31});
        REQUIRE(found.has_value() == wanted.has_value());
        if (found)
          CHECK((*found == ValueInterval{wanted->first << kUp, wanted->last << kUp | kLow}));
      }
}

TEST_CASE("bit pattern: a run is as long as the bits below the mask allow") {
  CHECK((BitPattern{0xFF, 7}.run() == 0));
  CHECK((BitPattern{0xF0, 0}.run() == 15));
  CHECK((BitPattern{0xF00F, 0}.run() == 0));
  CHECK((BitPattern{0, 0}.run() == ~Bits128{0}));
  CHECK((BitPattern{Bits128{1} << 127U, 0}.run() == ~Bits128{0} >> 1U));
}

TEST_CASE("bit pattern: the highest bit, in either half") {
  for (unsigned bit = 0; bit < 128; ++bit) {
    auto const one = Bits128{1} << bit;
    CHECK((highest_bit(one) == one));
    CHECK((highest_bit(one | (one - 1)) == one));
    CHECK((highest_bit(one | 1U) == one));
  }
}

}  // namespace safeconduct::test
