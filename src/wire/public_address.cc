// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/public_address.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace safeconduct {
namespace {

// Addresses that no service on the internet has (RFC 6890 and its successors).
constexpr std::string_view kSpecial[] = {
    "0.0.0.0/8",      "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12",  "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15",  "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",    "::/8",
    "64:ff9b:1::/48", "100::/64",        "2001:db8::/32",  "fc00::/7",       "fe80::/10",
    "fec0::/10",      "ff00::/8"};

}  // namespace

std::optional<Address> behind_nat64(Address const& address) {
  static Prefix const known = *parse_prefix("64:ff9b::/96");
  if (address.family != Family::ip6 || !interval(known).contains(address.bits)) return std::nullopt;
  return Address{Family::ip4, address.bits & Bits128{0xFFFFFFFFU}};
}

bool is_public(Address const& address) {
  if (auto const inner = behind_nat64(address)) return is_public(*inner);
  return std::ranges::none_of(kSpecial, [&](std::string_view text) {
    auto const prefix = *parse_prefix(text);
    return prefix.address.family == address.family && interval(prefix).contains(address.bits);
  });
}

}  // namespace safeconduct
