// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/metric.h"

#include <doctest/doctest.h>

namespace safeconduct {

TEST_CASE("metric: a label is added behind the others, and what a terminal would obey is text") {
  auto const labels = with({{"site", "london"}}, "device", "gw\x1b[31m");
  REQUIRE(labels.size() == 2);
  CHECK(labels[0] == std::pair<std::string, std::string>("site", "london"));
  CHECK(labels[1].first == "device");
  CHECK(labels[1].second.starts_with("gw"));
  CHECK(!labels[1].second.contains('\x1b'));
}

}  // namespace safeconduct
