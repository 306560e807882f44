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
  for (std::uint32_t mask = 0; mask < 16; ++mask)
    for (std::uint32_t wanted = 0; wanted < 16; ++wanted)
      each_range(15, [&](ValueInterval values) {
        auto const cover = cover_of_mask(mask, wanted, values);
        auto const test = [&](Bits128 v) { return (v & mask) == wanted; };
        CAPTURE(mask);
        CAPTURE(wanted);
        if (cover.overlap != Overlap::some) {
          REQUIRE(right(cover, values, test));
        } else {  // it may halve before it knows
          REQUIRE(cover.cut > values.first);
          REQUIRE(cover.cut <= values.last);
        }
      });
}

TEST_CASE("overlap: nothing wraps at the ends of the type") {
  ValueInterval const all{0, ~Bits128{0}};
  CHECK((cover_of_range(all, all).overlap == Overlap::all));
  CHECK((cover_of_range({0, 5}, all).cut == 6));
  CHECK((cover_of_range({5, ~Bits128{0}}, all).cut == 5));
  CHECK((cover_of_set(ValueSet(all), all).overlap == Overlap::all));
  CHECK((cover_of_set(ValueSet(), all).overlap == Overlap::none));
  CHECK((cover_of_mask(0xFFFFFFFFU, 0xFFFFFFFFU, {0, 0xFFFFFFFFU}).cut == 0x80000000U));
  CHECK((cover_of_mask(1, 1, {0xFFFFFFFFU, 0xFFFFFFFFU}).overlap == Overlap::all));
}

}  // namespace safeconduct::test
