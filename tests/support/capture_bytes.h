// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Packets with what they carry, and capture files of them, byte by byte. Checksums are left at
// zero: captures of outgoing packets have none either.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace safeconduct::test {

using Octets = std::vector<std::uint8_t>;

struct TcpDraft {
  std::uint8_t flags = 0x02;  // SYN
  std::uint32_t seq = 1000;
  std::uint32_t ack = 0;
  std::uint16_t window = 64240;
};
inline constexpr std::uint8_t kSynAck = 0x12;
inline constexpr std::uint8_t kAck = 0x10;
inline constexpr std::uint8_t kPush = 0x18;
inline constexpr std::uint8_t kRstAck = 0x14;
inline constexpr std::uint8_t kFinAck = 0x11;

// Of a packet that began with 64 and crossed seven routers.
inline constexpr std::uint8_t kFarTtl = 57;

struct End {
  std::string_view address;
  std::uint16_t port = 0;
};

Octets octets(std::string_view text);

// IP packets; the addresses decide the family.
Octets ip_packet(std::string_view src, std::string_view dst, std::uint8_t protocol,
                 Octets const& payload, std::uint8_t ttl = kFarTtl);
Octets udp_packet(End src, End dst, Octets const& data, std::uint8_t ttl = kFarTtl);
Octets tcp_packet(End src, End dst, TcpDraft const& tcp, Octets const& data = {},
                  std::uint8_t ttl = kFarTtl);
// An ICMP (or ICMPv6) error about 'quoted', of which no more than 'most' bytes are quoted.
Octets icmp_error(std::string_view by, std::string_view to, std::uint8_t type, std::uint8_t code,
                  Octets const& quoted, std::size_t most = 548);
Octets ethernet(Octets const& ip, std::vector<std::uint16_t> const& vlans = {});

// DNS: a query, and an answer to it. TXT strings, or addresses.
Octets dns_query(std::uint16_t id, std::string_view name, std::uint16_t type);
Octets dns_txt_answer(std::uint16_t id, std::string_view name,
                      std::vector<std::string> const& strings);
Octets dns_address_answer(std::uint16_t id, std::string_view name,
                          std::vector<std::string> const& addresses, std::uint8_t code = 0);

struct Shot {
  std::int64_t time = 0;  // nanoseconds since 1970
  Octets frame;
  std::uint32_t link = 1;      // LINKTYPE_; of pcap files that of the first counts for all
  std::uint32_t original = 0;  // bytes on the wire; 0: as many as there are
};

struct CaptureStyle {
  bool swapped = false;  // the other byte order than this host's
  bool nanoseconds = false;
  bool modified = false;        // Kuznetzov's
  std::uint8_t resolution = 6;  // of pcapng: if_tsresol
  std::int64_t offset = 0;      // of pcapng: if_tsoffset, seconds
  bool simple = false;          // of pcapng: simple packet blocks
  bool unknown_blocks = false;  // of pcapng: others among them
};
Octets pcap(std::vector<Shot> const& shots, CaptureStyle const& style = {});
// One interface for each link type among them.
Octets pcapng(std::vector<Shot> const& shots, CaptureStyle const& style = {});

}  // namespace safeconduct::test
