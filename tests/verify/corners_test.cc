// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/corners.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "verify/small_site.h"

namespace safeconduct::test {

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
