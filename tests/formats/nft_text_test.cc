// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "formats/nft_golden.h"

namespace safeconduct::test {

TEST_CASE("nft_text: what the golden listings and scripts say") {
  for (auto const& golden : load_golden("formats/golden/nft")) {
    CAPTURE(golden.name);
    check_golden(golden, "expect", nft_text_of(golden.text("input")));
  }
}

TEST_CASE("nft_text: a faulty file is refused with its place and what would do") {
  std::size_t count = 0;
  for (auto const& golden : load_golden("formats/rejects")) {
    if (!golden.name.starts_with("nft-")) continue;
    ++count;
    CAPTURE(golden.name);
    CHECK_FALSE(read_nft(golden.text("input")).has_value());
    check_golden(golden, "expect", nft_text_of(golden.text("input")));
  }
  CHECK(count > 0);
}

}  // namespace safeconduct::test
