// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/packet_bytes.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace safeconduct::testing {

namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {0x5C, 0xC0, 0x0D, 0xE5};
constexpr std::uint8_t kFragmentHeader = 44;  // RFC 8200, 4.5

void put8(Bytes& out, unsigned value) { out.push_back(static_cast<std::uint8_t>(value)); }
void put16(Bytes& out, unsigned value) {
  put8(out, value >> 8 & 0xFF);
  put8(out, value & 0xFF);
}
void put32(Bytes& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xFFFF);
}
void put(Bytes& out, Bytes const& more) { out.insert(out.end(), more.begin(), more.end()); }
void put(Bytes& out, Address const& address) {
  for (unsigned shift = address_bits(address.family); shift > 0; shift -= 8) {
    put8(out, static_cast<unsigned>(address.bits >> (shift - 8)) & 0xFF);
  }
}

unsigned get16(std::span<std::uint8_t const> in, std::size_t at) {
  return static_cast<unsigned>(in[at] << 8 | in[at + 1]);
}
std::uint32_t get32(std::span<std::uint8_t const> in, std::size_t at) {
  return get16(in, at) << 16 | get16(in, at + 2);
}
Address get_address(std::span<std::uint8_t const> in, Family family) {
  Address address{family, 0};
  for (auto const byte : in.first(address_bits(family) / 8))
    address.bits = address.bits << 8 | byte;
  return address;
}

void set16(Bytes& out, std::size_t at, unsigned value) {
  out[at] = static_cast<std::uint8_t>(value >> 8);
  out[at + 1] = static_cast<std::uint8_t>(value);
}

// RFC 1071.
unsigned internet_sum(std::span<std::uint8_t const> bytes, unsigned sum = 0) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? static_cast<unsigned>(bytes[i]) << 8 : bytes[i];
  }
  while (sum > 0xFFFF) sum = (sum >> 16) + (sum & 0xFFFF);
  return sum;
}
unsigned checksum(std::span<std::uint8_t const> bytes, unsigned sum = 0) {
  return ~internet_sum(bytes, sum) & 0xFFFF;
}

// RFC 9260, appendix A: conntrack ignores an SCTP packet whose CRC32c is wrong.
std::uint32_t crc32c(std::span<std::uint8_t const> bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (auto const byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78U : 0);
  }
  return ~crc;
}

unsigned pseudo_header_sum(WirePacket const& packet, std::size_t length) {
  Bytes header;
  put(header, packet.source);
  put(header, packet.destination);
  put32(header, static_cast<std::uint32_t>(length));
  put32(header, packet.protocol);
  return internet_sum(header);
}

// The transport header, checksum zero, and what must stand before the cookie.
Bytes transport_header(WirePacket const& packet) {
  Bytes out;
  switch (packet.protocol) {
    case protocol::kTcp:
      put16(out, packet.source_port);
      put16(out, packet.destination_port);
      put32(out, packet.tcp_sequence);
      put32(out, packet.tcp_acknowledgement);
      put8(out, 5 << 4);
      put8(out, packet.tcp_flags);
      put16(out, 65535);
      put32(out, 0);  // checksum, urgent pointer
      break;
    case protocol::kUdp:
    case protocol::kUdpLite:
      put16(out, packet.source_port);
      put16(out, packet.destination_port);
      put16(out, 8 + 8);
      put16(out, 0);
      break;
    case protocol::kSctp:
      put16(out, packet.source_port);
      put16(out, packet.destination_port);
      put32(out, 0);  // an INIT has no verification tag
      put32(out, 0);  // CRC32c
      put32(out,
            1U << 24 | (4 + 16 + 8));  // INIT chunk, which the cookie ends as a parameter would
      put32(out, 1);                   // initiate tag
      put32(out, 65536);               // window
      put32(out, 1U << 16 | 1);
      put32(out, 1);
      break;
    case protocol::kIcmp:
    case protocol::kIcmp6:
      put8(out, packet.icmp_type);
      put8(out, packet.icmp_code);
      put16(out, 0);
      put16(out, packet.source_port);
      put16(out, packet.destination_port);
      put(out, packet.quoted);
      break;
    default:
      put16(out, packet.source_port);
      put16(out, packet.destination_port);
      put32(out, 0);  // a checksum at offset 4, and two bytes unused
      break;
  }
  return out;
}

void seal(Bytes& transport, WirePacket const& packet) {
  // The pseudo header counts for TCP and UDP, and in IPv6 for all (RFC 8200, 8.1).
  auto const plain = [&](bool with_addresses) {
    return checksum(transport, with_addresses ? pseudo_header_sum(packet, transport.size()) : 0);
  };
  bool const v6 = packet.source.family == Family::ip6;
  switch (packet.protocol) {
    case protocol::kTcp:
      set16(transport, 16, plain(true));
      break;
    case protocol::kUdp:
    case protocol::kUdpLite: {
      auto const sum = plain(true);
      set16(transport, 6, sum == 0 ? 0xFFFF : sum);
      break;
    }
    case protocol::kIcmp:
    case protocol::kIcmp6:
      set16(transport, 2, plain(v6));
      break;
    case protocol::kSctp: {
      auto const crc = crc32c(transport);
      for (unsigned i = 0; i < 4; ++i) transport[8 + i] = static_cast<std::uint8_t>(crc >> 8 * i);
      break;
    }
    // The kernel's reject statements answer a packet of a protocol they do not know only if its
    // bytes sum up as if it had such a checksum; real IGMP and OSPF packets do.
    default:
      set16(transport, 4, plain(v6));
      break;
  }
}

bool is_fragment(WirePacket const& packet) {
  return packet.more_fragments || packet.fragment_offset != 0;
}

Bytes ip4_bytes(WirePacket const& packet, Cookie cookie, Bytes const& body) {
  Bytes out;
  put8(out, 0x45);
  put8(out, static_cast<unsigned>(packet.dscp << 2));
  put16(out, static_cast<unsigned>(20 + body.size()));
  put16(out,
        (cookie & 0xFFFF) == 0 ? 0xFFFF : cookie & 0xFFFF);  // 0 would be filled in by a raw socket
  put16(out, (packet.more_fragments ? 0x2000U : 0U) | packet.fragment_offset);
  put8(out, packet.ttl);
  put8(out, packet.protocol);
  put16(out, 0);
  put(out, packet.source);
  put(out, packet.destination);
  set16(out, 10, checksum(out));
  put(out, body);
  return out;
}

Bytes ip6_bytes(WirePacket const& packet, Cookie cookie, Bytes const& body) {
  auto chain = packet.extension_headers;
  if (is_fragment(packet)) chain.push_back(kFragmentHeader);
  Bytes extensions;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    put8(extensions, i + 1 < chain.size() ? chain[i + 1] : packet.protocol);
    put8(extensions, 0);  // 8 bytes
    if (chain[i] == kFragmentHeader) {
      put16(extensions,
            static_cast<unsigned>(packet.fragment_offset << 3) | (packet.more_fragments ? 1 : 0));
      put32(extensions, cookie);
    } else if (chain[i] == 43) {
      put16(extensions, 0);
      put32(extensions, 0);
    } else {
      put16(extensions, 1 << 8 | 4);  // PadN over the rest
      put32(extensions, 0);
    }
  }
  Bytes out;
  put32(out, 6U << 28 | static_cast<std::uint32_t>(packet.dscp) << 22);
  put16(out, static_cast<unsigned>(extensions.size() + body.size()));
  put8(out, chain.empty() ? packet.protocol : chain.front());
  put8(out, packet.ttl);
  put(out, packet.source);
  put(out, packet.destination);
  put(out, extensions);
  put(out, body);
  return out;
}

// Fills the transport fields of 'packet' from what follows the IP headers.
void read_transport(WirePacket& packet, std::span<std::uint8_t const> in) {
  if (packet.fragment_offset != 0 || in.size() < 4) return;
  switch (packet.protocol) {
    case protocol::kIcmp:
    case protocol::kIcmp6:
      packet.icmp_type = in[0];
      packet.icmp_code = in[1];
      if (in.size() < 8) return;
      packet.source_port = static_cast<std::uint16_t>(get16(in, 4));
      packet.destination_port = static_cast<std::uint16_t>(get16(in, 6));
      if (is_icmp_error(packet)) packet.quoted.assign(in.begin() + 8, in.end());
      return;
    case protocol::kTcp:
      if (in.size() < 20) return;
      packet.tcp_sequence = get32(in, 4);
      packet.tcp_acknowledgement = get32(in, 8);
      packet.tcp_flags = in[13];
      break;
    default:
      break;
  }
  packet.source_port = static_cast<std::uint16_t>(get16(in, 0));
  packet.destination_port = static_cast<std::uint16_t>(get16(in, 2));
}

std::optional<WirePacket> read_ip4(std::span<std::uint8_t const> in) {
  if (in.size() < 20) return std::nullopt;
  auto const header = static_cast<std::size_t>(in[0] & 15) * 4;
  auto const total = get16(in, 2);
  if (header < 20 || header > total || total > in.size()) return std::nullopt;
  WirePacket packet;
  packet.dscp = static_cast<std::uint8_t>(in[1] >> 2);
  packet.more_fragments = (in[6] & 0x20) != 0;
  packet.fragment_offset = static_cast<std::uint16_t>(get16(in, 6) & 0x1FFF);
  packet.ttl = in[8];
  packet.protocol = in[9];
  packet.source = get_address(in.subspan(12), Family::ip4);
  packet.destination = get_address(in.subspan(16), Family::ip4);
  read_transport(packet, in.subspan(header, total - header));
  return packet;
}

std::optional<WirePacket> read_ip6(std::span<std::uint8_t const> in) {
  if (in.size() < 40 || 40 + get16(in, 4) > in.size()) return std::nullopt;
  WirePacket packet;
  packet.dscp = static_cast<std::uint8_t>(get16(in, 0) >> 6 & 0x3F);
  packet.ttl = in[7];
  packet.protocol = in[6];
  packet.source = get_address(in.subspan(8), Family::ip6);
  packet.destination = get_address(in.subspan(24), Family::ip6);
  auto rest = in.subspan(40, get16(in, 4));
  for (;;) {
    auto const number = packet.protocol;
    bool const fragment = number == kFragmentHeader;
    if (!fragment && number != 0 && number != 43 && number != 60) break;
    if (rest.size() < 8) return std::nullopt;
    auto const length = fragment ? 8 : (static_cast<std::size_t>(rest[1]) + 1) * 8;
    if (length > rest.size()) return std::nullopt;
    if (fragment) {
      packet.fragment_offset = static_cast<std::uint16_t>(get16(rest, 2) >> 3);
      packet.more_fragments = (rest[3] & 1) != 0;
    } else {
      packet.extension_headers.push_back(number);
    }
    packet.protocol = rest[0];
    rest = rest.subspan(length);
    if (packet.fragment_offset != 0) break;
  }
  read_transport(packet, rest);
  return packet;
}

}  // namespace

Bytes packet_bytes(WirePacket const& packet, Cookie cookie) {
  if (packet.source.family != packet.destination.family) std::abort();
  bool const later_fragment = packet.fragment_offset != 0;
  Bytes body = later_fragment ? Bytes{} : transport_header(packet);
  for (auto const byte : kMagic) put8(body, byte);
  put32(body, cookie);
  if (!later_fragment) seal(body, packet);
  return packet.source.family == Family::ip4 ? ip4_bytes(packet, cookie, body)
                                             : ip6_bytes(packet, cookie, body);
}

std::optional<WirePacket> read_packet(std::span<std::uint8_t const> bytes) {
  if (bytes.empty()) return std::nullopt;
  switch (bytes[0] >> 4) {
    case 4:
      return read_ip4(bytes);
    case 6:
      return read_ip6(bytes);
    default:
      return std::nullopt;
  }
}

std::optional<Cookie> read_cookie(std::span<std::uint8_t const> bytes) {
  if (bytes.size() < 8) return std::nullopt;
  auto const tail = bytes.last(8);
  if (!std::ranges::equal(tail.first(4), kMagic)) return std::nullopt;
  return get32(tail, 4);
}

bool is_icmp_error(WirePacket const& packet) {
  if (packet.protocol == protocol::kIcmp) {
    auto const type = packet.icmp_type;
    return (type >= 3 && type <= 5) || type == 11 || type == 12;
  }
  return packet.protocol == protocol::kIcmp6 && packet.icmp_type < 128;
}

Address wire_address(std::string_view text) {
  std::string const terminated(text);
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return get_address(bytes, Family::ip4);
  }
  if (::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
    return get_address(bytes, Family::ip6);
  }
  std::abort();  // a test wrote no address
}

WirePacket wire_tcp(std::string_view source, std::uint16_t source_port,
                    std::string_view destination, std::uint16_t destination_port,
                    std::uint8_t flags) {
  auto packet = wire_udp(source, source_port, destination, destination_port);
  packet.protocol = protocol::kTcp;
  packet.tcp_flags = flags;
  return packet;
}

WirePacket wire_udp(std::string_view source, std::uint16_t source_port,
                    std::string_view destination, std::uint16_t destination_port) {
  auto packet = wire_protocol(protocol::kUdp, source, destination);
  packet.source_port = source_port;
  packet.destination_port = destination_port;
  return packet;
}

WirePacket wire_ping(std::string_view source, std::string_view destination,
                     std::uint16_t identifier) {
  auto packet = wire_protocol(protocol::kIcmp, source, destination);
  packet.source_port = identifier;
  packet.destination_port = 1;
  if (packet.source.family == Family::ip6) {
    packet.protocol = protocol::kIcmp6;
    packet.icmp_type = 128;
  }
  return packet;
}

WirePacket wire_protocol(std::uint8_t number, std::string_view source,
                         std::string_view destination) {
  WirePacket packet;
  packet.protocol = number;
  packet.source = wire_address(source);
  packet.destination = wire_address(destination);
  return packet;
}

WirePacket reply_to(WirePacket const& packet) {
  auto reply = packet;
  std::swap(reply.source, reply.destination);
  if (packet.protocol == protocol::kIcmp || packet.protocol == protocol::kIcmp6) {
    if (packet.icmp_type == 8) reply.icmp_type = 0;
    if (packet.icmp_type == 128) reply.icmp_type = 129;
    return reply;
  }
  std::swap(reply.source_port, reply.destination_port);
  if (packet.protocol == protocol::kTcp) {
    bool const opening = packet.tcp_flags == tcp_flag::kSyn;
    reply.tcp_flags = opening ? tcp_flag::kSyn | tcp_flag::kAck : tcp_flag::kAck;
    reply.tcp_sequence = opening ? 5000 : packet.tcp_acknowledgement;
    // Eight more for the cookie, which is payload to TCP.
    reply.tcp_acknowledgement = packet.tcp_sequence + (opening ? 1 : 0) + 8;
  }
  return reply;
}

std::string to_string(WirePacket const& packet) {
  auto const endpoint = [&](Address const& address, std::uint16_t port) {
    std::array<std::uint8_t, 16> bytes{};
    Bytes raw;
    put(raw, address);
    std::ranges::copy(raw, bytes.begin());
    std::array<char, INET6_ADDRSTRLEN> text{};
    bool const v6 = address.family == Family::ip6;
    ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
    auto const number = std::to_string(port);
    return v6 ? "[" + std::string(text.data()) + "]:" + number : text.data() + (":" + number);
  };
  std::string out;
  switch (packet.protocol) {
    case protocol::kTcp:
      out = "tcp";
      break;
    case protocol::kUdp:
      out = "udp";
      break;
    case protocol::kIcmp:
      out = "icmp";
      break;
    case protocol::kIcmp6:
      out = "icmpv6";
      break;
    case protocol::kSctp:
      out = "sctp";
      break;
    default:
      out = "protocol " + std::to_string(packet.protocol);
      break;
  }
  out += ' ' + endpoint(packet.source, packet.source_port) + " > " +
         endpoint(packet.destination, packet.destination_port);
  if (packet.protocol == protocol::kTcp) out += " flags " + std::to_string(packet.tcp_flags);
  if (packet.protocol == protocol::kIcmp || packet.protocol == protocol::kIcmp6) {
    out += " type " + std::to_string(packet.icmp_type) + "/" + std::to_string(packet.icmp_code);
  }
  return out;
}

}  // namespace safeconduct::testing
