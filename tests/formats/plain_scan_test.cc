// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/plain_scan.h"

#include <doctest/doctest.h>

#include <string>

#include "net/address.h"
#include "support/dice.h"

namespace safeconduct::test {

TEST_CASE("plain ip4: of digits and dots, it takes what is an address in full, and nothing else") {
  testing::Dice dice(4);
  int good = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (auto left = 3 + dice.below(2); left > 0; --left) {
      if (dice.percent(3)) text += dice.pick({'0', '.', ' '});
      if (!dice.percent(2)) text += std::to_string(dice.number(0, dice.percent(20) ? 9 : 290));
      if (left > 1) text += '.';
    }
    CAPTURE(text);
    auto const wanted = parse_address(text);
    auto const padded =
        "-s " + text + std::string(1, dice.pick({' ', '/', '\n'})) + "     9.9.9.9    ";
    std::uint32_t bits = 0;
    auto const* const begin = padded.data() + 3;
    auto const* const end = plain::ip4(begin, bits);
    bool const all = end == begin + text.size();
    REQUIRE(all == wanted.has_value());
    if (!all) continue;
    ++good;
    REQUIRE(bits == static_cast<std::uint32_t>(wanted->bits));
  }
  CHECK(good > 50'000);
}

}  // namespace safeconduct::test
