// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/path_mtu.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

Notes mtu_notes(CheckInput const& in) {
  auto result = checked(in);
  std::erase_if(result.notes, [](Note const& n) { return n.code != code::kPathMtu; });
  return result.notes;
}
Notes mtu_notes(std::vector<DeviceText> const& devices) { return mtu_notes(input(devices)); }
Notes mtu_notes(std::string const& rules) { return mtu_notes({{"gw", forward(rules)}}); }

constexpr char const* kRelated = "    ct state established,related accept\n";
constexpr char const* kEstablished = "    ct state established accept\n";
constexpr char const* kOut = "    iifname \"lan0\" accept\n";

CheckInput ip6_input(std::string const& rules) { return ip6_site({{"gw", forward(rules)}}); }

}  // namespace

TEST_CASE(
    "path mtu: fragmentation-needed that the policy of the chain drops is said, with its place") {
  auto const notes = mtu_notes(std::string(kEstablished) + kOut);
  REQUIRE(notes.size() == 1);
  CHECK(
      notes[0].message ==
      "gw: ICMP fragmentation-needed (type 3, code 4) about the clients' connections does not get "
      "back to them (gw.rules:3:47): where a link on the way takes smaller packets, connections "
      "open and then stall");
  CHECK(notes[0].at == Location{"gw.rules", 3, 47});
}

TEST_CASE("path mtu: of IPv6 it is packet-too-big") {
  auto const notes =
      mtu_notes(ip6_input(std::string("    meta l4proto ipv6-icmp drop\n") + kRelated + kOut));
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message.starts_with("gw: ICMPv6 packet-too-big (type 2) about"));
  CHECK(notes[0].at == Location{"gw.rules", 4, 5});
  CHECK(mtu_notes(
            ip6_input(std::string("    icmpv6 type packet-too-big accept\n") + kEstablished + kOut))
            .empty());
}

TEST_CASE("path mtu: where the message passes, or may, nothing is said") {
  CHECK(mtu_notes(std::string(kRelated) + kOut).empty());
  CHECK(
      mtu_notes(std::string("    icmp type destination-unreachable accept\n") + kEstablished + kOut)
          .empty());
  CHECK(mtu_notes(std::string("    icmp code frag-needed limit rate 5/second accept\n") +
                  kEstablished + kOut)
            .empty());
}

TEST_CASE("path mtu: where no connection passes, there is nothing to say of its packets") {
  CHECK(mtu_notes(std::string(kEstablished)).empty());
  CHECK(mtu_notes(std::string(kEstablished) + "    meta l4proto udp accept\n").empty());
}

TEST_CASE("path mtu: of untracked connections no error is a part") {
  std::string const raw =
      "table inet raw {\n  chain p {\n    type filter hook prerouting priority raw; policy "
      "accept;\n"
      "    notrack\n  }\n}\n";
  std::string const both = "    meta l4proto { tcp, udp } accept\n";
  CHECK(mtu_notes({{"gw", raw + forward(std::string(kRelated) + both)}}).size() == 1);
  // Also where it is tracked itself, but what it is about was not.
  auto one_way = raw;
  one_way.replace(one_way.find("notrack"), 0, "iifname \"lan0\" ");
  CHECK(mtu_notes({{"gw", one_way + forward(std::string(kRelated) + both)}}).size() == 1);
  CHECK(mtu_notes({{"gw", raw + forward(std::string("    meta l4proto icmp accept\n") + both)}})
            .empty());
}

TEST_CASE(
    "path mtu: each device of the path is asked, with the address that the one before gives") {
  std::string const snat =
      "table ip n {\n  chain p {\n    type nat hook postrouting priority srcnat;\n"
      "    snat to 192.0.2.2\n  }\n}\n";
  auto const open = forward(std::string(kRelated) + kOut);
  auto const only =
      forward("    ip daddr 192.0.2.2 icmp code frag-needed drop\n" + std::string(kRelated) + kOut);
  auto const notes = mtu_notes({{"gw", snat + open}, {"edge", only}});
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message.starts_with("edge: "));
  CHECK(mtu_notes({{"gw", open}, {"edge", only}}).empty());
}

}  // namespace safeconduct
