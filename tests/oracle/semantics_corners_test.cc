// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Corners of both languages in which a reading that seems plain says "accept" where the kernel
// drops. Each was such a mistake once.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

std::string table(std::string const& chains) { return "table inet t {\n" + chains + "}\n"; }
std::string base(std::string const& name, std::string const& head, std::string const& rules) {
  return "  chain " + name + " {\n    type " + head + ";\n    " + rules + "\n  }\n";
}
std::string raw_table(std::string const& rule) {
  return "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING " + rule +
         " -j CT --notrack\nCOMMIT\n";
}
Form undecided_answer_of(std::string const& rules) { return {forward("    " + rules)}; }

}  // namespace

// 22, 38: what the keys of a map were asked with holds for those keys alone.
TEST_CASE("semantics: what a map asks of its keys is asked anew by the rest of the rule") {
  for (auto const* const map :
       {"meta mark set meta l4proto map { tcp : 1, udp : 2 }",
        "meta mark set ip protocol map { tcp : 1, udp : 2 }",
        "meta l4proto vmap { icmp : drop, tcp : continue, udp : continue }"})
    claim({{forward("    " + std::string(map) + " udp dport 53 accept")}},
          {{udp(53), accept}, {tcp(53), drop}});
}

// 38: a chain that a map calls comes back behind the rule, whatever it has made of the key.
TEST_CASE("semantics: a chain called by a map does not come back into its rule") {
  auto const text = table("  chain x {\n    meta mark set 2\n  }\n" +
                          base("f", "filter hook forward priority 0; policy drop",
                               "meta mark set 1\n    meta mark vmap { 1 : jump x, 2 : continue } "
                               "accept"));
  claim({{nft(text)}}, {{udp(53), undecided}});
}

// 21: a packet without a connection has no mark of it, not even any.
TEST_CASE("semantics: what takes every value of a connection's field still asks for a connection") {
  for (auto const* const rule :
       {"ct mark vmap { * : accept }", "ct mark vmap { * : continue } accept",
        "meta mark set ct mark map { 1 : 2, * : 3 } accept", "ct mark { 0-0xffffffff } accept",
        "ct direction { original, reply } accept", "ct mark & 0xf != 0x10 accept"}) {
    auto const text = table(
        base("r", "filter hook prerouting priority raw; policy accept", "udp dport 53 notrack") +
        base("f", "filter hook forward priority 0; policy drop", rule));
    claim({{nft(text)}}, {{udp(53), drop}, {udp(443), accept}});
  }
}

// 20: nft takes '&' before '|', and lists what it took with parentheses.
TEST_CASE("semantics: flags joined behind a mask without parentheses are not the mask") {
  for (auto const* const rule :
       {"tcp flags & fin|syn|rst|ack == syn accept", "meta mark | 0x2 & 0xf0 == 0 accept",
        "meta mark set 0x1234 ct mark set meta mark << 4 | 0x1 ct mark 0x1235 accept",
        "tcp flags { syn } accept"})
    claim({undecided_answer_of(rule)}, {{tcp(443), undecided}});
  claim({undecided_answer_of("tcp flags & (fin|syn|rst|ack) == syn accept")}, {{tcp(443), accept}});
}

// 34
TEST_CASE("semantics: a set that rules change is changed by them however they are spaced") {
  std::string const set =
      "  set s {\n    type ipv4_addr\n    flags timeout\n    elements = { 192.0.2.9 timeout 1h }\n "
      " "
      "}\n";
  for (auto const* const add : {"add @s { ip saddr }", "add  @s { ip saddr }"})
    claim({{nft(table(set + base("f", "filter hook forward priority 0; policy accept",
                                 "ip saddr @s drop\n    " + std::string(add))))}},
          {{udp(53), undecided}});
}

// 21: an option is missing where there is no header that it could be in, too.
TEST_CASE("semantics: a TCP option is missing from what is no TCP") {
  claim({{forward("    tcp option maxseg missing drop", "accept")},
         {forward("    tcp option maxseg { missing } drop", "accept")},
         {forward("    tcp option maxseg {\n      missing } drop", "accept")},
         {forward("    tcp option maxseg 0 drop", "accept")},
         {forward("    tcp option maxseg != exists drop", "accept")},
         {forward("    tcp option maxseg < 1 drop", "accept")},
         {forward("    tcp option maxseg vmap { missing : drop }", "accept")},
         {forward("    sctp chunk init vmap { missing : drop }", "accept")}},
        {{udp(53), undecided}});
  claim({{forward("    tcp option maxseg exists drop", "accept")},
         {forward("    tcp option maxseg != missing drop", "accept")},
         {forward("    tcp option maxseg size { 1, 2 } drop", "accept")}},
        {{udp(53), accept}});
}

// 21: what is made of something that is not there is not there.
TEST_CASE("semantics: a hash of what a packet does not have ends the rule") {
  for (auto const* const what : {"meta skuid", "meta cgroup"})
    claim({{forward("    meta mark set jhash " + std::string(what) + " mod 2 accept")}},
          {{udp(53), undecided}});
}

// 3, 14: translation is registered with the first of its chains. (A namespace that had such chains
// before may still hold the place of theirs: the kernel is asked by hand, in a fresh one.)
TEST_CASE("semantics: at the priority of translation what was registered last comes first") {
  auto const filter_chain = base("f", "filter hook postrouting priority srcnat; policy drop",
                                 "ip saddr 10.0.0.0/8 accept");
  auto const nat_chain = base("n", "nat hook postrouting priority srcnat; policy accept",
                              "meta nfproto ipv4 snat to 198.51.100.9");
  claim({{nft(table(filter_chain + nat_chain))}}, {{udp(53), drop}}, Loads::no);
  claim({{nft(table(nat_chain + filter_chain))}}, {{udp(53), accept}}, Loads::no);
}

// 17: of such an answer the translation is not undone.
TEST_CASE("semantics: answers that are not tracked do not come back through a masquerade") {
  auto const nat =
      "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o wan0 -j "
      "MASQUERADE\nCOMMIT\n";
  converse({{iptables(raw_table("-i wan0") + nat + filter_table("", "ACCEPT"))}},
           {{udp(53), Verdict::undecided}, {tcp(443), Verdict::undecided}});
}

// 17, 18
TEST_CASE("semantics: a connection whose answers are not tracked is never established") {
  converse({{iptables(raw_table("-i wan0") +
                      filter_table("-A FORWARD -i wan0 -o lan0 -m conntrack --ctstate UNTRACKED -j "
                                   "ACCEPT\n-A FORWARD -i lan0 -m conntrack --ctstate "
                                   "NEW,ESTABLISHED -j ACCEPT"))}},
           {{udp(53), Verdict::allowed}, {tcp(443), Verdict::blocked}});
}

// 17, 18: TCP is taken up in its middle, from whoever speaks with a bare ACK. (What follows the
// handshake, the kernel is not asked for here.)
TEST_CASE("semantics: answers to untracked requests may begin a connection of their own") {
  converse({{iptables(raw_table("-i lan0") +
                      filter_table("-A FORWARD -i wan0 -p tcp -m conntrack --ctstate NEW -j DROP",
                                   "ACCEPT"))}},
           {{udp(53), Verdict::allowed}, {tcp(443), Verdict::blocked}}, Loads::no);
}

// 19: SNAT and DNAT are states of connections; a packet without one has neither.
TEST_CASE("semantics: a packet without a connection is in none of the virtual states") {
  auto const form = [](std::string const& rule) {
    return Form{iptables(raw_table("-p udp -m udp --dport 53") +
                         filter_table("-A FORWARD -m conntrack " + rule + " -j DROP", "ACCEPT"))};
  };
  claim({form("! --ctstate DNAT")}, {{udp(53), drop}, {udp(443), drop}});
  claim({form("--ctstate UNTRACKED,DNAT")}, {{udp(53), drop}, {udp(443), accept}});
  claim({form("! --ctstate RELATED,ESTABLISHED,DNAT")}, {{udp(53), drop}, {udp(443), drop}});
  claim({form("--ctstate NEW,DNAT")}, {{udp(53), accept}, {udp(443), drop}});
}

// 48
TEST_CASE("semantics: of several matches of conntrack each asks for itself") {
  auto const form = [](std::string const& rule) {
    return Form{iptables(raw_table("-p udp -m udp --dport 53") +
                         filter_table("-A FORWARD " + rule + " -j ACCEPT"))};
  };
  claim({form("-m conntrack --ctstate UNTRACKED -m conntrack --ctdir ORIGINAL")},
        {{udp(53), undecided}});
  claim({form("-m conntrack --ctstate NEW -m conntrack --ctstate NEW,ESTABLISHED")},
        {{udp(53), drop}, {udp(443), accept}});
}

// 33
TEST_CASE("semantics: a set that rules change between two questions may answer both ways") {
  auto const rules = filter(
      "-A FORWARD -m set --match-set s src -j ACCEPT\n"
      "-A FORWARD -j SET --add-set s src\n"
      "-A FORWARD -m set ! --match-set s src -j ACCEPT");
  claim({{ipset("create s hash:ip family inet\n"), rules}}, {{udp(53), undecided}});
  auto const by_list = filter(
      "-A FORWARD -j SET --add-set l src\n"
      "-A FORWARD -m set --match-set m src -j DROP",
      "ACCEPT");
  claim({{ipset("create m hash:ip family inet\ncreate l list:set size 8\nadd l m\n"), by_list}},
        {{udp(53), undecided}});
}

// 33
TEST_CASE("semantics: of a list of sets, those of the packet's family count") {
  auto const sets = ipset(
      "create four hash:net family inet\ncreate six hash:net family inet6\n"
      "create other hash:net family inet6\ncreate both list:set size 8\n"
      "create none list:set size 8\nadd four 10.1.0.0/16\nadd six fd00:1::/32\n"
      "add other fd00:9::/32\nadd both four\nadd both six\nadd none other\n");
  std::string const both = "-A FORWARD -m set --match-set both src -j ACCEPT";
  std::string const none = "-A FORWARD -m set --match-set none src -j ACCEPT";
  claim({{sets, filter(both), filter6(both)}}, {{udp(53), accept}, {udp6(53), accept}});
  claim({{sets, filter(none), filter6(none)}}, {{udp(53), drop}, {udp6(53), drop}});
  claim({{sets, filter("-A FORWARD -m set ! --match-set both src -j ACCEPT"), filter6(none)}},
        {{udp(53), drop}, {udp6(53), drop}});
}

// 52: iptables-save says itself that there is more.
TEST_CASE("semantics: rules that an export says it cannot show leave all open") {
  std::string const nat = "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n";
  std::string const head = "# Generated by iptables-nft-save v1.8.9 (nf_tables)\n";
  std::string const foreign = head + "# Table `filter' is incompatible, use 'nft' tool.\n" + nat;
  std::string const legacy =
      head + nat +
      "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n";
  for (auto const& text : {foreign, legacy})
    claim({{iptables(text)}}, {{udp(53), undecided}}, Loads::no);
  CHECK(notes({iptables(foreign)}, "SC908"));
  CHECK_FALSE(notes({iptables(foreign), forward("    udp dport 53 accept")}, "SC908"));
  claim({{iptables(foreign), forward("    udp dport 53 accept")}},
        {{udp(53), accept}, {udp(443), drop}}, Loads::no);
  claim(
      {{iptables(legacy), iptables("# Generated by iptables-save v1.8.9\n" +
                                   filter_table("-A FORWARD -p udp -m udp --dport 53 -j ACCEPT"))}},
      {{udp(53), accept}, {udp(443), drop}}, Loads::no);
}

// 52, 53: iptables-save shows what nft put into its table, and shows it wrongly.
TEST_CASE("semantics: a table that nft has added to is not the one that iptables-save shows") {
  auto const saved = iptables("# Generated by iptables-save v1.8.9 (nf_tables)\n" +
                              filter_table("-A FORWARD -p udp -j ACCEPT"));
  auto const listed = [](std::string const& rule) {
    return nft(
        "table ip filter {\n  chain INPUT {\n    type filter hook input priority filter; "
        "policy accept;\n  }\n  chain FORWARD {\n    type filter hook forward priority "
        "filter; policy drop;\n    " +
        rule +
        "\n  }\n  chain OUTPUT {\n    type filter hook output priority filter; policy "
        "accept;\n  }\n}\n");
  };
  claim({{saved, listed("udp dport { 80, 81 } accept")}}, {{udp(53), drop}, {udp(80), accept}},
        Loads::no);
  claim({{saved, listed("meta l4proto udp counter packets 0 bytes 0 accept")}}, {{udp(53), accept}},
        Loads::no);
}

// 33
TEST_CASE("semantics: options of a set's entries that decide nothing are read") {
  CHECK(refusal({ipset("create n hash:net,iface family inet\nadd n 10.1.2.0/24,lan wildcard\n"),
                 filter("")}) == "");
}

// 31, 48: "--proto" of a policy is that of the transformation.
TEST_CASE("semantics: the protocol of an IPsec policy is not the packet's") {
  auto const form = [](std::string const& end, std::string const& policy) {
    return Form{filter("-A FORWARD -m policy --dir out --pol ipsec --reqid 1 --proto esp -j " + end,
                       policy)};
  };
  claim({form("DROP", "ACCEPT"), form("ACCEPT", "DROP")}, {{udp(53), undecided}}, Loads::no);
}

// 28: iptables-nft loads it (legacy does not) and compares the bytes that ports would have.
TEST_CASE("semantics: a port behind '! -p tcp' is asked of what is not TCP") {
  for (auto const* const rule :
       {"-A FORWARD ! -p tcp -m tcp --dport 53 -j DROP", "-A FORWARD ! -p tcp --dport 53 -j DROP"})
    claim({{filter(rule, "ACCEPT")}}, {{udp(53), undecided}, {tcp(53), accept}, {tcp(443), accept}},
          Loads::no);
}

// 53: what iptables-nft loaded, nft lists in words of its own that say something else.
TEST_CASE("semantics: some matches of iptables are not to be read in a listing of nft") {
  auto const in = [](std::string const& table, std::string const& rule) {
    return Form{nft("table ip " + table + " {\n" +
                    base("FORWARD", "filter hook forward priority filter; policy accept", rule) +
                    "}\n")};
  };
  for (auto const* const rule :
       {"ct status dnat counter packets 0 bytes 0 drop",
        "udp sport . udp dport { 0-65535 . 20, 20 . 0-65535, 0-65535 . 60, 60 . 0-65535 } drop",
        "meta mark != 0x00000001/0 counter packets 0 bytes 0 drop",
        "meta mark set ct mark and 0xf0 meta mark 0x100 drop", "fib saddr type local drop"}) {
    claim({in("filter", rule)}, {{udp(53), undecided}}, Loads::no);
    claim({in("mine", rule)}, {{udp(53), accept}});
  }
  claim({in("filter", "tcp flags != ecn drop")}, {{tcp(53), undecided}, {udp(53), accept}},
        Loads::no);
  claim({in("filter", "tcp flags & (fin | syn | rst | ack) != syn drop")}, {{tcp(53), accept}});
  auto const six = [](std::string const& table, std::string const& rule) {
    return Form{nft("table ip6 " + table + " {\n" +
                    base("FORWARD", "filter hook forward priority filter; policy accept", rule) +
                    "}\n")};
  };
  claim({six("filter", "ip ecn not-ect counter packets 0 bytes 0 drop")}, {{udp6(53), undecided}},
        Loads::no);
  claim({six("filter", "ip6 saddr fd00:1::3 drop")}, {{udp6(53), drop}});
  auto const tos = nft("table ip mangle {\n" +
                       base("PREROUTING", "filter hook prerouting priority mangle; policy accept",
                            "counter packets 0 bytes 0 ip6 dscp set 0x04") +
                       "}\n");
  claim({{tos, in("filter", "ip dscp cs0 drop").front()}}, {{udp(53), undecided}}, Loads::no);
}

// 17, 18: a packet without a connection is asked for its state alone.
TEST_CASE(
    "semantics: what nft lists of --ctstate beside --ctdir is not sure where nothing is tracked") {
  auto const table = [](std::string const& name, std::string const& rule) {
    return Form{nft("table ip raw {\n" +
                    base("PREROUTING", "filter hook prerouting priority raw; policy accept",
                         "udp dport 53 notrack") +
                    "}\ntable ip " + name + " {\n" +
                    base("FORWARD", "filter hook forward priority filter; policy accept", rule) +
                    "}\n")};
  };
  for (auto const* const rule :
       {"ct state untracked ct direction original drop",
        "ct state != established ct original ip daddr 208.67.222.222 drop"}) {
    claim({table("filter", rule)}, {{udp(53), undecided}}, Loads::no);
    claim({table("mine", rule)}, {{udp(53), accept}});
  }
  claim({table("filter", "ct state new ct direction original drop")},
        {{udp(53), accept}, {udp(80), drop}}, Loads::no);
}

// 18: as docker's documentation has it.
TEST_CASE("semantics: a connection's original port is of the protocol that the rule asks for") {
  claim({{filter("-A FORWARD -p tcp -m conntrack --ctorigdst 208.67.222.222 --ctorigdstport 443 "
                 "-j ACCEPT")}},
        {{tcp(443), accept}, {tcp(80), drop}, {udp(443), drop}});
}

// 23
TEST_CASE("semantics: whether a header is there may be asked of a set of answers") {
  for (auto const* const rule :
       {"exthdr hbh { missing } drop", "exthdr frag { exists, missing } drop",
        "exthdr dst != { exists } drop"})
    claim({{forward("    " + std::string(rule), "accept")}},
          {{udp6(53), undecided}, {udp(53), accept}}, Loads::no);
  claim({{forward("    exthdr hbh missing drop", "accept")}},
        {{udp6(53), drop}, {udp(53), accept}});
}

// 17: what has a template of a connection, 'notrack' leaves as it is.
TEST_CASE("semantics: CT without --notrack keeps a later --notrack from the packet") {
  std::string const raw = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  auto const rest = "-A PREROUTING -p udp -j CT --notrack\nCOMMIT\n" +
                    filter_table("-A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT");
  claim({{iptables(raw + "-A PREROUTING -p udp --dport 53 -j CT\n" + rest)}},
        {{udp(53), undecided}});
  claim({{iptables(raw + rest)}}, {{udp(53), accept}});
}

// 17
TEST_CASE("semantics: before connection tracking a rule may ask for what CT gave the packet") {
  std::string const raw = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  for (auto const* const rule :
       {"-m conntrack --ctstate NEW", "-m conntrack ! --ctstate INVALID", "-m connmark --mark 0x0",
        "-m conntrack --ctstate INVALID", "-m conntrack --ctorigdst 208.67.222.222",
        "-m state --state NEW"}) {
    auto const second = "-A PREROUTING -p udp -m udp --dport 53 " + std::string(rule) +
                        " -j DROP\nCOMMIT\n" + filter_table("", "ACCEPT");
    claim({{iptables(raw + "-A PREROUTING -p udp -j CT\n" + second)}},
          {{udp(53), undecided}, {udp(443), accept}});
  }
}

// 17: the same, where the rules stand in another order than packets come by them.
TEST_CASE("semantics: what CT gave a packet is there for the rules that it meets later") {
  std::string const chains =
      "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n";
  std::string const rest = "COMMIT\n" + filter_table("", "ACCEPT");
  std::string const ask = " -p udp -m udp --dport 53 -m conntrack --ctstate NEW -j DROP\n";
  claim(
      {{iptables(chains + "-A PREROUTING -j B\n-A PREROUTING -j A\n-A A" + ask +
                 "-A B -j CT --ctevents new\n" + rest)},
       {iptables(chains + "-A PREROUTING" + ask + "-I PREROUTING -j CT --ctevents new\n" + rest)}},
      {{udp(53), undecided}, {udp(443), accept}});
  claim(
      {{iptables(chains + "-A PREROUTING" + ask + "-A PREROUTING -j CT --ctevents new\n" + rest)}},
      {{udp(53), accept}, {udp(443), accept}});
}

// 17: rules of nft's own between iptables' CT and connection tracking see it, too.
TEST_CASE("semantics: what CT gave a packet is there for the rules of other tables") {
  auto const raw = iptables("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" +
                            std::string("-A PREROUTING -p udp -j CT --ctevents new\nCOMMIT\n") +
                            filter_table("", "ACCEPT"));
  auto const prerouting = [](std::string const& priority, std::string const& rule) {
    return nft("table inet early {\n  chain p {\n    type filter hook prerouting priority " +
               priority + "; policy accept;\n    udp dport 53 " + rule + "\n  }\n}\n");
  };
  for (auto const* const rule : {"ct state new drop", "ct state != invalid drop", "ct mark 0 drop"})
    claim({{raw, prerouting("-250", rule)}}, {{udp(53), undecided}, {udp(443), accept}});
  claim({{raw, prerouting("-350", "ct state new drop")}}, {{udp(53), accept}});
  claim({{raw, prerouting("-150", "ct state new drop")}}, {{udp(53), drop}, {udp(443), accept}});
}

// 48: "-s A,B" is a rule for A and one for B.
TEST_CASE("semantics: a list of addresses is a rule for each of them") {
  std::string const mangle =
      "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT "
      "[0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:X - [0:0]\n";
  auto const marks = [&](std::string const& target, std::string const& mark) {
    return iptables(mangle + "-A PREROUTING -s 10.0.0.0/8,10.1.2.3 " + target +
                    "\n-A X -j MARK --set-xmark 0x1/0x0\n-A FORWARD -m mark --mark " + mark +
                    " -j DROP\nCOMMIT\n");
  };
  claim({{marks("-j MARK --xor-mark 1", "0x0")}, {marks("-j X", "0x0")}}, {{udp(53), drop}});
  claim({{marks("-j MARK --xor-mark 1", "0x1")}, {marks("-j X", "0x1")}}, {{udp(53), accept}});
  claim({{iptables("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -s 10.9.9.9,10.1.2.3 -j ACCEPT\n"
                   "-I FORWARD 2 -p udp --dport 53 -j DROP\nCOMMIT\n")}},
        {{udp(53), drop}, {udp(443), accept}});
}

// 53: iptables-save shows its own chains and says that there are others.
TEST_CASE("semantics: a save that says it lacks base chains proves nothing alone") {
  claim({{iptables(
            "# Table `filter' contains incompatible base-chains, use 'nft' tool to list them.\n"
            "# Generated by iptables-nft-save v1.8.9 (nf_tables)\n" +
            filter_table("", "ACCEPT"))}},
        {{udp(53), undecided}}, Loads::no);
}

// 53: where nft made all tables, iptables-save says no more than that.
TEST_CASE("semantics: a save of nothing but tables that nft alone lists is none of its own") {
  auto const save = iptables("# Table `filter' is incompatible, use 'nft' tool.\n");
  claim({{save}}, {{udp(53), undecided}}, Loads::no);
  claim({{save, forward("    udp dport 53 drop", "accept")}}, {{udp(53), drop}, {udp(443), accept}},
        Loads::no);
  claim({{iptables("# Warning: iptables-legacy tables present, use iptables-legacy-save to see "
                   "them\n"),
          forward("    udp dport 53 drop", "accept")}},
        {{udp(53), undecided}, {udp(443), undecided}}, Loads::no);
}

// 53: which tables are dormant, only nft's listing shows.
TEST_CASE("semantics: a table that nft's listing shows as dormant is so in the save too") {
  std::string const header = "# Generated by iptables-nft-save v1.8.9 (nf_tables)\n";
  Form const both{
      iptables(header +
               "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j CT --notrack\n"
               "COMMIT\n" +
               filter_table("-A FORWARD -m conntrack --ctstate NEW -j DROP", "ACCEPT")),
      nft("table ip raw {\n  flags dormant\n  chain PREROUTING {\n    type filter hook prerouting "
          "priority raw; policy accept;\n    meta l4proto udp counter packets 0 bytes 0 notrack\n  "
          "}\n}\n")};
  claim({both}, {{udp(53), drop}}, Loads::no);
}

// 37: nft 1.0.6 lists { 30-36 . udp, 40 . tcp } as { 0 . ip, 0 . ip }.
TEST_CASE("semantics: a length among several fields of a set without a name is not to be read") {
  for (auto const* const rule :
       {"meta length . meta l4proto { 0 . ip, 0 . ip } drop",
        "ct state . meta length { new . 0 } drop", "meta length . th dport != { 0 . 53 } drop"})
    claim({{forward("    " + std::string(rule), "accept")}}, {{udp(53), undecided}}, Loads::no);
  // Nor a part of a byte: { 5 . 53 } of "ip6 dscp" comes out as { 0 . 53 }, of "tcp doff" as
  // { 0 . 13568 }, of "ip dscp" right.
  for (auto const* const rule : {"ip dscp >> 2 . udp dport { cs0 . 53, ef . 53 } drop",
                                 "udp dport . ip dscp >> 2 { 53 . cs0 } drop",
                                 "ip dscp >> 2 . udp dport != { ef . 53 } drop",
                                 "ip dscp rshift 2 . udp dport vmap { cs0 . 53 : drop }"})
    claim({{forward("    " + std::string(rule), "accept")}}, {{udp(53), undecided}}, Loads::no);
  claim({{forward("    ip length . udp dport { 36 . 53 } drop", "accept")}}, {{udp(53), drop}});
}

// 37: "ip dscp & 0x30 == 0x20", "ip6 dscp ...", "ip version & 6 ...", "tcp doff ..." as nft lists
// them. Values come out right for some, and not for others.
TEST_CASE("semantics: a part of a byte under a mask is read as nft lists it, and not decided") {
  for (auto const* const rule : {"(@nh,8,8 & 0xfc) >> 2 & 0x30 == 0x20 drop",
                                 "(@nh,8,8 & 0xfc) >> 2 & 0x30 == { cs2, cs4 } drop",
                                 "(@nh,0,8 & 0xf0) >> 4 & 0x6 == 0x4 drop",
                                 "(@nh,0,16 & 0xfc0) >> 6 & 0x30 != 0x2000/8 drop"})
    claim({{forward("    meta nfproto ipv4 " + std::string(rule), "accept")}},
          {{udp(53), undecided}}, Loads::no);
  claim({{forward("    meta l4proto tcp (@th,96,8 & 0xf0) >> 4 & 0x7 == 0x5 drop", "accept")}},
        {{udp(53), accept}, {tcp(443), undecided}}, Loads::no);
  // Masks in a concatenation, as people write them.
  for (auto const* const rule : {"ip saddr & 0.0.0.255 . udp dport { 0.0.0.3 . 53 } drop",
                                 "meta mark & 0xff . ip saddr { 0 . 10.1.2.3 } drop"})
    claim({{forward("    " + std::string(rule), "accept")}}, {{udp(53), undecided}});
}

}  // namespace safeconduct::testing
