// SPDX-License-Identifier: GPL-3.0-or-later
// The lines are those of nft 1.0.6; that they come is tests/netns/probe_matrix.py's concern.
#include "probe/rule_trace.h"

#include <doctest/doctest.h>

#include "packet/field.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kTrace =
    R"trace(trace id eedd5546 inet safeconduct_trace prerouting packet: iif "lan0" ip saddr 10.20.0.5 ip daddr 208.67.222.222 ip dscp 0x00 ip ttl 64 ip protocol 17 ip length 40 udp sport 55845 udp dport 53 udp length 20
trace id eedd5546 inet safeconduct_trace prerouting rule iifname "lan0" meta nftrace set 1 # handle 2 (verdict continue)
trace id eedd5546 inet safeconduct_trace prerouting policy accept
trace id eedd5546 inet faults forward packet: iif "lan0" oif "wan0" ip saddr 10.20.0.5 ip daddr 10.0.0.53 ip protocol 17 udp sport 55845 udp dport 5353 udp length 20
trace id eedd5546 inet faults forward rule jump sub # handle 3 (verdict jump sub)
trace id 8b95ab78 inet faults forward packet: iif "lan0" ip saddr 10.20.0.5 ip daddr 18.135.112.200 ip protocol 6 tcp sport 45670 tcp dport 443 tcp flags == 0x2
trace id eedd5546 inet faults sub rule udp dport 53 counter packets 0 bytes 0 return # handle 6 (verdict return)
trace id eedd5546 inet faults forward rule udp dport 53 counter packets 7 bytes 300 comment "drop (verdict accept)" drop # handle 4 (verdict drop)
trace id 8b95ab78 inet faults forward rule tcp dport 443 accept # handle 5 (verdict accept)
trace id 8b95ab78 ip nat postrouting policy accept
trace id 11111111 inet faults forward packet: iif "lan0" ip6 saddr fd00:20::5 ip6 daddr 2620:119:35::35 ip6 nexthdr 17 udp sport 37053 udp dport 443 udp length 20
trace id 11111111 inet faults forward policy drop
)trace";

Observation observation(std::string_view dst, std::uint32_t protocol, std::uint16_t port,
                        Outcome outcome) {
  Observation o;
  o.outcome = outcome;
  o.protocol = protocol;
  o.dst = parse_address(dst);
  o.dport = port;
  o.count = 1;
  return o;
}

}  // namespace

TEST_CASE("rule trace: packets are known by what they were, and their rules by handle") {
  auto const packets = read_rule_trace(kTrace);
  REQUIRE(packets.size() == 3);
  CHECK(packets[0].dport == 53);
  CHECK(to_string(packets[0].dst) == "208.67.222.222");
  CHECK((deciding_step(packets[0]) == TraceStep{"inet faults forward",
                                                "udp dport 53 counter comment \"drop (verdict "
                                                "accept)\" drop",
                                                4, "drop"}));
  CHECK((deciding_step(packets[1]) ==
         TraceStep{"inet faults forward", "tcp dport 443 accept", 5, "accept"}));
  CHECK((deciding_step(packets[2]) == TraceStep{"inet faults forward", "", 0, "drop"}));
}

TEST_CASE("rule trace: each observation is told what its own packets met") {
  std::vector<Observation> seen{observation("208.67.222.222", l4::udp, 53, Outcome::timeout),
                                observation("18.135.112.200", l4::tcp, 443, Outcome::open),
                                observation("2620:119:35::35", l4::udp, 443, Outcome::timeout),
                                observation("208.67.222.222", l4::tcp, 53, Outcome::timeout)};
  add_rule_trace(seen, read_rule_trace(kTrace));
  CHECK(seen[0].evidence.back().text.starts_with("dropped by inet faults forward, handle 4 ("));
  CHECK(seen[1].evidence.back().text ==
        "passes, last by inet faults forward, handle 5 (tcp dport 443 accept)");
  CHECK(seen[2].evidence.back().text == "dropped by the policy of inet faults forward");
  CHECK(seen[3].evidence.back().text == "no packet of it was seen by nf_tables here");
}

TEST_CASE("rule trace: lines that are cut or foreign are no packets") {
  CHECK(read_rule_trace("").empty());
  CHECK(read_rule_trace("trace id").empty());
  CHECK(read_rule_trace("trace id 1 inet f c rule drop # handle 1 (verdict drop)\n").empty());
  CHECK(read_rule_trace("trace id 1 inet f c packet: ip daddr x udp dport 1\n").empty());
  CHECK(read_rule_trace("trace id 1 ip f c packet: ip daddr 1.2.3.4 icmp type 8\n").empty());
}

}  // namespace safeconduct::test
