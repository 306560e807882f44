// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/address.h"

namespace safeconduct {

// What rules can ask of a packet, and of what the kernel knows about it. THE table: everything
// that handles packets or sets of packets folds over it; nothing repeats the fields by hand.
// A field holds a whole number; kFields gives its name and largest value.
enum class Field : std::uint8_t {
  nfproto,  // network protocol, NFPROTO_*: 2 IPv4, 10 IPv6
  l4proto,  // transport protocol, IANA number
  saddr,    // IPv4 or IPv6 address, see nfproto
  daddr,
  sport,  // of tcp, udp, udplite, sctp, dccp; of no meaning elsewhere
  dport,
  icmp_type,  // of icmp and icmpv6
  icmp_code,
  tcp_flags,     // FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128
  fragment,      // 0: whole packet or first fragment; 1: a later fragment, without ports
  iif,           // incoming interface: an index into Ruleset::interfaces
  oif,           // outgoing interface: the same
  ct_state,      // CtState
  ct_direction,  // CtDirection
  ct_status,     // the bits IPS_SRC_NAT 16 and IPS_DST_NAT 32; no other
  mark,          // skb mark
  ct_mark,       // connection mark
  // What the first packet of the connection had, before any translation.
  ct_original_saddr,
  ct_original_daddr,
  ct_original_sport,  // as 'sport': of no meaning where there are no ports
  ct_original_dport,
  ttl,  // ttl or hop limit, as it arrives at this device
  dscp,
  length,    // layer 3 length in bytes
  src_type,  // what the routing table says of the address: RTN_*, see AddressType
  dst_type,
  pkttype,  // PACKET_*: 0 host, 1 broadcast, 2 multicast, 3 otherhost
};
inline constexpr std::size_t kFieldCount = 27;

struct FieldInfo {
  std::string_view name;
  Bits128 max;  // the largest value; the smallest is 0
};

inline constexpr std::array<FieldInfo, kFieldCount> kFields{{
    {"nfproto", 255},
    {"l4proto", 255},
    {"saddr", ~Bits128{0}},
    {"daddr", ~Bits128{0}},
    {"sport", 65535},
    {"dport", 65535},
    {"icmp_type", 255},
    {"icmp_code", 255},
    {"tcp_flags", 255},
    {"fragment", 1},
    {"iif", 65535},
    {"oif", 65535},
    {"ct_state", 4},
    {"ct_direction", 1},
    {"ct_status", 255},
    {"mark", 0xFFFFFFFFU},
    {"ct_mark", 0xFFFFFFFFU},
    {"ct_original_saddr", ~Bits128{0}},
    {"ct_original_daddr", ~Bits128{0}},
    {"ct_original_sport", 65535},
    {"ct_original_dport", 65535},
    {"ttl", 255},
    {"dscp", 63},
    {"length", 65535},
    {"src_type", 15},
    {"dst_type", 15},
    {"pkttype", 7},
}};

// Source and destination of a packet, of its reversal, and of the packet that its connection began
// with: one field in the place of the other.
inline constexpr std::array kTuple{Field::saddr, Field::daddr, Field::sport, Field::dport};
inline constexpr std::array kReversedTuple{Field::daddr, Field::saddr, Field::dport, Field::sport};
inline constexpr std::array kOriginalTuple{Field::ct_original_saddr, Field::ct_original_daddr,
                                           Field::ct_original_sport, Field::ct_original_dport};
// Of its connection: a packet that is not tracked has none of them but ct_state.
inline constexpr std::array kConnectionFields{Field::ct_state,          Field::ct_direction,
                                              Field::ct_status,         Field::ct_mark,
                                              Field::ct_original_saddr, Field::ct_original_daddr,
                                              Field::ct_original_sport, Field::ct_original_dport};

constexpr std::size_t index(Field field) { return static_cast<std::size_t>(field); }
constexpr FieldInfo const& info(Field field) { return kFields[index(field)]; }
constexpr Field field_at(std::size_t i) { return static_cast<Field>(i); }

// The values of some fields.
namespace nfproto {
inline constexpr std::uint32_t ip4 = 2;
inline constexpr std::uint32_t ip6 = 10;
}  // namespace nfproto
constexpr std::uint32_t nfproto_of(Family family) {
  return family == Family::ip4 ? nfproto::ip4 : nfproto::ip6;
}

namespace l4 {
inline constexpr std::uint32_t icmp = 1;
inline constexpr std::uint32_t tcp = 6;
inline constexpr std::uint32_t udp = 17;
inline constexpr std::uint32_t dccp = 33;
inline constexpr std::uint32_t icmp6 = 58;
inline constexpr std::uint32_t sctp = 132;
inline constexpr std::uint32_t udplite = 136;
}  // namespace l4
constexpr bool is_icmp(std::uint32_t l4proto) {
  return l4proto == l4::icmp || l4proto == l4::icmp6;
}
constexpr bool has_ports(std::uint32_t l4proto) {
  return l4proto == l4::tcp || l4proto == l4::udp || l4proto == l4::dccp || l4proto == l4::sctp ||
         l4proto == l4::udplite;
}

// In the order of the kernel's bits 0 (invalid) to 3 (new); untracked is bit 6 there.
enum class CtState : std::uint8_t { invalid, established, related, new_, untracked };
enum class CtDirection : std::uint8_t { original, reply };
// RTN_* of linux/rtnetlink.h.
enum class AddressType : std::uint8_t {
  unspec,
  unicast,
  local,
  broadcast,
  anycast,
  multicast,
  blackhole,
  unreachable,
  prohibit,
};

namespace tcp_flag {
inline constexpr std::uint32_t fin = 1;
inline constexpr std::uint32_t syn = 2;
inline constexpr std::uint32_t rst = 4;
inline constexpr std::uint32_t psh = 8;
inline constexpr std::uint32_t ack = 16;
inline constexpr std::uint32_t urg = 32;
inline constexpr std::uint32_t ece = 64;
inline constexpr std::uint32_t cwr = 128;
}  // namespace tcp_flag

// Protocol and service names, from fixed tables (not from this machine's /etc).
std::optional<std::uint32_t> parse_l4proto(std::string_view text);   // "tcp", "6", "ipv6-icmp"
std::string l4proto_name(std::uint32_t number);                      // "tcp", or the number
std::optional<std::uint32_t> parse_port(std::string_view text);      // number or service name
std::optional<std::uint32_t> parse_tcp_flag(std::string_view text);  // "syn", any case
std::string tcp_flags_text(std::uint32_t flags);                     // "syn,ack"; "none"
std::optional<CtState> parse_ct_state(std::string_view text);        // "new", any case
std::string_view name(CtState state);
// Decimal or 0x hexadecimal, nothing else, at most 'max'.
std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t max = 0xFFFFFFFFU);
// The same, but octal behind a zero, as iptables and ipset read numbers (strtoul with base 0).
std::optional<std::uint32_t> parse_c_number(std::string_view text, std::uint32_t max = 0xFFFFFFFFU);

}  // namespace safeconduct
