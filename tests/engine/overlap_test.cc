// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/overlap.h"

#include <doctest/doctest.h>

#include <functional>

namespace safeconduct::test {
namespace {

// What a cover should say of a range, by trying each value; and that a cut lies inside, so that
// cutting ends.
bool right(Cover const& cover, ValueInterval values, std::function<bool(Bits128)> const& test) {
  bool any = false;
  bool all = true;
  for (auto v = values.first; v <= values.last; ++v) (test(v) ? any : all) = test(v);
  if (cover.overlap == Overlap::none) return !any;
  if (cover.overlap == Overlap::all) return all;
  // 'Some' where all or none is in truth would be no lie, but a cut for nothing.
  return any && !all && cover.cut > values.first && cover.cut <= values.last;
}

template <class Check>
void each_range(Bits128 last, Check const& check) {
  for (Bits128 a = 0; a <= last; ++a)
    for (Bits128 b = a; b <= last; ++b) check(ValueInterval{a, b});
}

}  // namespace

TEST_CASE("overlap: a range over every range of twelve values") {
  each_range(11, [](ValueInterval test) {
    each_range(11, [&](ValueInterval values) {
      REQUIRE(
          right(cover_of_range(test, values), values, [&](Bits128 v) { return test.contains(v); }));
    });
  });
}

TEST_CASE("overlap: every set of eight values over every range of them") {
  for (unsigned word = 0; word < 256; ++word) {
    std::vector<ValueInterval> members;
    for (unsigned v = 0; v < 8; ++v)
      if ((word >> v & 1U) != 0) members.push_back({v, v});
    ValueSet const test(members);
    each_range(7, [&](ValueInterval values) {
      CAPTURE(word);
      REQUIRE(
          right(cover_of_set(test, values), values, [&](Bits128 v) { return test.contains(v); }));
    });
  }
}

TEST_CASE("overlap: every mask and value of four bits over every range of them") {
  for (unsigned up : {0U, 28U, 60U, 124U})  // of an IPv6 address, too
    for (Bits128 mask = 0; mask < 16; ++mask)
      for (Bits128 wanted = 0; wanted < 16; ++wanted)
        each_range(15, [&](ValueInterval values) {
          BitPattern const pattern{mask << up, wanted << up};
          ValueInterval const high{values.first << up, values.last << up};
          auto const cover = cover_of_pattern(pattern, high);
          CAPTURE(up);
          if (up == 0) {
            REQUIRE(right(cover, values, [&](Bits128 v) { return pattern.holds(v); }));
          } else if (cover.overlap == Overlap::all) {
            REQUIRE(pattern.holds(high.first));
            REQUIRE(pattern.holds(high.last));
          } else if (cover.overlap == Overlap::some) {
            REQUIRE(cover.cut > high.first);
            REQUIRE(cover.cut <= high.last);
          }
        });
}

TEST_CASE("overlap: one host of one network is cut out at once, in two cuts") {
  BitPattern const host{(Bits128{1} << 64U) - 1, 7};
  ValueInterval const network{Bits128{5} << 64U, Bits128{6} << 64U};
  ValueInterval const inside{network.first, network.last - 1};
  CHECK((cover_of_pattern(host, inside).cut == network.first + 7));
  CHECK((cover_of_pattern(host, {network.first + 7, inside.last}).cut == network.first + 8));
  CHECK((cover_of_pattern(host, {network.first + 8, inside.last}).overlap == Overlap::none));
}

TEST_CASE("overlap: a host of each of many networks is scattered, of a few it is not") {
  BitPattern const host{(Bits128{1} << 64U) - 1, 7};
  auto const networks = [](unsigned bits) {
    return ValueInterval{0, (Bits128{1} << (64U + bits)) - 1};
  };
  CHECK_FALSE(is_scattered(host, {7, 7}));
  CHECK_FALSE(is_scattered(host, networks(0)));
  CHECK_FALSE(is_scattered(host, networks(10)));
  CHECK(is_scattered(host, networks(11)));
  CHECK(is_scattered(host, {0, ~Bits128{0}}));
}

TEST_CASE("overlap: nothing wraps at the ends of the type") {
  ValueInterval const all{0, ~Bits128{0}};
  CHECK((cover_of_range(all, all).overlap == Overlap::all));
  CHECK((cover_of_range({0, 5}, all).cut == 6));
  CHECK((cover_of_range({5, ~Bits128{0}}, all).cut == 5));
  CHECK((cover_of_set(ValueSet(all), all).overlap == Overlap::all));
  CHECK((cover_of_set(ValueSet(), all).overlap == Overlap::none));
  CHECK((cover_of_pattern({0xFFFFFFFFU, 0xFFFFFFFFU}, {0, 0xFFFFFFFFU}).cut == 0xFFFFFFFFU));
  CHECK((cover_of_pattern({1, 1}, {0xFFFFFFFFU, 0xFFFFFFFFU}).overlap == Overlap::all));
}

}  // namespace safeconduct::test
