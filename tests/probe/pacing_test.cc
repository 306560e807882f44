// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/pacing.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

using std::chrono::milliseconds;

}  // namespace

TEST_CASE("pacing: one address is asked at its own pace, and others do not wait for it") {
  Pacing pacing(1000, 20);
  Pacing::Time const now{milliseconds(7)};
  auto const one = *parse_address("192.0.2.1");
  auto const other = *parse_address("192.0.2.2");
  CHECK(pacing.of_target(now, one) == now);
  CHECK(pacing.of_target(now, one) == now + milliseconds(50));
  CHECK(pacing.of_target(now, one) == now + milliseconds(100));
  CHECK(pacing.of_target(now, other) == now);
  // What was not used is lost: nobody catches up.
  auto const later = now + milliseconds(1000);
  CHECK(pacing.of_target(later, one) == later);
  CHECK(pacing.of_target(later, one) == later + milliseconds(50));
}

TEST_CASE("pacing: over all addresses together there is one pace") {
  Pacing pacing(50, 1000);
  Pacing::Time const now{milliseconds(7)};
  CHECK(pacing.of_all(now) == now);
  CHECK(pacing.of_all(now) == now + milliseconds(20));
  CHECK(pacing.of_all(now + milliseconds(100)) == now + milliseconds(100));
}

}  // namespace safeconduct::test
