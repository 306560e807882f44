// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/address.h"
#include "net/interval_set.h"

// The values of iptables' options.
namespace safeconduct::iptables {

// An address under a mask, which may have holes. Host bits are zero.
struct MaskedAddress {
  Bits128 bits = 0;
  Bits128 mask = 0;

  bool is_prefix(Family family) const {
    Bits128 const host = ~mask & max_address(family);
    return (host & (host + 1)) == 0;
  }
  AddressInterval interval(Family family) const {
    return {bits, bits | (~mask & max_address(family))};
  }
};

// "10.0.0.0/8", "10.0.0.0/255.0.0.0", "10/8" (iptables fills up with zeros), "2001:db8::/32",
// "::1/::ffff".
std::optional<MaskedAddress> parse_masked_address(Family family, std::string_view text);
// The same without a mask.
std::optional<Bits128> parse_plain_address(Family family, std::string_view text);
// Could this be the name of a host, which iptables would look up when the rules are loaded?
bool looks_like_host_name(std::string_view text);

// "53", "domain". No leading zeros: iptables takes them for octal.
std::optional<std::uint32_t> parse_one_port(std::string_view text);

struct PortSpan {
  std::uint32_t first = 0;
  std::uint32_t last = 65535;
  bool reversed() const { return first > last; }  // matches no port
};
// "53", "1:1023", ":1023", "1024:", ":"; with '-' between for NAT.
std::optional<PortSpan> parse_ports(std::string_view text, char between = ':');

// "0x1", "1/0xff".
struct MarkValue {
  std::uint32_t value = 0;
  std::uint32_t mask = 0xFFFFFFFFU;
};
std::optional<MarkValue> parse_mark(std::string_view text);

// The protocol numbers of the names in files; 0 is "all".
std::optional<std::uint32_t> parse_protocol(std::string_view text);

}  // namespace safeconduct::iptables
