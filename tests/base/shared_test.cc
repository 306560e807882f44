// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/shared.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace safeconduct::testing {

TEST_CASE("shared: a copy is the same value until one of the two changes") {
  Shared<std::string> const first = std::string("accept");
  auto second = first;
  CHECK(&*first == &*second);
  second.change() += " # all";
  CHECK(*first == "accept");
  CHECK(*second == "accept # all");
}

TEST_CASE("shared: it compares like what it holds, wherever that is kept") {
  Shared<std::string> const one = std::string("a");
  Shared<std::string> const same = std::string("a");
  Shared<std::string> const other = std::string("b");
  CHECK(&*one != &*same);
  CHECK((one == same));
  CHECK((one <=> same == std::strong_ordering::equal));
  CHECK((one < other));
  CHECK((one != other));
}

TEST_CASE("shared: by itself it holds an empty value, and all of these the same") {
  Shared<std::vector<int>> const none;
  CHECK(none->empty());
  CHECK(&*none == &*Shared<std::vector<int>>());
}

}  // namespace safeconduct::testing
