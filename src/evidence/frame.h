// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From the bytes of a frame to what it carries. Views into the frame: nothing is copied. What is
// malformed, encrypted or cut before its addresses gives nothing.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "evidence/octets.h"
#include "net/address.h"

namespace safeconduct {

// What stands within a frame or a packet.
struct Carried {
  Carried(ByteView inside = {}, std::string_view kind = {}) : ip(inside), unread(kind) {}
  ByteView ip;              // from the first byte of an IP packet on; empty: there is none
  std::string_view unread;  // the kind of what is in its place, and is not read: "PPTP"
};

// Is this link type read at all?
bool is_link_read(std::uint32_t link);
// What stands behind the link layer's headers, where that is IP.
Carried network_layer(std::uint32_t link, ByteView frame);
// Behind labels of MPLS.
Carried behind_labels(ByteView bytes);

// The first fragment of an IP packet, or a whole one, up to its transport layer.
struct IpView {
  Family family{};
  std::uint8_t protocol = 0;  // IANA number, behind any extension headers
  std::uint8_t ttl = 0;       // or hop limit
  Address src;
  Address dst;
  ByteView payload;       // as far as it was captured, and no further than the packet says
  bool short_of = false;  // the capture kept less than there was
};
std::optional<IpView> ip_view(ByteView bytes);

struct TcpView {
  std::uint16_t sport = 0;
  std::uint16_t dport = 0;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint16_t window = 0;
  std::uint8_t flags = 0;
  ByteView data;
};
namespace tcp_bit {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kAck = 0x10;
}  // namespace tcp_bit
std::optional<TcpView> tcp_view(ByteView payload);

struct UdpView {
  std::uint16_t sport = 0;
  std::uint16_t dport = 0;
  ByteView data;
};
std::optional<UdpView> udp_view(ByteView payload);

// An ICMP or ICMPv6 error, and the packet that it is about; of that no more than eight bytes behind
// the IP header are sure to be there.
struct IcmpErrorView {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  IpView quoted;
  std::uint16_t sport = 0;
  std::uint16_t dport = 0;
};
std::optional<IcmpErrorView> icmp_error_view(IpView const& ip);

}  // namespace safeconduct
