// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/ordinary_address.h"

#include <doctest/doctest.h>

#include <string>

namespace safeconduct {
namespace {

std::string chosen(std::initializer_list<char const*> prefixes) {
  std::vector<AddressInterval> all;
  auto const family = parse_prefix(*prefixes.begin())->address.family;
  for (auto const* text : prefixes) all.push_back(interval(*parse_prefix(text)));
  return to_string(Address{family, ordinary_address(family, AddressSet(std::move(all)))});
}

}  // namespace

TEST_CASE("ordinary address: one that a host may have, where the set has such") {
  CHECK(chosen({"0.0.0.0/0"}) == "1.0.0.0");
  CHECK(chosen({"10.20.0.0/16"}) == "10.20.0.0");
  CHECK(chosen({"0.0.0.0/8", "127.0.0.0/8", "198.51.100.7"}) == "198.51.100.7");
  CHECK(chosen({"127.0.0.1", "224.0.0.1", "255.255.255.255"}) == "127.0.0.1");
  CHECK(chosen({"::/0"}) == "100::");
  CHECK(chosen({"fe80::/10", "2001:db8::/32"}) == "2001:db8::");
  CHECK(chosen({"ff02::1"}) == "ff02::1");
}

}  // namespace safeconduct
