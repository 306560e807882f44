// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/frame.h"

#include <doctest/doctest.h>

#include "support/capture_bytes.h"

namespace safeconduct::test {
namespace {

Octets const kPacket = udp_packet({"10.0.0.1", 5000}, {"192.0.2.1", 53}, octets("question"));
Octets const kPacket6 = udp_packet({"2001:db8::1", 5000}, {"2001:db8::2", 53}, octets("question"));

Octets behind(Octets head, Octets const& packet = kPacket) {
  head.insert(head.end(), packet.begin(), packet.end());
  return head;
}

struct Framed {
  char const* what;
  std::uint32_t link;
  Octets frame;
};

bool same(ByteView view, Octets const& packet) { return std::ranges::equal(view, packet); }

Octets ip4_with(std::size_t at, std::uint8_t value) {
  auto packet = kPacket;
  packet[at] = value;
  return packet;
}

}  // namespace

TEST_CASE("capture_frame: IP is found behind the headers of every link that is read") {
  Octets const macs(12);
  auto const ether = [&](Octets const& type) { return behind(behind(macs, type)); };
  Octets wifi{0x08, 0x02};
  wifi.resize(24);
  Octets const snap{0xAA, 0xAA, 3, 0, 0, 0, 8, 0};
  Octets qos{0x88, 0x01};
  qos.resize(26);
  Octets const radiotap{0, 0, 8, 0, 0, 0, 0, 0};
  Octets cooked(14);
  Octets pktap(108);
  pktap[0] = 108;
  pktap[8] = 1;
  for (auto const& [what, link, frame] : {
           Framed{"Ethernet", 1, ethernet(kPacket)},
           Framed{"VLAN", 1, ethernet(kPacket, {100})},
           Framed{"QinQ", 1, ethernet(kPacket, {100, 200})},
           Framed{"802.1ad", 1, ether({0x88, 0xA8, 0, 5, 8, 0})},
           Framed{"802.3 with SNAP", 1, ether({0, 80, 0xAA, 0xAA, 3, 0, 0, 0, 8, 0})},
           Framed{"PPPoE", 1, ether({0x88, 0x64, 0x11, 0, 0, 1, 0, 40, 0, 0x21})},
           Framed{"MPLS", 1, ether({0x88, 0x47, 0, 0, 0x11, 64})},
           Framed{"MPLS, two labels", 1, ether({0x88, 0x48, 0, 0, 0x10, 64, 0, 1, 0x21, 64})},
           Framed{"PPP, MPLS", 9, behind({0xFF, 3, 2, 0x81, 0, 0, 0x11, 64})},
           Framed{"raw", 101, kPacket},
           Framed{"raw, BSD", 12, kPacket},
           Framed{"raw IPv4", 228, kPacket},
           Framed{"NULL", 0, behind({2, 0, 0, 0})},
           Framed{"LOOP", 108, behind({0, 0, 0, 2})},
           Framed{"PPP", 9, behind({0xFF, 3, 0, 0x21})},
           Framed{"PPP, compressed", 9, behind({0x21})},
           Framed{"Cisco HDLC", 104, behind({0x0F, 0, 8, 0})},
           Framed{"Linux cooked", 113, behind(behind(cooked, {8, 0}))},
           Framed{"Linux cooked 2", 276, behind(behind({8, 0}, Octets(18)))},
           Framed{"Wi-Fi", 105, behind(behind(wifi, snap))},
           Framed{"Wi-Fi with QoS", 105, behind(behind(qos, snap))},
           Framed{"radiotap", 127, behind(behind(behind(radiotap, wifi), snap))},
           Framed{"PKTAP", 258, behind(pktap, ethernet(kPacket))},
       }) {
    CAPTURE(what);
    CHECK(is_link_read(link));
    CHECK(same(network_layer(link, frame).ip, kPacket));
    CHECK(network_layer(link, frame).unread.empty());
  }
  CHECK(same(network_layer(1, ethernet(kPacket6)).ip, kPacket6));
}

TEST_CASE("capture_frame: what is not IP, encrypted or cut short gives nothing") {
  Octets secret{0x08, 0x42};
  secret.resize(24);
  CHECK(network_layer(105, behind(behind(secret, {0xAA, 0xAA, 3, 0, 0, 0, 8, 0}))).ip.empty());
  CHECK(network_layer(1, behind(behind(Octets(12), {8, 6}), Octets(28))).ip.empty());  // ARP
  CHECK(network_layer(220, kPacket).ip.empty());
  CHECK_FALSE(is_link_read(220));
  auto const frame = ethernet(kPacket, {7});
  for (std::size_t size = 0; size < frame.size(); ++size) {
    CAPTURE(size);
    auto const ip = ip_view(network_layer(1, ByteView(frame).first(size)).ip);
    CHECK(ip.has_value() == (size >= 18 + 20));
    if (ip) CHECK(ip->short_of);
  }
}

TEST_CASE("capture_frame: what may carry IP and is not read is named") {
  auto const ether = [](Octets const& type, Octets const& rest) {
    return network_layer(1, behind(behind(Octets(12), type), rest));
  };
  // A wire of Ethernet over MPLS, with its control word; labels without an end.
  CHECK(ether({0x88, 0x47, 0, 0, 0x11, 64, 0, 0, 0, 0}, ethernet(kPacket)).unread ==
        "MPLS, other than IP");
  CHECK(ether({0x88, 0x47}, Octets(80)).unread == "MPLS");
  CHECK(ether({0x88, 0xE5}, kPacket).unread == "MACsec");
  CHECK(ether({8, 6}, Octets(28)).unread.empty());
}

TEST_CASE("capture_frame: lengths of IP headers are held against what there is") {
  CHECK(ip_view(kPacket).value().payload.size() == 16);
  CHECK(ip_view(ip4_with(3, 28)).value().payload.size() == 8);  // shorter than the frame: padding
  CHECK(ip_view(ip4_with(2, 9)).value().short_of);
  CHECK(ip_view(ip4_with(0, 0x46)).value().payload.size() == 12);  // one word of options
  CHECK_FALSE(ip_view(ip4_with(0, 0x44)));
  CHECK_FALSE(ip_view(ip4_with(0, 0x4F)));
  CHECK_FALSE(ip_view(ip4_with(3, 19)));
  CHECK_FALSE(ip_view(ip4_with(7, 1)));  // a later fragment
  CHECK(ip_view(ip4_with(6, 0x20)));     // the first of several
  CHECK_FALSE(ip_view(ip4_with(0, 0x75)));
  auto no_length = ip4_with(3, 0);
  CHECK(ip_view(no_length).value().payload.size() == 16);  // the interface writes it later
}

TEST_CASE("capture_frame: IPv6 extension headers are stepped over, later fragments left") {
  auto const with = [](std::uint8_t first, Octets const& extensions) {
    auto packet = kPacket6;
    packet[6] = first;
    packet.insert(packet.begin() + 40, extensions.begin(), extensions.end());
    packet[5] = static_cast<std::uint8_t>(packet[5] + extensions.size());
    return packet;
  };
  auto const packet = with(0, {60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0});
  auto const good = ip_view(packet).value();  // looks into it
  CHECK(good.protocol == 17);
  CHECK(udp_view(good.payload).value().dport == 53);
  CHECK(ip_view(with(44, {17, 0, 0, 1, 0, 0, 0, 9})).value().protocol == 17);
  CHECK_FALSE(ip_view(with(44, {17, 0, 0, 9, 0, 0, 0, 9})));
  CHECK_FALSE(ip_view(with(60, {17, 200, 1, 4, 0, 0, 0, 0})));
}

TEST_CASE("capture_frame: an ICMP error gives the ports that it quotes, from eight bytes on") {
  auto const error = icmp_error("10.0.0.254", "10.0.0.1", 3, 13, kPacket, 28);
  auto const view = icmp_error_view(ip_view(error).value()).value();
  CHECK(view.code == 13);
  CHECK(view.sport == 5000);
  CHECK(view.dport == 53);
  CHECK(to_string(view.quoted.dst) == "192.0.2.1");
  CHECK_FALSE(
      icmp_error_view(ip_view(icmp_error("10.0.0.254", "10.0.0.1", 3, 13, kPacket, 23)).value()));
  CHECK_FALSE(
      icmp_error_view(ip_view(icmp_error("10.0.0.254", "10.0.0.1", 8, 0, kPacket)).value()));
}

}  // namespace safeconduct::test
