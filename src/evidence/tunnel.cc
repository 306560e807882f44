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
constexpr std::uint8_t kEtherIp = 97;
constexpr std::uint8_t kL2tp = 115;  // version 3
constexpr std::uint8_t kMplsInIp = 137;
constexpr std::uint16_t kVxlan = 4789;
constexpr std::uint16_t kVxlanOfLinux = 8472;  // its port before there was one
constexpr std::uint16_t kVxlanGpe = 4790;
constexpr std::uint16_t kGeneve = 6081;
constexpr std::uint16_t kMplsInUdp = 6635;
constexpr std::uint16_t kGtp = 2152;
constexpr std::uint32_t kTypeIp4 = 0x0800;
constexpr std::uint32_t kTypeIp6 = 0x86DD;
constexpr std::uint32_t kTypeMpls = 0x8847;
constexpr std::uint32_t kTypeMplsOfGroups = 0x8848;
constexpr std::uint32_t kTypeEthernet = 0x6558;
constexpr std::uint32_t kTypeErspan2 = 0x88BE;
constexpr std::uint32_t kTypeErspan3 = 0x22EB;
constexpr std::uint32_t kLinkEthernet = 1;

// A frame of Ethernet may carry what is no IP (ARP, spanning tree): nothing is missing then.
Carried frame(ByteView bytes) { return network_layer(kLinkEthernet, bytes); }

// What an EtherType announces, in any tunnel. 'kind': the tunnel, where it is not read.
Carried of_type(std::uint32_t type, ByteView inside, std::string_view kind) {
  switch (type) {
    case kTypeIp4:
    case kTypeIp6:
      return inside;
    case kTypeEthernet:
      return frame(inside);
    case kTypeMpls:
    case kTypeMplsOfGroups:
      return behind_labels(inside);
    default:
      return {{}, kind};
  }
}

// RFC 2784, 2890; ERSPAN: draft-foschiano-erspan-03.
Carried behind_gre(ByteView bytes) {
  if (bytes.size() < 4) return {{}, "GRE, cut short"};
  auto const flags = u16(bytes, 0);
  constexpr std::uint32_t kChecksum = 0x8000;
  constexpr std::uint32_t kRouting = 0x4000;
  constexpr std::uint32_t kKey = 0x2000;
  constexpr std::uint32_t kSequence = 0x1000;
  constexpr std::uint32_t kVersion = 0x0007;
  if ((flags & kVersion) != 0) return {{}, "PPTP"};
  if ((flags & kRouting) != 0) return {{}, "GRE with source routes"};
  std::size_t length = 4;
  for (auto const flag : {kChecksum, kKey, kSequence})
    if ((flags & flag) != 0) length += 4;
  auto const inside = from(bytes, length);
  switch (auto const type = u16(bytes, 2)) {
    case kTypeErspan2:  // without a sequence number it is type I, which has no header
      return frame(from(inside, (flags & kSequence) != 0 ? 8 : 0));
    case kTypeErspan3: {
      constexpr std::size_t kHeader = 12;
      if (inside.size() < kHeader) return {{}, "ERSPAN, cut short"};
      bool const more = (inside[kHeader - 1] & 1U) != 0;  // a subheader of the platform
      return frame(from(inside, more ? kHeader + 8 : kHeader));
    }
    default:
      return of_type(type, inside, "GRE of another protocol");
  }
}

// RFC 7348: the flag of a valid network must be set. All others, and what is reserved, is to be
// passed over; a group's policy stands there (draft-smith-vxlan-group-policy).
Carried behind_vxlan(ByteView bytes) {
  constexpr std::size_t kHeader = 8;
  constexpr unsigned kValid = 0x08;
  if (bytes.size() < kHeader || (bytes[0] & kValid) == 0) return {};
  return frame(from(bytes, kHeader));
}

// draft-ietf-nvo3-vxlan-gpe: as above, with a flag that says that the next protocol is named.
Carried behind_vxlan_gpe(ByteView bytes) {
  constexpr std::size_t kHeader = 8;
  if (bytes.size() < kHeader) return {};
  unsigned const flags = bytes[0];
  constexpr unsigned kVersion = 0x30;
  constexpr unsigned kValid = 0x08;
  constexpr unsigned kNamed = 0x04;
  constexpr unsigned kOfManagement = 0x01;
  if ((flags & (kValid | kNamed)) == 0 || (flags & (kVersion | kOfManagement)) != 0) return {};
  auto const inside = from(bytes, kHeader);
  if ((flags & kNamed) == 0) return frame(inside);
  switch (bytes[3]) {
    case 1:
    case 2:
      return inside;
    case 3:
      return frame(inside);
    case 5:
      return behind_labels(inside);
    default:  // a service header, or no such tunnel: then what is reserved is hardly 0
      if ((flags & 0xC0U) != 0 || u16(bytes, 1) != 0 || bytes[7] != 0) return {};
      return {{}, "VXLAN-GPE"};
  }
}

// RFC 8926; what is reserved is to be passed over.
Carried behind_geneve(ByteView bytes) {
  constexpr std::size_t kHeader = 8;
  if (bytes.size() < kHeader || bytes[0] >> 6U != 0) return {};
  bool const surely = (bytes[1] & 0x3FU) == 0 && bytes[7] == 0;
  return of_type(u16(bytes, 2), from(bytes, kHeader + (bytes[0] & 0x3FU) * std::size_t{4}),
                 surely ? "Geneve" : "");
}

// RFC 7510
Carried behind_udp_labels(ByteView bytes) { return behind_labels(bytes).ip; }

// 3GPP TS 29.281: a packet of a phone.
Carried behind_gtp(ByteView bytes) {
  constexpr std::size_t kHeader = 8;
  bool const is = bytes.size() >= kHeader && (bytes[0] & 0xF0U) == 0x30U && bytes[1] == 0xFF &&
                  u16(bytes, 2) == bytes.size() - kHeader;
  return is ? Carried({}, "GTP") : Carried();
}

// RFC 3378
Carried behind_ether_ip(ByteView bytes) {
  if (bytes.size() < 2 || bytes[0] >> 4U != 3) return {{}, "EtherIP"};
  return frame(bytes.subspan(2));
}

// The port alone proves no tunnel: a client may have it as its own.
Carried behind_udp(ByteView payload) {
  auto const udp = udp_view(payload);
  if (!udp) return {};
  switch (udp->dport) {
    case kVxlan:
    case kVxlanOfLinux:
      return behind_vxlan(udp->data);
    case kVxlanGpe:
      return behind_vxlan_gpe(udp->data);
    case kGeneve:
      return behind_geneve(udp->data);
    case kMplsInUdp:
      return behind_udp_labels(udp->data);
    case kGtp:
      return behind_gtp(udp->data);
    default:
      return {};
  }
}

}  // namespace

Carried carried(IpView const& ip) {
  switch (ip.protocol) {
    case kIp4InIp:
    case kIp6InIp:
      return ip.payload;
    case kGre:
      return behind_gre(ip.payload);
    case kEtherIp:
      return behind_ether_ip(ip.payload);
    case kMplsInIp:
      return behind_labels(ip.payload);
    case kL2tp:
      return {{}, "L2TP"};
    case l4::udp:
      return behind_udp(ip.payload);
    default:
      return {};
  }
}

}  // namespace safeconduct
