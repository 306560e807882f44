// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "formats/nft_golden.h"

namespace safeconduct::test {
namespace {

// The rules of an inet chain, as they are read; without what the table and chain say of themselves.
std::string rules_of(std::string const& rule) {
  auto const text = nft_text_of("table inet t {\nchain c {\n" + rule + "\n}\nchain own {\n}\n}\n");
  std::string const head = "table inet t\nchain c\n";
  std::string const tail = "chain own\n";
  if (!text.starts_with(head)) return text;
  return text.substr(head.size(), text.size() - head.size() - tail.size());
}

}  // namespace

TEST_CASE("nft_text: what the golden listings and scripts say") {
  for (auto const& golden : load_golden("formats/golden/nft")) {
    CAPTURE(golden.name);
    check_golden(golden, "expect", nft_text_of(golden.text("input")));
  }
}

TEST_CASE("nft_text: a faulty file is refused with its place and what would do") {
  std::size_t count = 0;
  for (auto const& golden : load_golden("formats/rejects")) {
    if (!golden.name.starts_with("nft-")) continue;
    ++count;
    CAPTURE(golden.name);
    CHECK_FALSE(read_nft(golden.text("input")).has_value());
    check_golden(golden, "expect", nft_text_of(golden.text("input")));
  }
  CHECK(count > 0);
}

TEST_CASE("nft_text: spans are a rule's own words, a chain's head and where the policy stands") {
  auto const rules = read_nft(
      "table inet t { # handle 1\n"
      "\tchain c { # handle 2\n"
      "\t\ttype filter hook forward priority filter; policy drop;\n"
      "\t\ttcp dport { 22,\n 80 } meta mark set 1 accept comment \"x\" # handle 5\n"
      "\t\ttcp dport vmap { 1 : drop, 2 : accept } ; drop\n"
      "\t}\n"
      "\tchain d {\n"
      "\t\ttype filter hook input priority 0\n"
      "\t}\n"
      "}\n");
  REQUIRE(rules);
  auto const& chain = rules->chains[0];
  CHECK(text(*rules, chain.span) == "chain c {");
  CHECK(text(*rules, chain.base->policy_span) == "policy drop");
  CHECK(text(*rules, rules->tables[0].span) == "table inet t");
  REQUIRE(chain.rules.size() == 5);
  std::string const first = "tcp dport { 22,\n 80 } meta mark set 1 accept comment \"x\"";
  CHECK(text(*rules, chain.rules[0].span) == first);
  CHECK(text(*rules, chain.rules[1].span) == first);
  CHECK(text(*rules, chain.rules[2].span) == "tcp dport vmap { 1 : drop, 2 : accept }");
  CHECK(text(*rules, chain.rules[3].span) == "tcp dport vmap { 1 : drop, 2 : accept }");
  CHECK(text(*rules, chain.rules[4].span) == "drop");
  CHECK(location(*rules, chain.rules[4].span) == Location{"input", 6, 45});
  CHECK(rules->chains[1].base->policy_span == rules->chains[1].span);
}

TEST_CASE("nft_text: a variable's value stands elsewhere, the rule's words where it is used") {
  auto const rules = read_nft(
      "define ports = { 22,\n  80 }\n"
      "table inet t {\n\tchain c {\n\t\ttcp dport $ports accept\n\t}\n}\n");
  REQUIRE(rules);
  CHECK(text(*rules, rules->chains[0].rules.at(0).span) == "tcp dport $ports accept");
}

TEST_CASE("nft_text: line ends, marks and blanks do not change what is read") {
  std::string const plain =
      "table ip t {\n\tchain c {\n\t\ttcp dport 22 accept\n\t\tdrop\n\t}\n}\n";
  auto const expected = read_nft(plain);
  REQUIRE(expected);
  for (
      std::string const& same : {
          std::string(
              "table ip t {\r\n\tchain c {\r\n\t\ttcp dport 22 accept\r\n\t\tdrop\r\n\t}\r\n}\r\n"),
          std::string(
              "\xEF\xBB\xBFtable ip t {\n\tchain c {\n\t\ttcp dport 22 accept\n\t\tdrop\n\t}\n}\n"),
          std::string("table ip t {\n\tchain c {\n\t\ttcp dport 22 accept\n\t\tdrop\n\t}\n}"),
          std::string("table t {\n\tchain c {\n  tcp  dport\t22  accept;\n drop; ;\n}\n;}"),
          std::string(
              "table ip t {\n chain \"c\" { # x }\n tcp dport \\\r\n 22 accept\ndrop}\n}\n"),
      }) {
    CAPTURE(same);
    auto const rules = read_nft(same);
    REQUIRE(rules);
    CHECK(without_lines(to_text(*rules)) == without_lines(to_text(*expected)));
  }
}

TEST_CASE("nft_text: different words of one meaning are read as the same") {
  struct Pair {
    char const* one;
    char const* other;
  };
  for (auto const& [one, other] : {
           Pair{"iifname \"lo\" accept", "meta iifname lo accept"},
           Pair{"meta l4proto 6 accept", "l4proto tcp accept"},
           Pair{"mark 5", "meta mark == 0x00000005"},
           Pair{"meta mark and 0xff eq 1", "meta mark & 0x000000ff == 0x00000001"},
           Pair{"tcp dport ne 22 drop", "tcp dport != ssh drop"},
           Pair{"tcp dport { 1, 2, 3 }", "tcp dport 1-3"},
           Pair{"ip saddr 10.0.0.0-10.255.255.255", "ip saddr 10.0.0.0/8"},
           Pair{"tcp flags & (syn|ack) == syn", "tcp flags syn / syn,ack"},
           Pair{"tcp flags & syn != 0", "tcp flags syn"},
           Pair{"tcp flags & (syn | ack) == 0", "tcp flags ! syn,ack"},
           Pair{"ct state established,related", "ct state { established, related }"},
           Pair{"ct state ! invalid", "ct state != invalid"},
           Pair{"meta mark set mark or 0x1", "meta mark set meta mark | 1"},
           Pair{"ip protocol tcp tcp dport 22", "ip protocol 6 tcp dport 22"},
           Pair{"icmpv6 type echo-request", "meta nfproto ipv6 icmpv6 type 128"},
           Pair{"reject", "reject with icmpx port-unreachable"},
           Pair{"ip saddr { { 10.0.0.1, 10.0.0.3 }, 10.0.0.2 }", "ip saddr 10.0.0.1-10.0.0.3"},
           Pair{"counter packets 5 bytes 7 jump own", "jump own"},
           Pair{"queue num 3 bypass", "queue flags bypass to 3"},
       }) {
    CAPTURE(one);
    CHECK(rules_of(one) == rules_of(other));
  }
}

TEST_CASE("nft_text: the names of ICMP types, codes and DSCP values are those of nft") {
  struct Pair {
    char const* name;
    char const* number;
  };
  for (auto const& [name, number] : {
           Pair{"icmp type source-quench", "icmp type 4"},
           Pair{"icmp type router-advertisement", "icmp type 9"},
           Pair{"icmp type address-mask-reply", "icmp type 18"},
           Pair{"icmp code admin-prohibited", "icmp code 13"},
           Pair{"icmpv6 type packet-too-big", "icmpv6 type 2"},
           Pair{"icmpv6 type mld-listener-query", "icmpv6 type 130"},
           Pair{"icmpv6 type nd-router-advert", "icmpv6 type 134"},
           Pair{"icmpv6 type mld2-listener-report", "icmpv6 type 143"},
           Pair{"icmpv6 code reject-route", "icmpv6 code 6"},
           Pair{"ip dscp ef", "ip dscp 0x2e"},
           Pair{"ip dscp af43", "ip dscp 38"},
           Pair{"ip dscp lephb", "ip dscp 1"},
           Pair{"fib daddr type unreachable", "fib daddr type 7"},
           Pair{"pkttype other", "pkttype 3"},
       }) {
    CAPTURE(name);
    CHECK(rules_of(name) == rules_of(number));
  }
}

TEST_CASE("nft_text: a rate is drawn anew by each rule, a property of the packet is not") {
  auto const rules = read_nft(
      "table inet t {\nchain c {\nlimit rate 5/second accept\nlimit rate 5/second accept\n"
      "meta skuid 5 accept\nmeta skuid 5 drop\n}\n}\n");
  REQUIRE(rules);
  REQUIRE(rules->atoms.size() == 3);
  CHECK(rules->atoms[0].lasting == Lasting::once);
  CHECK(rules->atoms[1].lasting == Lasting::once);
  CHECK(rules->atoms[2].lasting == Lasting::whole_way);
  CHECK(rules->atoms[2].word == "meta");
}

TEST_CASE("nft_text: what rules may write unseen by the model answers for each rule alone") {
  auto const lasting_of = [](std::string const& match) {
    CAPTURE(match);
    auto const rules =
        read_nft("table inet t {\nchain c {\n" + match + " accept\n" + match + " drop\n}\n}\n");
    REQUIRE(rules);
    REQUIRE_FALSE(rules->atoms.empty());
    CHECK((rules->atoms.size() == 1) == (rules->atoms.front().lasting != Lasting::once));
    return rules->atoms.front().lasting;
  };
  for (auto const* const match :
       {"tcp option maxseg size 536", "ip ecn ce", "@nh,80,16 0x1234", "ct helper \"ftp\"",
        "ether saddr 02:00:00:00:00:01", "meta random 5", "fib saddr . mark oif missing",
        "jhash meta mark . ip saddr mod 2 1", "ct expiration 1d", "jhash ip saddr . ip id mod 2 1"})
    CHECK(lasting_of(match) == Lasting::once);
  for (auto const* const match : {"fib saddr . iif oif missing", "socket transparent 1",
                                  "jhash ip saddr mod 2 1", "ip option rr exists"})
    CHECK(lasting_of(match) == Lasting::unchanged);
  for (auto const* const match : {"meta hour \"17:00\"-\"19:00\"", "meta skgid 5", "skuid 0"})
    CHECK(lasting_of(match) == Lasting::whole_way);
}

TEST_CASE("nft_text: a named map may come after the rule that looks into it, and in parts") {
  CHECK(nft_text_of("table ip t {\nchain c {\ntcp dport vmap @m\n}\nmap m { type inet_service : "
                    "verdict; }\n}\nadd element ip t m { 22 : accept }\n") ==
        "table ip t\nchain c\n  3: l4proto tcp, dport 22 -> accept\n"
        "note SC906 input:1:1: this is a script, not a listing: other rules that are loaded beside "
        "these are not in it\n");
}

TEST_CASE("nft_text: a set that is declared again with the same type has the elements of both") {
  std::string const rule = "chain c { tcp dport @s accept; }\n}\n";
  auto const twice = read_nft(
      "table inet t { set s { type inet_service; elements = { 53 }; }\n}\n"
      "table inet t { set s { type inet_service; elements = { 80 }; }\n" +
      rule);
  auto const once =
      read_nft("table inet t { set s { type inet_service; elements = { 53, 80 }; }\n" + rule);
  REQUIRE(twice);
  REQUIRE(once);
  CHECK(without_lines(to_text(*twice)) == without_lines(to_text(*once)));
}

TEST_CASE("nft_text: a table that iptables-save of the same host gave is not read twice") {
  auto const shared = [](char const* text) { return std::make_shared<std::string const>(text); };
  auto const listing = shared(
      "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy "
      "drop;\n\t\txt match \"set\" counter packets 0 bytes 0 accept\n\t}\n}\n"
      "table inet own {\n\tchain c {\n\t\taccept\n\t}\n}\n");
  std::string const rules =
      "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.1/32 -j ACCEPT\nCOMMIT\n";
  auto const tables_with = [&](std::string const& head) {
    std::vector<SourceText> const sources{
        {"fw.nft", listing}, {"fw.v4", std::make_shared<std::string const>(head + rules)}};
    auto const both = read_device(sources);
    REQUIRE(both);
    return std::ranges::count(both->tables, false, &Table::dormant);
  };
  CHECK(tables_with(
            "# Generated by iptables-save v1.8.9 (nf_tables) on Mon Nov  3 10:00:00 2025\n") == 2);
  CHECK(tables_with("") == 2);
  CHECK(tables_with("# Generated by iptables-save v1.8.9 on Mon Nov  3 10:00:00 2025\n") == 3);
}

TEST_CASE("nft_text: a chain is read in every family that filters IP, and its family is its own") {
  for (char const* family : {"ip", "ip6", "inet"}) {
    auto const rules = read_nft("table " + std::string(family) + " t {\nchain c {\naccept\n}\n}\n");
    REQUIRE(rules);
    CHECK(name(rules->tables.at(0).family) == family);
    CHECK(rules->reads_ip4);
    CHECK(rules->reads_ip6);
  }
}

TEST_CASE("nft_text: a chain that two files declare is refused") {
  auto const both = [](std::string_view first, std::string_view second) {
    std::vector<SourceText> const files{{"shut.nft", std::make_shared<std::string>(first)},
                                        {"open.nft", std::make_shared<std::string>(second)}};
    auto const rules = read_device(files);
    return rules ? std::string("read") : to_message(rules.error());
  };
  constexpr std::string_view kShut =
      "table inet f {\nchain c {\ntype filter hook forward priority 0; policy drop;\n}\n}\n";
  constexpr std::string_view kOpen =
      "table inet f {\nchain c {\ntype filter hook forward priority 0; policy accept;\n}\n}\n";
  // The last policy would count, whichever of the two is in force.
  for (auto const second : {kShut, kOpen})
    CHECK(
        both(kShut, second)
            .starts_with("open.nft:2:1: chain 'c' of table 'inet f' is also in file 'shut.nft'\n"));
  CHECK(both(kShut, "table inet g {\nchain c {\n}\n}\n") == "read");
}

TEST_CASE("nft_text: what nft lists of iptables' rules without its target is undecided") {
  auto const rule_of = [](std::string const& family, std::string const& table,
                          std::string const& rule) {
    auto const text = nft_text_of("table " + family + ' ' + table +
                                  " {\n\tchain PREROUTING {\n\t\ttype nat hook prerouting priority "
                                  "dstnat; policy accept;\n\t\t" +
                                  rule + "\n\t}\n}\n");
    return text.contains("a target that nft does not list");
  };
  std::string const counted = "udp dport 53 counter packets 0 bytes 0";
  CHECK(rule_of("ip6", "nat", counted + " "));
  CHECK(rule_of("ip6", "nat", counted + "  # handle 5"));
  CHECK(rule_of("ip", "mangle", "udp dport 53 counter "));
  CHECK(rule_of("ip", "mangle", "udp dport 53 counter \r"));
  // A rule that counts, and no more.
  CHECK_FALSE(rule_of("ip6", "nat", counted));
  CHECK_FALSE(rule_of("ip6", "nat", counted + " # handle 5"));
  CHECK_FALSE(rule_of("ip6", "nat", counted + " accept "));
  CHECK_FALSE(rule_of("inet", "mine", counted + " "));
}

TEST_CASE("nft_text: connlimit of ip6tables is listed as if it counted IPv4 sources") {
  auto const text = nft_text_of(
      "table ip6 filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy "
      "accept;\n\t\tadd @connlimit0 { ip saddr ct count 5 } counter packets 0 bytes 0 drop\n\t}\n"
      "}\n");
  CHECK(text.contains("?add @connlimit0"));
  CHECK_FALSE(text.contains("l4proto never"));
  CHECK(text.contains("-> drop"));
}

}  // namespace safeconduct::test
