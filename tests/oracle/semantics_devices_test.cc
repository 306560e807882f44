// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Chains that hook into a device: ingress sees a packet before all other chains, egress behind
// them.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

std::string device_chain(std::string const& family, std::string const& hook,
                         std::string const& device, std::string const& rules,
                         std::string const& policy = "accept") {
  return "table " + family + " dev {\n  chain c {\n    type filter hook " + hook + " " + device +
         " priority 0; policy " + policy + ";\n" + rules + "\n  }\n}\n";
}
std::string at_lan0(std::string const& rules) {
  return device_chain("netdev", "ingress", "device \"lan0\"", rules);
}
Forms in_each_family(std::string const& device, std::string const& rules, Export const& beside) {
  Forms forms;
  for (auto const* const family : {"netdev", "inet"})
    forms.push_back({nft(device_chain(family, "ingress", device, rules) + beside.text)});
  return forms;
}

// 11: one device's packets, of both families.
TEST_CASE("semantics: a chain at ingress of a device sees packets before all others") {
  claim(in_each_family("device \"lan0\"",
                       "    ip saddr 10.1.2.3 udp dport 53 drop\n    tcp dport 443 drop",
                       forward("    accept")),
        {{udp(53), drop},
         {tcp(443), drop},
         {tcp(80), accept},
         {udp6(53), accept},
         {tcp6(443), drop},
         {ping(), accept}});
  claim(in_each_family("devices = { \"lan0\", \"wan0\" }", "    ip saddr 208.67.222.222 drop",
                       forward("    accept")),
        {{udp(53), accept}, {from_outside(udp(53)), drop}});
}

// 11: what it sets, the others see; what it takes out of connection tracking, stays out.
TEST_CASE("semantics: marks and notrack of a chain at ingress are there for the chains behind it") {
  claim(in_each_family("device \"lan0\"", "    udp dport 53 meta mark set 7",
                       forward("    meta mark 7 accept")),
        {{udp(53), accept}, {tcp(53), drop}});
  claim(in_each_family("device \"lan0\"", "    udp dport 53 notrack",
                       forward("    ct state untracked accept")),
        {{udp(53), accept}, {tcp(53), drop}});
}

// 11: a verdict map, and chains of its own that it calls.
TEST_CASE("semantics: a chain at ingress calls chains and looks into sets as others do") {
  std::string const table =
      "table netdev dev {\n  set bad {\n    type ipv4_addr . inet_service\n"
      "    elements = { 208.67.222.222 . 53 }\n  }\n"
      "  chain more {\n    ip daddr . udp dport @bad drop\n    tcp dport vmap { 443 : drop, 80 : "
      "accept }\n  }\n"
      "  chain c {\n    type filter hook ingress device \"lan0\" priority -500; policy accept;\n"
      "    jump more\n    icmp type echo-request drop\n  }\n}\n";
  claim({{nft(table + forward("    accept").text)}},
        {{udp(53), drop}, {udp(54), accept}, {tcp(443), drop}, {tcp(80), accept}, {ping(), drop}});
}

// 11, 15: connection tracking has not seen the packet there: no state holds but 'invalid'.
TEST_CASE("semantics: at ingress no connection is known yet") {
  auto const at = [](std::string const& rule) {
    return Form{
        nft(device_chain("inet", "ingress", "device \"lan0\"", rule) + forward("    accept").text)};
  };
  claim({at("    ct state new,established,related,untracked drop"), at("    ct mark 0 drop")},
        {{udp(53), accept}, {tcp(443), accept}});
  claim({at("    ct state invalid drop")}, {{udp(53), drop}});
}

// 11: behind the translation of addresses, and behind the hop that is counted.
TEST_CASE("semantics: a chain at egress of a device sees packets as they leave") {
  auto const at = [](std::string const& rules) {
    return Form{
        nft(device_chain("netdev", "egress", "device \"wan0\"", rules) +
            "table inet n {\n  chain c {\n    type nat hook postrouting priority srcnat;\n    "
            "ip saddr 10.0.0.0/8 snat ip to 192.0.2.77\n  }\n}\n" +
            forward("    accept").text)};
  };
  claim({at("    ip saddr 192.0.2.77 udp dport 53 drop")}, {{udp(53), drop}, {tcp(443), accept}});
  claim({at("    ip saddr 10.0.0.0/8 drop")}, {{udp(53), accept}, {udp6(53), accept}});
  claim({at("    ip ttl 63 drop")}, {{tcp(443), drop}});
  claim({at("    ip ttl 64 drop")}, {{tcp(443), accept}});
}

// 11: an interface may be a VLAN, a bridge or a bond upon the device; no export tells.
TEST_CASE("semantics: whether the packets of another interface meet a device's chain can be said") {
  auto const at = [](std::string const& rules) {
    return Form{nft(device_chain("netdev", "ingress", "device \"wan0\"", rules) +
                    forward("    accept").text)};
  };
  std::vector<std::string> const words{"packets of another interface come in by wan0 first"};
  CHECK(undecided_by(at("    ip saddr 10.0.0.0/8 drop"), udp(53)) == words);
  // Nothing hangs on it where the chain lets them pass.
  claim({at("    ip saddr 192.168.0.0/16 drop")}, {{udp(53), accept}});
  converse({at("    ip saddr 10.0.0.0/8 drop")}, {{udp(53), Verdict::undecided}});
  converse({at("    ip saddr 10.0.0.0/8 drop")}, {{udp(53), Verdict::allowed}}, Loads::yes,
           {{}, false, true});
  converse({at("    ip saddr 208.67.222.0/24 drop")}, {{udp(53), Verdict::blocked}}, Loads::yes,
           {{}, false, true});
}

// 11: without ARP no IPv4 packet comes to the device or leaves it. (Of the tests' devices, which
// need none, the kernel is not asked.)
TEST_CASE("semantics: a chain at a device that may stop ARP, or is not known, leaves all open") {
  auto const is_open = [](std::string const& text) {
    Form const form{nft(text + forward("    accept").text)};
    return notes(form, "SC903") &&
           undecided_by(form, udp(53)) ==
               std::vector<std::string>{"a chain at ingress or egress of a device"};
  };
  for (std::string const rule :
       {"drop", "meta protocol arp drop", "meta protocol { ip, arp } drop",
        "meta protocol != ip drop", "meta protocol != { ip, ip6 } drop",
        "meta pkttype broadcast drop", "meta mark 5 drop", "ip saddr 10.1.2.3 accept\n    drop",
        "ether type arp drop", "meta protocol vmap { arp : drop, ip : accept }",
        "limit rate over 10/second drop", "meta protocol { arp, ip6 } drop",
        "iifname \"lan0\" ip saddr 10.1.2.3 drop", "fwd to \"wan0\""}) {
    CAPTURE(rule);
    CHECK(is_open(at_lan0("    " + rule)));
  }
  CHECK(is_open(device_chain("netdev", "ingress", "device \"lan0\"", "", "drop")));
  CHECK(is_open(device_chain("netdev", "egress", "device \"wan0\"", "", "drop")));
  CHECK(
      is_open("table netdev dev {\n  chain more {\n    drop\n  }\n  chain c {\n    type filter "
              "hook ingress device \"lan0\" priority 0;\n    jump more\n  }\n}\n"));
  CHECK(is_open(device_chain("netdev", "ingress", "", "    ip saddr 10.1.2.3 drop")));
  // ARP passes these; and inet's chains see IP alone.
  CHECK(
      is_open(device_chain("netdev", "ingress", "device \"lan*\"", "    ip saddr 10.1.2.3 drop")));
  for (std::string const rule : {"meta protocol { arp, ip6 } accept\n    udp dport 53 drop",
                                 "meta protocol ip drop", "meta protocol ip ip saddr 10.1.2.3 drop",
                                 "meta l4proto udp drop", "ip saddr != 10.9.9.9 drop"})
    claim({{nft(at_lan0("    " + rule) + forward("    accept").text)}}, {{udp(53), drop}});
  claim(
      {{nft(device_chain("inet", "ingress", "device \"lan0\"", "    tcp dport 443 accept", "drop") +
            forward("    accept").text)}},
      {{udp(53), drop}, {tcp(443), accept}});
}

// 11, 9: what the gateway itself sends meets no chain at ingress, and those at egress.
TEST_CASE("semantics: the host's own packets meet the chains at egress of a device alone") {
  auto own = question_of(udp(53));
  own.hook = Hook::output;
  auto const verdict = [&](std::string const& hook, std::string const& device) {
    return trace(device_of({nft(device_chain("netdev", hook, device, "    udp dport 53 drop"))}),
                 own)
        .verdict;
  };
  CHECK(verdict("ingress", "device \"lan0\"") == accept);
  CHECK(verdict("egress", "device \"wan0\"") == drop);
}

}  // namespace
}  // namespace safeconduct::testing
