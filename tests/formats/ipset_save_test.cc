// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <doctest/doctest.h>

#include "formats/iptables_golden.h"

namespace safeconduct::test {

TEST_CASE("ipset_save: what matches on the sets of the golden exports say") {
  for (auto const& golden : load_golden("formats/golden/ipset")) {
    CAPTURE(golden.name);
    check_golden(golden, "expect", read_case(golden));
  }
}

TEST_CASE("ipset_save: a faulty export is refused with its place and what would do") {
  check_rejects("ipset-");
}

TEST_CASE("ipset_save: the order of the files does not matter") {
  auto const golden = load_golden("formats/golden/ipset");
  for (auto const& entry : golden) {
    CAPTURE(entry.name);
    auto files = files_of(entry);
    auto const forward = read_device(files);
    std::ranges::reverse(files);
    auto const backward = read_device(files);
    REQUIRE(forward);
    REQUIRE(backward);
    CHECK(to_text(*forward) == to_text(*backward));
  }
}

}  // namespace safeconduct::test
