// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/corners.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "verify/small_site.h"

namespace safeconduct::test {
namespace {

// The first and the last value with these bits, one value after the other.
std::optional<ValueInterval> searched(BitPattern const& pattern, ValueInterval range) {
  std::optional<ValueInterval> ends;
  for (auto value = range.first; value <= range.last; ++value) {
    if ((value & pattern.mask) != pattern.value) continue;
    if (!ends) ends = ValueInterval{value, value};
    ends->last = value;
  }
  return ends;
}

}  // namespace

TEST_CASE("corners: the ends of a pattern of bits are what looking at each value finds") {
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

TEST_CASE("corners: packets that a mask with holes tells apart are among them") {
  std::vector<DeviceRules> const devices{
      device_rules({"gw", forward("    ip saddr & 0.0.0.255 == 0.0.0.7 drop\n", "accept")})};
  BoxProduct box;
  for (std::size_t d = 0; d < kFlowDimensions; ++d) box.sides[d] = ValueSet(ValueInterval{0, 0});
  auto const clients = interval(parse_prefix("10.20.0.0/16").value());
  constexpr auto kSource = dimension(Field::saddr);
  box.sides[kSource] = ValueSet(clients);
  auto const drawn = corners(box, Landmarks(devices), 1000, 0, 1);
  CHECK(drawn.all);
  auto const is_of = [](FlowPoint const& point) { return (point[kSource] & 0xFF) == 7; };
  CHECK(std::ranges::count_if(drawn.packets, is_of) == 2);  // 10.20.0.7, 10.20.255.7
}

}  // namespace safeconduct::test
