// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/tunnel.h"

#include <cstddef>
#include <cstdint>

#include "packet/field.h"

namespace safeconduct {
namespace {

// IANA: protocols of IP, ports of UDP, EtherTypes.
constexpr std::uint8_t kIp4InIp = 4;
constexpr std::uint8_t kIp6InIp = 41;
constexpr std::uint8_t kGre = 47;
constexpr std::uint16_t kVxlan = 4789;
constexpr std::uint16_t kVxlanOfLinux = 8472;  // its port before there was one
constexpr std::uint16_t kGeneve = 6081;
constexpr std::uint32_t kTypeIp4 = 0x0800;
constexpr std::uint32_t kTypeIp6 = 0x86DD;
constexpr std::uint32_t kTypeEthernet = 0x6558;
constexpr std::uint32_t kTypeErspan2 = 0x88BE;
constexpr std::uint32_t kTypeErspan3 = 0x22EB;
constexpr std::uint32_t kLinkEthernet = 1;

std::uint32_t u16(ByteView bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 8U | bytes[at + 1];
}

ByteView from(ByteView bytes, std::size_t at) {
  return at <= bytes.size() ? bytes.subspan(at) : ByteView{};
}

// A frame of Ethernet may carry what is no IP (ARP, spanning tree): nothing is missing then.
Carried frame(ByteView bytes) { return {network_layer(kLinkEthernet, bytes), false}; }

// RFC 2784, 2890; ERSPAN: draft-foschiano-erspan-03.
Carried behind_gre(ByteView bytes) {
  if (bytes.size() < 4) return {{}, true};
  auto const flags = u16(bytes, 0);
  constexpr std::uint32_t kChecksum = 0x8000;
  constexpr std::uint32_t kRouting = 0x4000;
  constexpr std::uint32_t kKey = 0x2000;
  constexpr std::uint32_t kSequence = 0x1000;
  constexpr std::uint32_t kVersion = 0x0007;
  if ((flags & (kRouting | kVersion)) != 0) return {{}, true};  // source routes; PPTP
  std::size_t length = 4;
  for (auto const flag : {kChecksum, kKey, kSequence})
    if ((flags & flag) != 0) length += 4;
  auto const inside = from(bytes, length);
  switch (u16(bytes, 2)) {
    case kTypeIp4:
    case kTypeIp6:
      return {inside, false};
    case kTypeEthernet:
      return frame(inside);
    case kTypeErspan2:  // without a sequence number it is type I, which has no header
      return frame(from(inside, (flags & kSequence) != 0 ? 8 : 0));
    case kTypeErspan3: {
      constexpr std::size_t kHeader = 12;
      if (inside.size() < kHeader) return {{}, true};
      bool const more = (inside[kHeader - 1] & 1U) != 0;  // a subheader of the platform
      return frame(from(inside, more ? kHeader + 8 : kHeader));
    }
    default:
      return {{}, true};
  }
}

// RFC 7348: the flag of a valid network, everything that is reserved 0.
Carried behind_vxlan(ByteView bytes) {
  constexpr std::size_t kHeader = 8;
  if (bytes.size() < kHeader || u16(bytes, 0) != 0x0800 || u16(bytes, 2) != 0 || bytes[7] != 0)
    return {};
  return frame(from(bytes, kHeader));
}

// RFC 8926
Carried behind_geneve(ByteView bytes) {
  constexpr std::size_t kHeader = 8;
  if (bytes.size() < kHeader || bytes[0] >> 6U != 0 || (bytes[1] & 0x3FU) != 0 || bytes[7] != 0)
    return {};
  auto const inside = from(bytes, kHeader + (bytes[0] & 0x3FU) * std::size_t{4});
  switch (u16(bytes, 2)) {
    case kTypeIp4:
    case kTypeIp6:
      return {inside, false};
    case kTypeEthernet:
      return frame(inside);
    default:
      return {{}, true};
  }
}

// The port alone proves no tunnel: a client may have it as its own.
Carried behind_udp(ByteView payload) {
  auto const udp = udp_view(payload);
  if (!udp) return {};
  switch (udp->dport) {
    case kVxlan:
    case kVxlanOfLinux:
      return behind_vxlan(udp->data);
    case kGeneve:
      return behind_geneve(udp->data);
    default:
      return {};
  }
}

}  // namespace

Carried carried(IpView const& ip) {
  switch (ip.protocol) {
    case kIp4InIp:
    case kIp6InIp:
      return {ip.payload, false};
    case kGre:
      return behind_gre(ip.payload);
    case l4::udp:
      return behind_udp(ip.payload);
    default:
      return {};
  }
}

}  // namespace safeconduct
