// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/tunnel.h"

#include <doctest/doctest.h>

#include "evidence/capture_sample.h"

namespace safeconduct::test {
namespace {

constexpr std::uint8_t kGre = 47;
Octets const kInner = udp_packet({"10.20.0.99", 5000}, {"192.0.2.1", 53}, octets("question"));
Octets const kInner6 = udp_packet({"2001:db8::1", 5000}, {"2001:db8::2", 53}, octets("question"));

Octets const kLabel{0, 0, 0x11, 64};  // of MPLS, the last

Octets behind(Octets head, Octets const& rest) {
  head.insert(head.end(), rest.begin(), rest.end());
  return head;
}
Octets gre(Octets const& head, Octets const& rest) {
  return ip_packet("198.51.100.1", "203.0.113.1", kGre, behind(head, rest));
}
Octets over_udp(std::uint16_t port, Octets const& head, Octets const& rest) {
  return udp_packet({"198.51.100.1", 60'000}, {"203.0.113.1", port}, behind(head, rest));
}
Octets vxlan(Octets const& rest) {
  return over_udp(4789, {8, 0, 0, 0, 0, 0, 7, 0}, ethernet(rest));
}

Carried carried_by(Octets const& packet) { return carried(ip_view(packet).value()); }
bool same(ByteView view, Octets const& packet) { return std::ranges::equal(view, packet); }

struct Tunnel {
  char const* what;
  Octets packet;
};

}  // namespace

TEST_CASE("tunnel: what is inside is found in every kind that is read") {
  Octets const key(4);
  auto const frame = ethernet(kInner, {100});
  for (auto const& [what, packet] : {
           Tunnel{"IP in IP", ip_packet("198.51.100.1", "203.0.113.1", 4, kInner)},
           Tunnel{"GRE", gre({0, 0, 8, 0}, kInner)},
           Tunnel{"GRE with all its fields", gre(behind({0xB0, 0, 8, 0}, Octets(12)), kInner)},
           Tunnel{"GRE of Ethernet", gre({0, 0, 0x65, 0x58}, frame)},
           Tunnel{"NVGRE", gre(behind({0x20, 0, 0x65, 0x58}, key), frame)},
           Tunnel{"ERSPAN I", gre({0, 0, 0x88, 0xBE}, frame)},
           Tunnel{"ERSPAN II", gre(behind({0x10, 0, 0x88, 0xBE}, Octets(12)), frame)},
           Tunnel{"ERSPAN III", gre(behind({0x10, 0, 0x22, 0xEB}, Octets(16)), frame)},
           Tunnel{"VXLAN", over_udp(4789, {8, 0, 0, 0, 0, 0, 7, 0}, frame)},
           Tunnel{"VXLAN, Linux", over_udp(8472, {8, 0, 0, 0, 0, 0, 7, 0}, frame)},
           Tunnel{"VXLAN with a group's policy",
                  over_udp(4789, {0x88, 0x48, 0, 9, 0, 0, 7, 0}, frame)},
           Tunnel{"VXLAN, what is reserved not 0",
                  over_udp(4789, {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 7, 0xFF}, frame)},
           Tunnel{"VXLAN-GPE of Ethernet", over_udp(4790, {0x0C, 0, 0, 3, 0, 0, 7, 0}, frame)},
           Tunnel{"VXLAN-GPE of IP", over_udp(4790, {0x0C, 0, 0, 1, 0, 0, 7, 0}, kInner)},
           Tunnel{"VXLAN-GPE that names nothing", over_udp(4790, {8, 0, 0, 0, 0, 0, 7, 0}, frame)},
           Tunnel{"VXLAN-GPE of MPLS",
                  over_udp(4790, behind({0x0C, 0, 0, 5, 0, 0, 7, 0}, kLabel), kInner)},
           Tunnel{"MPLS over GRE", gre(behind({0, 0, 0x88, 0x47}, kLabel), kInner)},
           Tunnel{"MPLS in IP",
                  ip_packet("198.51.100.1", "203.0.113.1", 137, behind(kLabel, kInner))},
           Tunnel{"MPLS in UDP", over_udp(6635, kLabel, kInner)},
           Tunnel{"EtherIP",
                  ip_packet("198.51.100.1", "203.0.113.1", 97, behind({0x30, 0}, frame))},
           Tunnel{"Geneve, what is reserved not 0",
                  over_udp(6081, {0, 0x3F, 0x65, 0x58, 0, 0, 7, 9}, frame)},
           Tunnel{"Geneve", over_udp(6081, {0, 0, 0x65, 0x58, 0, 0, 7, 0}, frame)},
           Tunnel{"Geneve with options",
                  over_udp(6081, behind({2, 0, 0x65, 0x58, 0, 0, 7, 0}, Octets(8)), frame)},
           Tunnel{"Geneve of IP", over_udp(6081, {0, 0, 8, 0, 0, 0, 7, 0}, kInner)},
       }) {
    CAPTURE(what);
    auto const found = carried_by(packet);
    CHECK(same(found.ip, kInner));
    CHECK(found.unread.empty());
  }
  CHECK(same(carried_by(ip_packet("198.51.100.1", "203.0.113.1", 41, kInner6)).ip, kInner6));
  CHECK(same(carried_by(gre({0, 0, 0x86, 0xDD}, kInner6)).ip, kInner6));
  auto subheader = Octets(24);
  subheader[4 + 11] = 1;
  CHECK(same(carried_by(gre(behind({0x10, 0, 0x22, 0xEB}, subheader), frame)).ip, kInner));
}

TEST_CASE("tunnel: kinds that are not read are said to be so, and other packets are no tunnels") {
  struct Unread {
    char const* kind;
    Octets packet;
  };
  for (auto const& [kind, packet] : {
           Unread{"PPTP", gre({0x30, 1, 0x88, 0x0B}, Octets(12))},
           Unread{"GRE with source routes", gre({0x40, 0, 8, 0}, kInner)},
           Unread{"GRE of another protocol", gre({0, 0, 0x12, 0x34}, Octets(30))},
           Unread{"MPLS, other than IP", gre(behind({0, 0, 0x88, 0x47}, kLabel), Octets(30))},
           Unread{"Geneve", over_udp(6081, {0, 0, 0x12, 0x34, 0, 0, 7, 0}, Octets(30))},
           Unread{"VXLAN-GPE", over_udp(4790, {0x0C, 0, 0, 4, 0, 0, 7, 0}, Octets(30))},
           Unread{"GTP", over_udp(2152, {0x32, 0xFF, 0, 32, 0, 0, 0, 1}, Octets(32))},
           Unread{"L2TP", ip_packet("198.51.100.1", "203.0.113.1", 115, Octets(30))},
           Unread{"EtherIP", ip_packet("198.51.100.1", "203.0.113.1", 97, Octets(30))},
       }) {
    CAPTURE(kind);
    CHECK(carried_by(packet).unread == kind);
    CHECK(carried_by(packet).ip.empty());
  }
  for (auto const& packet :
       {kInner, over_udp(4789, {}, octets("an answer to a client's port")),
        over_udp(4789, {0xF7, 0, 0, 0, 0, 0, 7, 0}, ethernet(kInner)),  // no valid network
        over_udp(4790, {}, octets("an answer to a client's port")),
        over_udp(4790, {0x0D, 0, 0, 1, 0, 0, 7, 0}, kInner),  // of management
        over_udp(6635, {}, octets("an answer to a client's port")),
        over_udp(2152, {}, octets("an answer to a client's port")),
        over_udp(6081, {}, octets("an answer to a client's port")),
        gre({0, 0, 0x65, 0x58}, behind(Octets(12), {8, 6}))}) {  // ARP, of Ethernet
    auto const found = carried_by(packet);
    CHECK(found.ip.empty());
    CHECK(found.unread.empty());
  }
}

TEST_CASE("tunnel: one that is cut anywhere gives no more than there is") {
  for (auto const& packet :
       {gre(behind({0xB0, 0, 0x22, 0xEB}, Octets(24)), ethernet(kInner)), vxlan(kInner),
        over_udp(4790, behind({0x0C, 0, 0, 5, 0, 0, 7, 0}, kLabel), kInner),
        over_udp(6081, {63, 0, 8, 0, 0, 0, 0, 0}, kInner)})
    for (std::size_t size = 20; size <= packet.size(); ++size) {
      auto const ip = ip_view(ByteView(packet).first(size));
      if (ip) CHECK(carried(*ip).ip.size() <= kInner.size());
    }
}

TEST_CASE("capture: the tech note's captures say the same from within tunnels") {
  London const london;
  for (int kind = 0; kind < 3; ++kind) {
    CAPTURE(kind);
    auto shots = dns_of_the_note().shots();
    for (auto& shot : shots) {
      Octets const ip(shot.frame.begin() + 14, shot.frame.end());
      if (kind == 0) shot.frame = ethernet(gre({0, 0, 8, 0}, ip));
      if (kind == 1) shot.frame = ethernet(vxlan(ip));
      if (kind == 2) shot.frame = ethernet(gre({0, 0, 8, 0}, vxlan(ip)));  // one within the other
    }
    auto const account = account_of(pcap(shots), london);
    for (auto const* const address : {"208.67.222.222", "208.67.220.220"}) {
      auto const seen = about(account, "dns-443-udp", address);
      REQUIRE(seen.size() == 1);
      CHECK(seen.front().outcome == Outcome::timeout);
    }
    CHECK(about(account, "dns-443-udp", "208.67.222.222").front().count == 4);
    CHECK(account.notes.empty());
  }
}

TEST_CASE("capture: packets in tunnels that are not read are counted, and decide nothing") {
  London const london;
  auto shots = gateway_of_the_note().shots();
  for (auto& shot : shots)
    shot.frame = ethernet(gre(behind({0x30, 1, 0x88, 0x0B}, Octets(12)),
                              {shot.frame.begin() + 14, shot.frame.end()}));
  auto const account = account_of(pcap(shots), london);
  CHECK(account.observations.empty());
  REQUIRE(account.notes.size() == 1);
  CHECK(account.notes.front().code == "SC952");
  CHECK(
      account.notes.front().message ==
      "20 packets are in tunnels of a kind that is not read (PPTP): what is in them is not judged; "
      "the first is packet 1");
  CHECK(account.unread == 20);
  auto deep = kInner;
  for (int i = 0; i < 5; ++i) deep = ip_packet("198.51.100.1", "203.0.113.1", 4, deep);
  auto const deepest = account_of(pcap({{0, ethernet(deep), 1, 0}}), london);
  REQUIRE(deepest.notes.size() == 1);
  CHECK(deepest.notes.front().code == "SC952");
  CHECK(
      deepest.notes.front().message ==
      "one packet is in tunnels of a kind that is not read (too many, one within the other): what "
      "is in them is not judged; the first is packet 1");
}

TEST_CASE("capture: each kind that is not read is named, with its first packet") {
  London const london;
  auto const label = ethernet(kInner);  // a frame of Ethernet behind MPLS
  Octets macs(12);
  auto const account = account_of(
      pcapng({{0, ethernet(kInner), 1, 0},
              {kMilli, Octets(40), 189, 0},
              {kMilli, behind(behind(macs, {0x88, 0x47, 0, 0, 0x11, 64, 0, 0, 0, 0}), label), 1, 0},
              {kMilli, Octets(40), 189, 0}}),
      london);
  std::vector<std::string> told;
  for (auto const& note : account.notes)
    if (note.code == "SC952") told.push_back(note.message.english());
  CHECK(told ==
        std::vector<std::string>{
            "2 packets are of a link type that is not read (USB): what is in them "
            "is not judged; the first is packet 2",
            "one packet is in tunnels of a kind that is not read (MPLS, other than IP): what "
            "is in them is not judged; the first is packet 3"});
  CHECK(account.unread == 3);
}

}  // namespace safeconduct::test
