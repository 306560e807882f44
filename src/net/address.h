// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/interval_set.h"

namespace safeconduct {

// 128 bits, for addresses; host order.
__extension__ using Bits128 = unsigned __int128;

enum class Family : std::uint8_t { ip4, ip6 };

// Where an array holds one for each family.
constexpr std::size_t slot(Family family) { return family == Family::ip4 ? 0 : 1; }
constexpr unsigned address_bits(Family family) { return family == Family::ip4 ? 32 : 128; }
constexpr Bits128 max_address(Family family) {
  return family == Family::ip4 ? Bits128{0xFFFFFFFFU} : ~Bits128{0};
}

// "IPv4", "IPv6".
std::string_view name(Family family);

struct Address {
  Family family = Family::ip4;
  Bits128 bits = 0;  // an IPv4 address stands in the low 32 bits

  auto operator<=>(Address const&) const = default;
};

// Strict: four decimal octets without leading zeros, or RFC 4291 text (an IPv4-mapped address,
// ::ffff:1.2.3.4, is an IPv6 address here, as it is on the wire); no zone, no blanks.
std::optional<Address> parse_address(std::string_view text);
std::optional<std::uint32_t> parse_ip4(std::string_view text);  // the same for IPv4 alone, fast
// RFC 5952 for IPv6.
std::string to_string(Address const& address);

// An address and how many of its leading bits count. Host bits are zero in a valid one.
struct Prefix {
  Address address;
  std::uint8_t length = 0;

  auto operator<=>(Prefix const&) const = default;
};

// "10.0.0.0/8", or a bare address (a full-length prefix). Host bits may be set: see has_host_bits.
std::optional<Prefix> parse_prefix(std::string_view text);
bool has_host_bits(Prefix const& prefix);
Prefix without_host_bits(Prefix const& prefix);
// Of ::ffff:0:0/96, IPv4 written as IPv6 (RFC 4291, 2.5.5.2): on the wire there is no such packet.
bool is_mapped_ip4(Prefix const& prefix);
std::string to_string(Prefix const& prefix);

using AddressInterval = Interval<Bits128>;
using AddressSet = IntervalSet<Bits128>;

AddressInterval interval(Prefix const& prefix);
// The fewest prefixes that make up exactly these addresses, in order.
std::vector<Prefix> to_prefixes(Family family, AddressSet const& set);
// The same, refused where it takes more than 'limit': nullopt.
std::optional<std::vector<Prefix>> to_prefixes(Family family, AddressSet const& set,
                                               std::size_t limit);

}  // namespace safeconduct
