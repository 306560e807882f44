// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/address.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <utility>

namespace safeconduct::test {
namespace {

AddressSet range(std::string_view first, std::string_view last) {
  return AddressSet(
      AddressInterval{parse_address(first).value().bits, parse_address(last).value().bits});
}

std::string text(std::vector<Prefix> const& prefixes) {
  std::string out;
  for (auto const& prefix : prefixes) out += (out.empty() ? "" : " ") + to_string(prefix);
  return out;
}

}  // namespace

TEST_CASE("address: IPv4 is four decimal octets, and nothing else") {
  CHECK((parse_address("192.0.2.1") == Address{Family::ip4, 0xC0000201U}));
  CHECK((parse_address("255.255.255.255") == Address{Family::ip4, 0xFFFFFFFFU}));
  CHECK((parse_address("0.0.0.0") == Address{Family::ip4, 0}));
  for (auto const* wrong :
       {"",           "10",         "10.1",          "10.0.0",           "10.0.0.0.0",
        "10.0.0.256", "10.0.0.010", "010.0.0.1",     "0x0a.0.0.1",       "10.0.0.1 ",
        " 10.0.0.1",  "10.0.0.-1",  "10.0.0.+1",     "10..0.1",          ".10.0.0.1",
        "10.0.0.1.",  "1e1.0.0.1",  "10.0.0.1%eth0", "4294967296.0.0.1", "00.0.0.0",
        "167772161"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_address(wrong));
    CHECK_FALSE(parse_ip4(wrong));
  }
  CHECK_FALSE(parse_address(std::string_view("10.0.0.1\0", 9)));
}

TEST_CASE("address: IPv6 is RFC 4291 text, without a zone") {
  CHECK((parse_address("::") == Address{Family::ip6, 0}));
  CHECK((parse_address("::1") == Address{Family::ip6, 1}));
  CHECK((parse_address("2001:DB8::1") == parse_address("2001:db8:0:0:0:0:0:1")));
  CHECK((parse_address("::ffff:1.2.3.4") == Address{Family::ip6, Bits128{0xFFFF01020304U}}));
  for (auto const* wrong :
       {":", ":::", "1::2::3", "::1%eth0", "fe80::1%1", "2001:db8::g", "12345::", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "[::1]", "::1/64", " ::1", "::1 ", "::ffff:1.2.3", "::ffff:1.2.3.256",
        "::ffff:01.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", ":1", "1:"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_address(wrong));
  }
  CHECK_FALSE(parse_address(std::string_view("::1\0", 4)));
  CHECK_FALSE(parse_address(std::string(1000, ':')));
}

TEST_CASE("address: IPv6 prints as RFC 5952 says") {
  for (auto const& [given, printed] : {
           std::pair{"2001:0db8::0001", "2001:db8::1"},                // 4.1
           std::pair{"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},         // 4.2.1
           std::pair{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: not one field
           std::pair{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3: the longest
           std::pair{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first
           std::pair{"2001:DB8::ABCD", "2001:db8::abcd"},              // 4.3
           std::pair{"::ffff:192.0.2.1", "::ffff:192.0.2.1"},          // 5: a known prefix
           std::pair{"0:0:0:0:0:0:0:0", "::"},
           std::pair{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
       }) {
    CAPTURE(given);
    CHECK(to_string(parse_address(given).value()) == printed);
  }
}

TEST_CASE("address: what is printed reads back as the same address") {
  std::mt19937_64 lots(5);  // NOLINT(bugprone-random-generator-seed)
  for (int n = 0; n < 2'000; ++n) {
    Address address{n % 2 == 0 ? Family::ip4 : Family::ip6, 0};
    address.bits = Bits128{lots()} << 64 | lots();
    if (n % 3 == 0) address.bits &= Bits128{lots() & lots()} << 64 | (lots() & lots() & lots());
    address.bits &= max_address(address.family);
    CAPTURE(to_string(address));
    REQUIRE((parse_address(to_string(address)) == address));
  }
}

TEST_CASE("prefix: a length follows a slash, within the family's bits") {
  CHECK(to_string(parse_prefix("10.0.0.0/8").value()) == "10.0.0.0/8");
  CHECK(to_string(parse_prefix("10.0.0.1").value()) == "10.0.0.1/32");
  CHECK(to_string(parse_prefix("::/0").value()) == "::/0");
  CHECK(to_string(parse_prefix("2001:db8::/128").value()) == "2001:db8::/128");
  for (auto const* wrong : {"10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/08", "10.0.0.0/+8",
                            "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0 /8", "10.0.0.0/255.0.0.0", "/8",
                            "10.0.0.0//8", "10.0.0.0/0x8", "10.0.0.0/99999999999"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_prefix(wrong));
  }
}

TEST_CASE("prefix: host bits are seen, and can be cleared") {
  auto const dirty = parse_prefix("10.1.2.3/8").value();
  CHECK(has_host_bits(dirty));
  CHECK(to_string(without_host_bits(dirty)) == "10.0.0.0/8");
  CHECK_FALSE(has_host_bits(parse_prefix("10.0.0.0/8").value()));
  CHECK_FALSE(has_host_bits(parse_prefix("10.1.2.3/32").value()));
  CHECK(has_host_bits(parse_prefix("0.0.0.1/0").value()));
  CHECK(has_host_bits(parse_prefix("::1/0").value()));
  CHECK((interval(dirty) == AddressInterval{0x0A000000U, 0x0AFFFFFFU}));
  CHECK((interval(parse_prefix("::/0").value()) == AddressInterval{0, ~Bits128{0}}));
}

TEST_CASE("prefix: intervals fall into the fewest prefixes") {
  CHECK(text(to_prefixes(Family::ip4, range("10.0.0.0", "10.0.0.255"))) == "10.0.0.0/24");
  CHECK(text(to_prefixes(Family::ip4, range("10.0.0.1", "10.0.0.6"))) ==
        "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32");
  CHECK(text(to_prefixes(Family::ip4, range("0.0.0.0", "255.255.255.255"))) == "0.0.0.0/0");
  CHECK(text(to_prefixes(Family::ip4, range("255.255.255.254", "255.255.255.255"))) ==
        "255.255.255.254/31");
  CHECK(text(to_prefixes(Family::ip6, range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))) ==
        "::/0");
  CHECK(text(to_prefixes(Family::ip6, range("::1", "::2"))) == "::1/128 ::2/128");
  CHECK(to_prefixes(Family::ip4, AddressSet()).empty());
}

TEST_CASE("prefix: the prefixes of a random set are disjoint, whole and no two can be joined") {
  std::mt19937 lots(3);  // NOLINT(bugprone-random-generator-seed)
  for (int n = 0; n < 300; ++n) {
    std::vector<AddressInterval> some;
    for (auto k = lots() % 4 + 1; k > 0; --k) {
      std::uint32_t const first = static_cast<std::uint32_t>(lots());
      some.push_back({first, first | (static_cast<std::uint32_t>(lots()) >> lots() % 32)});
    }
    AddressSet const set(some);
    auto const prefixes = to_prefixes(Family::ip4, set);
    std::vector<AddressInterval> again;
    for (auto const& prefix : prefixes) {
      REQUIRE_FALSE(has_host_bits(prefix));
      again.push_back(interval(prefix));
    }
    REQUIRE((AddressSet(again) == set));
    for (std::size_t i = 1; i < prefixes.size(); ++i) {
      auto const& a = prefixes[i - 1];
      auto const& b = prefixes[i];
      REQUIRE(interval(a).last < interval(b).first);
      bool const siblings = a.length == b.length && a.length > 0 &&
                            (a.address.bits ^ b.address.bits) == Bits128{1} << (32 - a.length);
      REQUIRE_FALSE(siblings);
    }
  }
}

TEST_CASE("prefix: a set that takes more than the limit is refused") {
  auto const set = range("10.0.0.1", "10.0.0.6");  // four
  CHECK_FALSE(to_prefixes(Family::ip4, set, 3));
  CHECK(to_prefixes(Family::ip4, set, 4).value().size() == 4);
  CHECK(to_prefixes(Family::ip4, AddressSet(), 0).value().empty());
  auto const worst = range("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe");
  CHECK(to_prefixes(Family::ip6, worst).size() == 254);
}

}  // namespace safeconduct::test
