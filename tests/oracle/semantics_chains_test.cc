// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Where a packet goes inside a base chain: calls, returns, what ends and what does not.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

Export with_chains(std::string const& chains, std::string const& rules,
                   std::string const& policy = "drop") {
  return nft("table inet filter {\n" + chains +
             "  chain f {\n    type filter hook forward priority 0; policy " + policy + ";\n" +
             rules + "  }\n}\n");
}

// 5
TEST_CASE("semantics: return in a base chain is its policy, in another the way back") {
  claim({{with_chains("  chain dns {\n    udp dport 53 return\n    accept\n  }\n",
                      "    udp dport 443 return\n    jump dns\n    udp dport 53 accept\n")},
         {filter("-A FORWARD -p udp --dport 443 -j RETURN\n-A FORWARD -j dns\n"
                 "-A FORWARD -p udp --dport 53 -j ACCEPT\n-A dns -p udp --dport 53 -j RETURN\n"
                 "-A dns -j ACCEPT",
                 "DROP", ":dns - [0:0]\n")}},
        {{udp(53), accept}, {udp(443), drop}, {udp(80), accept}});
}

// 5
TEST_CASE("semantics: a chain that ends without a verdict goes on behind its jump") {
  claim({{with_chains("  chain dns {\n    udp dport 53 drop\n  }\n", "    jump dns\n    accept\n")},
         {filter("-A FORWARD -j dns\n-A FORWARD -j ACCEPT\n-A dns -p udp --dport 53 -j DROP",
                 "DROP", ":dns - [0:0]\n")}},
        {{udp(53), drop}, {udp(443), accept}});
}

// 6
TEST_CASE("semantics: goto does not come back, its chain ends where the one before it would") {
  claim({{with_chains("  chain last {\n    udp dport 53 accept\n  }\n"
                      "  chain middle {\n    goto last\n    udp dport 443 accept\n  }\n",
                      "    jump middle\n    udp dport 80 accept\n")},
         {filter("-A FORWARD -j middle\n-A FORWARD -p udp --dport 80 -j ACCEPT\n"
                 "-A middle -g last\n-A middle -p udp --dport 443 -j ACCEPT\n"
                 "-A last -p udp --dport 53 -j ACCEPT",
                 "DROP", ":middle - [0:0]\n:last - [0:0]\n")}},
        {{udp(53), accept}, {udp(443), drop}, {udp(80), accept}});
}

// 6
TEST_CASE("semantics: goto from a base chain ends in its policy") {
  claim({{with_chains("  chain last {\n    udp dport 53 drop\n  }\n",
                      "    goto last\n    udp dport 443 drop\n", "accept")},
         {filter("-A FORWARD -g last\n-A FORWARD -p udp --dport 443 -j DROP\n"
                 "-A last -p udp --dport 53 -j DROP",
                 "ACCEPT", ":last - [0:0]\n")}},
        {{udp(53), drop}, {udp(443), accept}});
}

std::string nested_chains(int depth) {
  std::string chains = "  chain c0 {\n    udp dport 53 accept\n  }\n";
  for (int i = 1; i < depth; ++i)
    chains +=
        "  chain c" + std::to_string(i) + " {\n    jump c" + std::to_string(i - 1) + "\n  }\n";
  return chains;
}

// 7: the kernel's stack holds 16 chains, the base chain among them; nft(8) does not say so.
TEST_CASE("semantics: calls fifteen chains deep are followed, and loops are no rule set") {
  claim({{with_chains(nested_chains(15), "    jump c14\n")}}, {{udp(53), accept}, {udp(80), drop}});
  auto const loop =
      with_chains("  chain a {\n    jump b\n  }\n  chain b {\n    jump a\n  }\n", "    jump a\n");
  CHECK(refusal({loop}) != "");
  CHECK(refusal({filter("-A FORWARD -j a\n-A a -j b\n-A b -j a", "DROP",
                        ":a - [0:0]\n:b - [0:0]\n")}) != "");
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  CHECK(load({loop}, Backend::nft) != "");
  // The kernel refuses what is deeper; such a text was never listed by one.
  CHECK(load({with_chains(nested_chains(17), "    jump c16\n")}, Backend::nft) != "");
#endif
}

// 38
TEST_CASE("semantics: a verdict map without an entry for the packet leaves it to the next rule") {
  claim({{with_chains("",
                      "    udp dport vmap { 53 : drop, 443 : accept }\n    udp dport 80 accept\n")},
         {with_chains("  map ports {\n    type inet_service : verdict\n"
                      "    elements = { 53 : drop, 443 : accept }\n  }\n",
                      "    udp dport vmap @ports\n    udp dport 80 accept\n")}},
        {{udp(53), drop}, {udp(443), accept}, {udp(80), accept}, {udp(22), drop}});
}

// 38: what an entry calls may come back, and then the rule behind the map is next.
TEST_CASE("semantics: a verdict map calls chains, and they come back behind it") {
  claim({{with_chains("  chain dns {\n    ip daddr 208.67.222.222 accept\n  }\n",
                      "    udp dport vmap { 53 : jump dns, 443 : goto dns }\n"
                      "    udp dport { 53, 443 } accept\n")}},
        {{udp(53, "192.0.2.9"), accept}, {udp(443, "192.0.2.9"), drop}, {udp(443), accept}});
}

// 41
TEST_CASE("semantics: what counts, logs, marks or copies lets the packet go on") {
  claim({{forward("    counter\n    log prefix \"drop \"\n    meta mark set 5\n    ct mark set 5\n"
                  "    meta nftrace set 1\n    meta priority set 1:2\n    udp dport 53 accept")}},
        {{udp(53), accept}, {udp(443), drop}});
  claim({{filter("-A FORWARD -j LOG --log-prefix \"DROP \"\n-A FORWARD\n"
                 "-A FORWARD -j NFLOG --nflog-group 1\n"
                 "-A FORWARD -p udp --dport 53 -j ACCEPT")}},
        {{udp(53), accept}, {udp(443), drop}});
  // These may not be there in the kernel at hand.
  claim({{filter("-A FORWARD -j MARK --set-xmark 0x5/0xffffffff\n"
                 "-A FORWARD -j CONNMARK --set-xmark 0x5/0xffffffff\n"
                 "-A FORWARD -j CLASSIFY --set-class 1:2\n-A FORWARD -j TRACE\n"
                 "-A FORWARD -p udp --dport 53 -j ACCEPT")},
         {iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                   "-A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu\n"
                   "-A FORWARD -j DSCP --set-dscp 0x10\n-A FORWARD -j TEE --gateway 10.0.0.9\n"
                   "COMMIT\n" +
                   filter_table("-A FORWARD -p udp --dport 53 -j ACCEPT"))}},
        {{udp(53), accept}, {udp(443), drop}}, Loads::no);
}

// 41: but what leaves it as a packet that no router passes on.
TEST_CASE(
    "semantics: what gets no hop to live, or is made another host's, is not surely forwarded") {
  auto const early = [](std::string const& rule) {
    return nft(
        "table ip m {\n  chain p {\n    type filter hook prerouting priority mangle; policy "
        "accept;\n    udp dport 53 " +
        rule + "\n  }\n}\n");
  };
  for (auto const* const rule : {"ip ttl set 1", "meta pkttype set broadcast"}) {
    CAPTURE(rule);
    claim({{early(rule)}}, {{udp(53), undecided}, {udp(443), accept}});
#ifdef SC_ASK_KERNEL
    if (!netns_ready()) continue;
    REQUIRE(load({early(rule)}, Backend::nft) == "");
    CHECK(kernel().send({udp(53)}).front().outcome != Outcome::forwarded);
#endif
  }
  // Further on it may be lost: with few hops to live, or a header that does not add up.
  for (auto const* const rule : {"ip ttl set 2", "ip ttl set 29", "ip checksum set 1"})
    claim({{early(rule)}}, {{udp(53), undecided}, {udp(443), accept}});
  // Who is told to send nothing sends nothing.
  claim({{forward("    tcp window set 0\n    accept")}},
        {{tcp(443), undecided}, {udp(53), accept}});
  for (auto const* const rule : {"ip ttl set 64", "meta pkttype set host"})
    claim({{early(rule)}}, {{udp(53), accept}, {udp(443), accept}});
  auto const saved = [](std::string const& change) {
    return iptables(
        "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 53 -j "
        "TTL --ttl-" +
        change + "\nCOMMIT\n");
  };
  // This target may not be there in the kernel at hand.
  claim({{saved("set 1")}, {saved("set 29")}, {saved("dec 63")}},
        {{udp(53), undecided}, {udp(443), accept}}, Loads::no);
  claim({{saved("set 30")}, {saved("dec 1")}}, {{udp(53), accept}}, Loads::no);
}

// 42: a target of which nothing is known may end the packet's way or not.
TEST_CASE("semantics: behind an unknown target nothing is proven") {
  auto const form =
      Form{filter("-A FORWARD -p udp --dport 53 -j FOOBAR --baz 3\n-A FORWARD -j ACCEPT")};
  claim({form}, {{udp(53), undecided}, {udp(443), accept}}, Loads::no);
  CHECK(undecided_by(form, udp(53)).front().contains("FOOBAR"));
  claim({{forward("    udp dport 53 frobnicate\n    accept")}},
        {{udp(53), undecided}, {udp(443), accept}}, Loads::no);
}

// 42
TEST_CASE("semantics: a synproxy keeps the connection to itself, and nothing is proven of it") {
  claim({{forward("    tcp dport 443 synproxy mss 1460 wscale 7 timestamp sack-perm\n    accept")}},
        {{tcp(443), undecided}, {tcp(80), accept}});
  claim({{filter("-A FORWARD -p tcp -m tcp --dport 443 -j SYNPROXY --sack-perm --timestamp "
                 "--wscale 7 --mss 1460\n-A FORWARD -j ACCEPT")}},
        {{tcp(443), undecided}, {tcp(80), accept}}, Loads::no);
}

// 43
TEST_CASE("semantics: a refusal says with what, and port-unreachable unless told otherwise") {
  auto const how = [](Form const& form, Shot const& shot) {
    auto const answer = traced(form, shot);
    REQUIRE(answer.verdict == reject);
    return answer.how.with;
  };
  Form const by_nft{
      forward("    tcp dport 443 reject with tcp reset\n    udp dport 53 reject\n"
              "    udp dport 80 reject with icmpx admin-prohibited\n"
              "    udp dport 81 reject with icmpx no-route\n"
              "    udp dport 82 reject with icmp host-prohibited")};
  Form const by_iptables{
      filter("-A FORWARD -p tcp --dport 443 -j REJECT --reject-with tcp-reset\n"
             "-A FORWARD -p udp --dport 53 -j REJECT\n"
             "-A FORWARD -p udp --dport 80 -j REJECT --reject-with icmp-admin-prohibited\n"
             "-A FORWARD -p udp --dport 81 -j REJECT --reject-with icmp-net-unreachable\n"
             "-A FORWARD -p udp --dport 82 -j REJECT --reject-with icmp-host-prohibited")};
  for (auto const& form : {by_nft, by_iptables}) {
    CHECK(how(form, tcp(443)) == RejectWith::tcp_reset);
    CHECK(how(form, udp(53)) == RejectWith::port_unreachable);
    CHECK(how(form, udp(80)) == RejectWith::admin_prohibited);
    CHECK(how(form, udp(82)) == RejectWith::host_prohibited);
  }
  claim({by_nft, by_iptables}, {{tcp(443), reject},
                                {udp(53), reject},
                                {udp(80), reject},
                                {udp(81), reject},
                                {udp(82), reject}});
  // The same word is another message in IPv6; 'icmp' in an inet table is for IPv4 alone.
  CHECK(how(by_nft, udp6(53)) == RejectWith::port_unreachable);
  claim({by_nft}, {{udp6(53), reject}, {udp6(80), reject}, {udp6(81), reject}, {udp6(82), drop}});
  claim({{filter6("-A FORWARD -p udp --dport 53 -j REJECT --reject-with icmp6-adm-prohibited")}},
        {{udp6(53), reject}});
}

}  // namespace
}  // namespace safeconduct::testing
