// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/frame.h"

#include <algorithm>
#include <array>

#include "packet/field.h"

namespace safeconduct {
namespace {

// LINKTYPE_ numbers (www.tcpdump.org/linktypes.html).
constexpr std::uint32_t kNull = 0;
constexpr std::uint32_t kEthernet = 1;
constexpr std::uint32_t kPpp = 9;
constexpr std::uint32_t kRawBsd = 12;
constexpr std::uint32_t kRawOpenBsd = 14;
constexpr std::uint32_t kPppHdlc = 50;
constexpr std::uint32_t kPppoe = 51;
constexpr std::uint32_t kRaw = 101;
constexpr std::uint32_t kCiscoHdlc = 104;
constexpr std::uint32_t kWifi = 105;
constexpr std::uint32_t kLoop = 108;
constexpr std::uint32_t kCooked = 113;
constexpr std::uint32_t kRadiotap = 127;
constexpr std::uint32_t kIp4 = 228;
constexpr std::uint32_t kIp6 = 229;
constexpr std::uint32_t kPktap = 258;
constexpr std::uint32_t kCooked2 = 276;
constexpr std::uint32_t kTypeIp4 = 0x0800;
constexpr std::uint32_t kTypeIp6 = 0x86DD;
constexpr std::uint32_t kVlan = 0x8100;
constexpr std::uint32_t kQinQ = 0x88A8;
constexpr std::uint32_t kOldQinQ = 0x9100;
constexpr std::uint32_t kPppoeSession = 0x8864;
constexpr std::uint32_t kMpls = 0x8847;
constexpr std::uint32_t kMplsOfGroups = 0x8848;
constexpr std::uint32_t kMacSec = 0x88E5;
constexpr int kMostLabels = 16;
constexpr int kMostTags = 4;

Carried if_ip(ByteView bytes) {
  if (bytes.empty()) return {};
  unsigned const version = bytes[0] >> 4U;
  return version == 4 || version == 6 ? bytes : ByteView{};
}

// PPP's protocol field, one or two bytes, before what it carries.
Carried behind_ppp_protocol(ByteView bytes) {
  if (bytes.size() < 2) return {};
  std::size_t const length = (bytes[0] & 1U) != 0 ? 1 : 2;
  auto const protocol = length == 1 ? std::uint32_t{bytes[0]} : u16(bytes, 0);
  if (protocol == 0x281 || protocol == 0x283) return behind_labels(from(bytes, length));
  return protocol == 0x21 || protocol == 0x57 ? from(bytes, length) : ByteView{};
}

Carried behind_ppp(ByteView bytes) {
  bool const framed = bytes.size() >= 2 && (bytes[0] == 0xFF || bytes[0] == 0x0F);
  return behind_ppp_protocol(from(bytes, framed ? 2 : 0));
}

Carried behind_snap(ByteView bytes);

Carried behind_type(std::uint32_t type, ByteView bytes) {
  for (int tags = 0; tags < kMostTags; ++tags) {
    if (type == kTypeIp4 || type == kTypeIp6) return bytes;
    if (type == kVlan || type == kQinQ || type == kOldQinQ) {
      if (bytes.size() < 4) return {};
      type = u16(bytes, 2);
      bytes = bytes.subspan(4);
      continue;
    }
    if (type == kPppoeSession) return behind_ppp_protocol(from(bytes, 6));
    if (type == kMpls || type == kMplsOfGroups) return behind_labels(bytes);
    if (type == kMacSec) return {{}, "MACsec"};
    if (type < 0x0600) return behind_snap(bytes);  // a length (IEEE 802.3)
    return {};
  }
  return {};
}

// LLC and SNAP headers, then an EtherType.
Carried behind_snap(ByteView bytes) {
  if (bytes.size() < 8 || bytes[0] != 0xAA || bytes[1] != 0xAA || bytes[2] != 3) return {};
  auto const type = u16(bytes, 6);
  return type == kTypeIp4 || type == kTypeIp6 ? from(bytes, 8) : ByteView{};
}

Carried behind_ethernet(ByteView bytes) {
  if (bytes.size() < 14) return {};
  return behind_type(u16(bytes, 12), bytes.subspan(14));
}

// IEEE 802.11: data frames that are not encrypted (those of an open network, or of the client's own
// interface after decryption). Frames that hold several (A-MSDU) are not read.
Carried behind_wifi(ByteView bytes) {
  if (bytes.size() < 24) return {};
  unsigned const control = bytes[0];
  unsigned const flags = bytes[1];
  bool const data = (control & 0x0CU) == 0x08U && (control & 0x40U) == 0;  // and no null frame
  bool const encrypted = (flags & 0x40U) != 0;
  if (!data || encrypted) return {};
  std::size_t length = 24;
  if ((flags & 0x03U) == 0x03U) length += 6;  // between access points: a fourth address
  if ((control & 0x80U) != 0) {               // QoS
    if (bytes.size() < length + 2 || (bytes[length] & 0x80U) != 0) return {};
    length += 2;
    if ((flags & 0x80U) != 0) length += 4;  // HT control
  }
  auto const found = behind_snap(from(bytes, length));
  if (!found.ip.empty()) return found;
  return behind_snap(from(bytes, (length + 3) / 4 * 4));  // some drivers pad the header
}

Carried behind_radiotap(ByteView bytes) {
  if (bytes.size() < 4) return {};
  return behind_wifi(from(bytes, std::size_t{bytes[3]} << 8U | bytes[2]));
}

Carried behind_pktap(ByteView bytes) {
  if (bytes.size() < 12) return {};
  auto const inner = little32(bytes, 8);
  if (inner == kPktap) return {};
  return network_layer(inner, from(bytes, little32(bytes, 0)));
}

// ---- IP

Address address4(ByteView bytes, std::size_t at) { return {Family::ip4, Bits128{u32(bytes, at)}}; }
Address address6(ByteView bytes, std::size_t at) {
  Bits128 bits = 0;
  for (std::size_t i = 0; i < 16; i += 4) bits = bits << 32U | Bits128{u32(bytes, at + i)};
  return {Family::ip6, bits};
}

std::optional<IpView> ip4_view(ByteView bytes) {
  if (bytes.size() < 20) return std::nullopt;
  std::size_t const header = (bytes[0] & 0x0FU) * std::size_t{4};
  std::size_t total = u16(bytes, 2);
  if (total == 0) total = bytes.size();  // written by the interface, after it was captured
  if (header < 20 || header > bytes.size() || total < header) return std::nullopt;
  if ((u16(bytes, 6) & 0x1FFFU) != 0) return std::nullopt;  // a later fragment
  IpView ip;
  ip.family = Family::ip4;
  ip.protocol = bytes[9];
  ip.ttl = bytes[8];
  ip.src = address4(bytes, 12);
  ip.dst = address4(bytes, 16);
  ip.short_of = bytes.size() < total;
  ip.payload = bytes.subspan(header, std::min(total, bytes.size()) - header);
  return ip;
}

std::optional<IpView> ip6_view(ByteView bytes) {
  if (bytes.size() < 40) return std::nullopt;
  constexpr int kMostHeaders = 8;
  constexpr unsigned kHopByHop = 0;
  constexpr unsigned kRouting = 43;
  constexpr unsigned kFragment = 44;
  constexpr unsigned kAuthentication = 51;
  constexpr unsigned kDestination = 60;
  IpView ip;
  ip.family = Family::ip6;
  ip.ttl = bytes[7];
  ip.src = address6(bytes, 8);
  ip.dst = address6(bytes, 24);
  std::size_t length = u16(bytes, 4);
  auto rest = bytes.subspan(40);
  if (length == 0) length = rest.size();  // as above, or a jumbogram
  ip.short_of = rest.size() < length;
  rest = rest.first(std::min(length, rest.size()));
  unsigned next = bytes[6];
  for (int i = 0; i < kMostHeaders; ++i) {
    bool const options = next == kHopByHop || next == kRouting || next == kDestination;
    if (!options && next != kFragment && next != kAuthentication) break;
    if (rest.size() < 8) return std::nullopt;
    if (next == kFragment && (u16(rest, 2) & 0xFFF8U) != 0) return std::nullopt;  // a later one
    std::size_t size = (rest[1] + std::size_t{1}) * 8;
    if (next == kFragment) size = 8;
    if (next == kAuthentication) size = (rest[1] + std::size_t{2}) * 4;
    next = rest[0];
    if (size > rest.size()) return std::nullopt;
    rest = rest.subspan(size);
  }
  ip.protocol = static_cast<std::uint8_t>(next);
  ip.payload = rest;
  return ip;
}

}  // namespace

bool is_link_read(std::uint32_t link) {
  constexpr std::array<std::uint32_t, 17> kRead{
      kNull, kEthernet, kPpp,    kRawBsd,   kRawOpenBsd, kPppHdlc, kPppoe, kRaw,    kCiscoHdlc,
      kWifi, kLoop,     kCooked, kRadiotap, kIp4,        kIp6,     kPktap, kCooked2};
  return std::ranges::find(kRead, link) != kRead.end();
}

// RFC 3032. What the labels lead to is not told; IP is known by its first bits, as routers do that
// spread the load (RFC 4928). Other than IP is a wire of Ethernet or older, with a word of its own.
Carried behind_labels(ByteView bytes) {
  for (int label = 0; label < kMostLabels && bytes.size() >= 4; ++label) {
    bool const last = (bytes[2] & 1U) != 0;
    bytes = bytes.subspan(4);
    if (!last) continue;
    auto const inside = if_ip(bytes);
    return inside.ip.empty() ? Carried({}, "MPLS, other than IP") : inside;
  }
  return {{}, "MPLS"};
}

Carried network_layer(std::uint32_t link, ByteView frame) {
  switch (link) {
    case kEthernet:
      return behind_ethernet(frame);
    case kNull:  // the family, in the byte order of whoever captured
    case kLoop:
      return if_ip(from(frame, 4));
    case kRaw:
    case kRawBsd:
    case kRawOpenBsd:
    case kIp4:
    case kIp6:
      return if_ip(frame);
    case kCooked:
      return frame.size() < 16 ? Carried() : behind_type(u16(frame, 14), frame.subspan(16));
    case kCooked2:
      return frame.size() < 20 ? Carried() : behind_type(u16(frame, 0), frame.subspan(20));
    case kPpp:
    case kPppHdlc:
      return behind_ppp(frame);
    case kPppoe:
      return behind_ppp_protocol(from(frame, 6));
    case kCiscoHdlc:
      return frame.size() < 4 ? Carried() : behind_type(u16(frame, 2), frame.subspan(4));
    case kWifi:
      return behind_wifi(frame);
    case kRadiotap:
      return behind_radiotap(frame);
    case kPktap:
      return behind_pktap(frame);
    default:
      return {};
  }
}

std::optional<IpView> ip_view(ByteView bytes) {
  if (bytes.empty()) return std::nullopt;
  switch (bytes[0] >> 4U) {
    case 4:
      return ip4_view(bytes);
    case 6:
      return ip6_view(bytes);
    default:
      return std::nullopt;
  }
}

std::optional<TcpView> tcp_view(ByteView payload) {
  if (payload.size() < 20) return std::nullopt;
  TcpView tcp;
  tcp.sport = static_cast<std::uint16_t>(u16(payload, 0));
  tcp.dport = static_cast<std::uint16_t>(u16(payload, 2));
  tcp.seq = u32(payload, 4);
  tcp.ack = u32(payload, 8);
  tcp.flags = payload[13];
  tcp.window = static_cast<std::uint16_t>(u16(payload, 14));
  std::size_t const header = (payload[12] >> 4U) * std::size_t{4};
  if (header < 20) return std::nullopt;
  tcp.data = from(payload, header);
  return tcp;
}

std::optional<UdpView> udp_view(ByteView payload) {
  if (payload.size() < 8) return std::nullopt;
  UdpView udp;
  udp.sport = static_cast<std::uint16_t>(u16(payload, 0));
  udp.dport = static_cast<std::uint16_t>(u16(payload, 2));
  std::size_t const length = u16(payload, 4);
  if (length != 0 && length < 8) return std::nullopt;
  auto const end = length == 0 ? payload.size() : std::min(length, payload.size());
  udp.data = payload.subspan(8, end - 8);
  return udp;
}

std::optional<IcmpErrorView> icmp_error_view(IpView const& ip) {
  if (ip.payload.size() < 8) return std::nullopt;
  bool const four = ip.protocol == l4::icmp && ip.family == Family::ip4;
  bool const six = ip.protocol == l4::icmp6 && ip.family == Family::ip6;
  if (!four && !six) return std::nullopt;
  IcmpErrorView error;
  error.type = ip.payload[0];
  error.code = ip.payload[1];
  // Unreachable, time exceeded, parameter problem (RFC 792; RFC 4443).
  bool const speaks_of_another = four ? error.type == 3 || error.type == 11 || error.type == 12
                                      : error.type == 1 || error.type == 3 || error.type == 4;
  if (!speaks_of_another) return std::nullopt;
  auto const quoted = ip_view(ip.payload.subspan(8));
  if (!quoted || quoted->payload.size() < 4) return std::nullopt;
  error.quoted = *quoted;
  error.sport = static_cast<std::uint16_t>(u16(quoted->payload, 0));
  error.dport = static_cast<std::uint16_t>(u16(quoted->payload, 2));
  return error;
}

}  // namespace safeconduct
