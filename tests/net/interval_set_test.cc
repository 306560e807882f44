// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/interval_set.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>

#include "net/address.h"

namespace safeconduct::test {
namespace {

// Sixteen numbers: a set is a 16-bit word, and the laws can be tried out.
using Small = IntervalSet<std::uint8_t>;
constexpr unsigned kAll = 0xFFFF;

Small small(unsigned word) {
  std::vector<Interval<std::uint8_t>> intervals;
  for (std::uint8_t i = 0; i < 16; ++i)
    if ((word >> i & 1U) != 0) intervals.push_back({i, i});
  return Small(intervals);
}

unsigned word(Small const& set) {
  unsigned out = 0;
  for (std::uint8_t i = 0; i < 16; ++i)
    if (set.contains(i)) out |= 1U << i;
  return out;
}

bool canonical(Small const& set) {
  auto const& all = set.intervals();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].first > all[i].last) return false;
    if (i > 0 && all[i - 1].last + 1 >= all[i].first) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("interval_set: every set of sixteen numbers has one form, however it is written") {
  std::minstd_rand lots(7);  // NOLINT(bugprone-random-generator-seed): the same on every run
  for (unsigned w = 0; w <= kAll; w += 1 + static_cast<unsigned>(lots()) % 3) {
    auto const set = small(w);
    REQUIRE(canonical(set));
    REQUIRE(word(set) == w);
    // The same numbers as overlapping pieces in another order.
    std::vector<Interval<std::uint8_t>> pieces;
    for (auto const& i : set.intervals()) {
      auto const middle = static_cast<std::uint8_t>((i.first + i.last) / 2);
      pieces.insert(pieces.begin(), {middle, i.last});
      pieces.push_back({i.first, middle});
      pieces.push_back(i);
    }
    std::shuffle(pieces.begin(), pieces.end(), lots);
    REQUIRE((Small(pieces) == set));
  }
}

TEST_CASE("interval_set: the laws of sets hold for random pairs of sixteen numbers") {
  std::minstd_rand lots(11);  // NOLINT(bugprone-random-generator-seed)
  for (int n = 0; n < 20'000; ++n) {
    // Neighbours in runs, so that intervals are long as well as short.
    auto const draw = [&] {
      auto const bits = static_cast<unsigned>(lots() >> 4);
      return (n % 2 == 0 ? bits : bits & static_cast<unsigned>(lots() >> 4)) & kAll;
    };
    unsigned const x = draw();
    unsigned const y = draw() | (n % 3 == 0 ? x << 1 & kAll : 0);
    auto const a = small(x);
    auto const b = small(y);
    REQUIRE(word(a | b) == (x | y));
    REQUIRE(word(a & b) == (x & y));
    REQUIRE(word(a - b) == (x & ~y));
    REQUIRE(canonical(a | b));
    REQUIRE(canonical(a & b));
    REQUIRE(canonical(a - b));
    REQUIRE(((a - b) & b).empty());
    REQUIRE((((a - b) | (a & b)) == a));
    REQUIRE(((a | b) == (b | a)));
    auto const all = small(kAll);
    REQUIRE((all - (a | b) == ((all - a) & (all - b))));
    REQUIRE((all - (a & b) == ((all - a) | (all - b))));
  }
}

TEST_CASE("interval_set: over() says none, some or all of an interval, for each of them") {
  for (unsigned w : {0x0000U, 0xFFFFU, 0x0FF0U, 0x8001U, 0x5555U, 0x0001U, 0xF00FU})
    for (std::uint8_t first = 0; first < 16; ++first)
      for (std::uint8_t last = first; last < 16; ++last) {
        unsigned const region = (0xFFFFU >> (15 - (last - first))) << first & kAll;
        auto const expected = (w & region) == 0        ? Overlap::none
                              : (w & region) == region ? Overlap::all
                                                       : Overlap::some;
        CAPTURE(w);
        CAPTURE(first);
        CAPTURE(last);
        REQUIRE((small(w).over({first, last}) == expected));
      }
}

TEST_CASE("interval_set: nothing wraps at the ends of the type") {
  constexpr std::uint8_t kTop = 255;
  Small const all(Interval<std::uint8_t>{0, kTop});
  Small const top(Interval<std::uint8_t>{kTop, kTop});
  Small const zero(Interval<std::uint8_t>{0, 0});
  CHECK((all - top == Small(Interval<std::uint8_t>{0, 254})));
  CHECK((all - zero == Small(Interval<std::uint8_t>{1, kTop})));
  CHECK((all - all).empty());
  CHECK(((all - top) | top) == all);
  Small const ends = top | zero;
  CHECK(ends.intervals().size() == 2);  // the last number and the first do not touch
  CHECK(top.contains(kTop));

  AddressSet const world(AddressInterval{0, ~Bits128{0}});
  AddressSet const last(AddressInterval{~Bits128{0}, ~Bits128{0}});
  CHECK(((world - last) | last) == world);
  CHECK((world - world).empty());
}

}  // namespace safeconduct::test
