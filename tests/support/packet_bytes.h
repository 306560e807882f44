// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"

// IP packets as they stand on the wire, for tests that ask the kernel. Written and read here on
// their own, without the project's packet layer: the oracle must not share a mistake with what it
// judges.
namespace safeconduct::testing {

using Bytes = std::vector<std::uint8_t>;

namespace protocol {
constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kGre = 47;
constexpr std::uint8_t kEsp = 50;
constexpr std::uint8_t kIcmp6 = 58;
constexpr std::uint8_t kSctp = 132;
constexpr std::uint8_t kUdpLite = 136;
}  // namespace protocol

namespace tcp_flag {
constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kRst = 0x04;
constexpr std::uint8_t kPsh = 0x08;
constexpr std::uint8_t kAck = 0x10;
constexpr std::uint8_t kUrg = 0x20;
}  // namespace tcp_flag

// The fields of one packet, host order. Both addresses are of one family; it is the packet's.
struct WirePacket {
  Address source;
  Address destination;
  std::uint8_t protocol = protocol::kUdp;  // the last header's, for IPv6
  // TCP, UDP, UDP-Lite, SCTP: the ports. ICMP echo: identifier and sequence number. Any other
  // protocol: the first four bytes after the IP header (an ESP packet's SPI is source_port << 16 |
  // destination_port); four bytes that make the checksum right follow.
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t tcp_flags = tcp_flag::kSyn;
  std::uint32_t tcp_sequence = 1000;
  std::uint32_t tcp_acknowledgement = 0;
  std::uint8_t icmp_type = 8;  // 8 and 128 are echo requests: icmp and icmpv6
  std::uint8_t icmp_code = 0;
  std::uint8_t ttl = 64;  // or hop limit
  std::uint8_t dscp = 0;  // 0-63
  std::uint16_t fragment_offset =
      0;  // in units of 8 bytes; non-zero: no transport header is written
  bool more_fragments = false;
  // IPv6 only: extension headers of 8 bytes each before the transport header, by their number, in
  // order: 0 hop-by-hop, 60 destination options, 43 routing (type 0, no segments left). A fragment
  // needs none here: the fields above write it.
  std::vector<std::uint8_t> extension_headers;
  // ICMP errors only: the packet that the error speaks about, from its IP header on.
  Bytes quoted;

  bool operator==(WirePacket const&) const = default;
};

// The number that tells a packet apart wherever it comes out: the last 8 bytes are a magic word and
// this. No rewriting that the kernel does touches them, and a short packet is quoted whole by an
// ICMP error.
using Cookie = std::uint32_t;

// Checksums are right, lengths are right. IPv4 packets have an identification of their own and DF
// unset.
Bytes packet_bytes(WirePacket const& packet, Cookie cookie);

// What packet_bytes wrote, or what the kernel made of it; nullopt where it is no whole IP packet.
// Of an ICMP error, 'quoted' holds the packet it speaks about. (tcp options and payload are not
// kept.)
std::optional<WirePacket> read_packet(std::span<std::uint8_t const> bytes);
std::optional<Cookie> read_cookie(std::span<std::uint8_t const> bytes);

// ICMP messages about another packet: the first 3-5, 11 and 12; ICMPv6 below 128.
bool is_icmp_error(WirePacket const& packet);

// Builders for the common cases; the addresses decide the family. A text that is no address aborts:
// it is a mistake in the test.
Address wire_address(std::string_view text);
WirePacket wire_tcp(std::string_view source, std::uint16_t source_port,
                    std::string_view destination, std::uint16_t destination_port,
                    std::uint8_t flags = tcp_flag::kSyn);
WirePacket wire_udp(std::string_view source, std::uint16_t source_port,
                    std::string_view destination, std::uint16_t destination_port);
WirePacket wire_ping(std::string_view source, std::string_view destination,
                     std::uint16_t identifier = 1);
WirePacket wire_protocol(std::uint8_t number, std::string_view source,
                         std::string_view destination);
// The packet that answers this one: addresses and ports swapped; SYN becomes SYN+ACK, any other TCP
// packet is answered by ACK; an echo request becomes an echo reply.
WirePacket reply_to(WirePacket const& packet);

// "udp 10.0.0.1:1024 > 192.0.2.1:53", for messages.
std::string to_string(WirePacket const& packet);

}  // namespace safeconduct::testing
