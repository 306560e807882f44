// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/plain_scan.h"

#include <doctest/doctest.h>

#include <cctype>
#include <cstdint>
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

TEST_CASE("plain number: it takes what is written without zeros ahead, up to the most") {
  testing::Dice dice(5);
  int good = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text = std::to_string(dice.below(dice.pick({10U, 300U, 70'000U, 2'000'000U})));
    if (dice.percent(5)) text.insert(0, "0");
    if (dice.percent(5)) text.clear();
    auto const most = dice.pick({7U, 255U, 65535U});
    CAPTURE(text);
    CAPTURE(most);
    bool const wanted = !text.empty() && text.size() <= 5 && (text == "0" || text[0] != '0') &&
                        std::stoul(text) <= most;
    auto const padded =
        text + dice.pick({' ', '/', ':', '\n', '\xff', '\x2f', 'a'}) + "1234567 890";
    std::uint32_t value = 0;
    auto const* const end = plain::number(padded.data(), most, value);
    REQUIRE((end != nullptr) == wanted);
    if (!wanted) continue;
    ++good;
    REQUIRE(end == padded.data() + text.size());
    REQUIRE(value == std::stoul(text));
  }
  CHECK(good > 30'000);
}

TEST_CASE("plain prefix: it covers what the prefix covers, and refuses lengths that are none") {
  testing::Dice dice(6);
  int good = 0;
  for (int i = 0; i < 100'000; ++i) {
    auto const bits =
        dice.percent(30) ? 0U : static_cast<std::uint32_t>(dice.number(0, 0xFFFFFFFF));
    auto const address = to_string(Address{Family::ip4, bits});
    auto const length =
        dice.pick<std::string>({"", "/" + std::to_string(dice.below(34)), "/",
                                "/0" + std::to_string(dice.below(9)), "/240", "/1a"});
    auto const text = address + length;
    CAPTURE(text);
    auto const wanted = parse_prefix(length.empty() ? address + "/32" : text);
    auto const padded = "-s " + text + dice.pick({' ', '\n'}) + "9 9.9.9.9            ";
    Sieve::Ip4Range range;
    auto const* const begin = padded.data() + 3;
    auto const* const end = plain::ip4_prefix(begin, range);
    bool const all = end == begin + text.size();
    REQUIRE(all == wanted.has_value());
    if (!all) continue;
    ++good;
    auto const covered = interval(*wanted);
    REQUIRE(range.first == static_cast<std::uint32_t>(covered.first));
    REQUIRE(range.last == static_cast<std::uint32_t>(covered.last));
  }
  CHECK(good > 30'000);
}

TEST_CASE("plain name: it goes on as long as there are letters, digits and harmless signs") {
  for (std::size_t length = 1; length < 40; ++length)
    for (int byte = 0; byte < 256; ++byte) {
      auto const c = static_cast<char>(byte);
      auto const text = std::string(length, 'x') + c + std::string(40, ' ');
      bool const letter = std::isalnum(byte) != 0 || c == '_';
      CAPTURE(length);
      CAPTURE(byte);
      auto const more = letter || c == '-' || c == '.' ? 1U : 0U;
      REQUIRE(plain::name(text.data()) == text.data() + length + more);
      REQUIRE((plain::name(text.data() + length) != nullptr) == letter);
    }
}

TEST_CASE("plain same: one byte that differs is seen wherever it is") {
  std::string const text = "FORWARD-of-the-zone-that-is-long-enough";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CAPTURE(size);
    REQUIRE(plain::same(text.data(), std::string(text).data(), size));
    for (std::size_t at = 0; at < text.size(); ++at) {
      CAPTURE(at);
      auto other = text;
      other[at] = '?';
      REQUIRE(plain::same(text.data(), other.data(), size) == (at >= size));
    }
  }
}

}  // namespace safeconduct::test
