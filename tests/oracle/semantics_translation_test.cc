// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Address translation, and whatever else sends packets elsewhere.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

std::string nat_chain(std::string const& hook, std::string const& rules) {
  return "table ip nat {\n  chain n {\n    type nat hook " + hook + " priority " +
         (hook == "postrouting" ? "srcnat" : "dstnat") + "; policy accept;\n" + rules +
         "\n  }\n}\n";
}
std::string nat_table(std::string const& rules) {
  return "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
         ":POSTROUTING ACCEPT [0:0]\n" +
         rules + "\nCOMMIT\n";
}
std::string forward_text(std::string const& rules) { return forward(rules).text; }

constexpr char const* kOther = "198.51.100.7";

// 14: a nat chain is asked about the first packet only; what it said holds for the whole
// connection, and a 'drop' written there does not meet the packets that follow.
TEST_CASE("semantics: a nat chain decides over the first packet of a connection and no other") {
  auto const text = nat_chain("postrouting", "    ct state established drop\n    masquerade") +
                    forward_text("    accept");
  converse({{nft(text)}}, {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
}

// 14
TEST_CASE("semantics: accept in a nat chain means no translation, a drop there drops") {
  claim({{nft(nat_chain("prerouting",
                        "    udp dport 53 accept\n    udp dport 443 drop\n"
                        "    meta l4proto udp dnat to 198.51.100.7") +
              forward_text("    ip daddr 208.67.222.222 accept"))}},
        {{udp(53), accept}, {udp(443), drop}, {udp(80), drop}});
  claim({{iptables(nat_table("-A PREROUTING -p udp --dport 53 -j ACCEPT\n"
                             "-A PREROUTING -p udp -j DNAT --to-destination 198.51.100.7") +
                   filter_table("-A FORWARD -d 208.67.222.222/32 -j ACCEPT"))}},
        {{udp(53), accept}, {udp(80), drop}});
}

// 15
TEST_CASE("semantics: forward sees the destination after DNAT, address and port") {
  auto const forms = [](std::string const& nft_rule, std::string const& rule) {
    return Forms{{nft(nat_chain("prerouting", "    udp dport 53 dnat to 198.51.100.7:5353") +
                      forward_text(nft_rule))},
                 {iptables(nat_table("-A PREROUTING -p udp --dport 53 -j DNAT --to-destination "
                                     "198.51.100.7:5353") +
                           filter_table(rule))}};
  };
  claim(forms("    ip daddr 198.51.100.7 udp dport 5353 accept",
              "-A FORWARD -d 198.51.100.7/32 -p udp --dport 5353 -j ACCEPT"),
        {{udp(53), intercept}});
  claim(forms("    ip daddr 208.67.222.222 udp dport 53 accept",
              "-A FORWARD -d 208.67.222.222/32 -p udp --dport 53 -j ACCEPT"),
        {{udp(53), drop}});
}

// 15: what the client asked for, and what became of it, can be asked as well.
TEST_CASE("semantics: the original destination of a connection is what the client sent") {
  auto const text = nat_chain("prerouting", "    udp dport 53 dnat to 198.51.100.7") +
                    forward_text("    ct original ip daddr 208.67.222.222 accept");
  auto const saved_nat =
      nat_table("-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 198.51.100.7:5353");
  auto const saved = [&](std::string const& rule) {
    return iptables(saved_nat + filter_table("-A FORWARD -m conntrack " + rule + " -j ACCEPT"));
  };
  claim({{nft(text)}, {saved("--ctorigdst 208.67.222.222")}},
        {{udp(53), intercept}, {udp(443), accept}});
  claim({{saved("--ctproto 17 --ctorigdstport 53 --ctorigsrc 10.0.0.0/8")},
         {nft(nat_chain("prerouting", "    udp dport 53 dnat to 198.51.100.7:5353") +
              forward_text("    meta l4proto udp ct original proto-dst 53 ct original ip saddr "
                           "10.0.0.0/8 accept"))}},
        {{udp(53), intercept}, {udp(443), drop}});
}

// 15: behind a masquerade the source is this host's, and the routing table says so; of another
// new source nobody here knows what it says.
TEST_CASE("semantics: what kind of address the source is is asked of the new source") {
  std::string const last =
      "table ip last {\n  chain c {\n    type filter hook postrouting priority srcnat + 20; policy "
      "accept;\n    fib saddr type local drop\n  }\n}\n";
  auto const form = [&](std::string const& rule) {
    return Form{nft(nat_chain("postrouting", "    " + rule) + forward_text("    accept") + last)};
  };
  claim({form("udp dport 53 masquerade")}, {{udp(53), drop}, {udp(443), accept}});
  claim({form("udp dport 53 snat to 10.20.0.10")}, {{udp(443), accept}});
  CHECK(undecided_by(form("udp dport 53 snat to 192.0.2.9"), udp(53)) ==
        std::vector<std::string>{"src_type local"});
}

// 15, 31: the kernel hashes the address that the packet has by then. Some of these seeds drop what
// has the mark, and that was told as sure to pass.
TEST_CASE("semantics: what is asked of the source may be otherwise behind its translation") {
  auto const chain = [](std::string const& name, std::string const& place,
                        std::string const& rule) {
    return "table ip " + name + " {\n  chain c {\n    type filter hook " + place +
           "; policy accept;\n    " + rule + "\n  }\n}\n";
  };
  for (auto const* const seed : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
    auto const hash = "jhash ip saddr mod 2 seed " + std::string(seed);
    claim(
        {{nft(chain("first", "postrouting priority srcnat - 20", hash + " 0 meta mark set 1") +
              nat_chain("postrouting", "    udp dport 53 masquerade") + forward_text("    accept") +
              chain("last", "postrouting priority srcnat + 20",
                    "meta mark 1 " + hash + " 0 accept\n    meta mark 1 drop"))}},
        {{udp(53), undecided}});
  }
}

// 15: of a packet that leaves, what hangs on a mark that is not known is not facts.
TEST_CASE("semantics: the source that a packet leaves with is told only where it is known") {
  std::string const marked =
      "*mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j CONNMARK --restore-mark --left-shift-mark 1\n"
      "COMMIT\n";
  auto const answer = traced(
      {iptables(marked + "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
                         "-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 198.51.100.7\n"
                         "-A POSTROUTING -m mark ! --mark 0x0 -j SNAT --to-source 192.0.2.9\n"
                         "COMMIT\n")},
      udp(53));
  CHECK(answer.verdict == intercept);
  REQUIRE(answer.rewritten.has_value());
  CHECK(answer.rewritten->at(Field::daddr) == parse_prefix("198.51.100.7/32").value().address.bits);
  CHECK_FALSE(answer.rewritten->at(Field::saddr).has_value());
}

// 15, 38: where a map says where to, each entry is a translation of its own.
TEST_CASE("semantics: a map gives the new destination, and none where it has no entry") {
  std::string const seen =
      "    ip daddr 198.51.100.7 udp dport 53 accept\n"
      "    ip daddr 198.51.100.8 udp dport 5443 accept\n    udp dport 80 accept";
  auto const form = [&](std::string const& rule, std::string const& sets = "") {
    auto text = nat_chain("prerouting", "    " + rule);
    text.insert(text.find("  chain"), sets);
    return Form{nft(text + forward_text(seen))};
  };
  std::vector<Expected> const there{{udp(53), intercept}, {udp(443), drop}, {udp(80), accept}};
  claim({form("dnat to udp dport map { 53 : 198.51.100.7, 443 : 198.51.100.8 }"),
         form("dnat to udp dport map @m",
              "  map m {\n    type inet_service : ipv4_addr\n    elements = "
              "{ 53 : 198.51.100.7, 443 : 198.51.100.8 }\n  }\n"),
         form("dnat to ip daddr . udp dport map { 208.67.222.222 . 53 : 198.51.100.7, "
              "208.67.222.222 . 443 : 198.51.100.8 }")},
        there);
  claim({form("dnat ip to udp dport map { 53 : 198.51.100.7 . 53, 443 : 198.51.100.8 . 5443 }"),
         form("dnat ip to udp dport map @m",
              "  map m {\n    type inet_service : ipv4_addr . inet_service\n    elements = "
              "{ 53 : 198.51.100.7 . 53, 443 : 198.51.100.8 . 5443 }\n  }\n")},
        {{udp(53), intercept}, {udp(443), intercept}, {udp(80), accept}});
  claim({form("dnat to udp dport map { 53 : 198.51.100.9 }")},
        {{udp(53), drop}, {udp(443), drop}, {udp(80), accept}});
  claim({form("udp dport { 53, 443 } redirect to :udp dport map { 53 : 5353, 443 : 5443 }")},
        {{udp(53), intercept}, {udp(80), accept}});
}

// 15
TEST_CASE("semantics: a map gives the new source, and later chains see it") {
  auto const form = [](std::string const& rule) {
    return Form{
        nft(nat_chain("postrouting", "    " + rule) +
            "table ip late {\n  chain l {\n    type filter hook postrouting priority 200; "
            "policy drop;\n    ip saddr 192.0.2.77 accept\n    udp dport 80 accept\n  }\n}\n" +
            forward_text("    accept"))};
  };
  claim({form("snat to udp dport map { 53 : 192.0.2.77, 443 : 192.0.2.78 }"),
         form("snat ip to ip daddr . udp dport map { 208.67.222.222 . 53 : 192.0.2.77, "
              "208.67.222.222 . 443 : 192.0.2.78 }")},
        {{udp(53), accept}, {udp(443), drop}, {udp(80), accept}});
}

// 15
TEST_CASE("semantics: forward sees the source before SNAT, and postrouting nat does not block") {
  auto const forms = [](std::string const& address) {
    return Forms{
        {nft(nat_chain("postrouting", "    oifname \"wan0\" snat to 192.0.2.77") +
             forward_text("    ct state established accept\n    ip saddr " + address + " accept"))},
        {iptables(nat_table("-A POSTROUTING -o wan0 -j SNAT --to-source 192.0.2.77") +
                  filter_table("-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
                               "-A FORWARD -s " +
                               address + " -j ACCEPT"))}};
  };
  claim(forms("10.1.2.3"), {{udp(53), accept}});
  claim(forms("192.0.2.77"), {{udp(53), drop}});
  converse(forms("10.1.2.3"), {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
}

// 15: the way back is translated before forward sees it.
TEST_CASE("semantics: an answer has the client's address again where forward sees it") {
  converse({{nft(nat_chain("postrouting", "    masquerade") +
                 forward_text("    ip saddr 10.1.2.3 accept\n    ip daddr 10.1.2.3 accept"))},
            {iptables(nat_table("-A POSTROUTING -j MASQUERADE") +
                      filter_table("-A FORWARD -s 10.1.2.3/32 -j ACCEPT\n"
                                   "-A FORWARD -d 10.1.2.3/32 -j ACCEPT"))}},
           {{udp(53), Verdict::allowed}});
}

// 15: raw sees the answer as it comes in. No export tells the gateway's address: it may be any, and
// so may be the one that docker's raw table shuts. Where it is said, the kernel decides.
TEST_CASE("semantics: answers to a masquerade come to the gateway's address, which can be said") {
  auto const forms = [](std::string const& address) {
    return Forms{
        {nft("table ip r {\n  chain c {\n    type filter hook prerouting priority raw;\n    ip "
             "daddr " +
             address + " iifname != \"docker0\" drop\n  }\n}\n" +
             nat_chain("postrouting", "    masquerade") + forward_text("    accept"))},
        {iptables("*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d " + address +
                  "/32 ! -i docker0 -j DROP\nCOMMIT\n" + nat_table("-A POSTROUTING -j MASQUERADE") +
                  filter_table("-A FORWARD -j ACCEPT"))}};
  };
  DeviceFacts const own{{*parse_address(Gateway().outside_ip4)}};
  converse(forms("172.17.0.2"), {{udp(53), Verdict::undecided}});
  converse(forms("172.17.0.2"), {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}},
           Loads::yes, own);
  converse(forms(Gateway().outside_ip4), {{udp(53), Verdict::blocked}}, Loads::yes, own);
  // Of several, nobody knows which; and what is said of IPv4 says nothing of IPv6.
  DeviceFacts const several{{*parse_address("192.0.2.2"), *parse_address("192.0.2.4")}};
  converse(forms("192.0.2.3"), {{udp(53), Verdict::undecided}}, Loads::yes, several);
  converse(forms("172.17.0.2"), {{udp(53), Verdict::undecided}}, Loads::yes,
           {{*parse_address(Gateway().outside_ip6)}});
  converse(forms("192.0.2.5"), {{udp(53), Verdict::allowed}}, Loads::yes, several);
}

// 46: what firewalld and NixOS put before everything else. No export has the routes; here
// answers leave by where packets came in.
TEST_CASE("semantics: filters of the reverse path let pass what comes by the way of its answers") {
  DeviceFacts const symmetric{{}, true};
  auto const nft_form = [](std::string const& rule) {
    return Form{
        nft("table inet r {\n  chain c {\n    type filter hook prerouting priority mangle + "
            "10;\n    " +
            rule + "\n  }\n}\n" + forward_text("    accept"))};
  };
  auto const save = [](std::string const& rules) {
    return Form{iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n" + rules + "COMMIT\n" +
                         filter_table("-A FORWARD -j ACCEPT"))};
  };
  Forms const passing{
      nft_form("fib saddr . iif oif missing drop"),
      nft_form("fib saddr . mark . iif oif exists accept\n    drop"),
      save("-A PREROUTING -m rpfilter --invert -j DROP\n"),
      save("-A PREROUTING -m rpfilter --validmark -j RETURN\n-A PREROUTING -j DROP\n")};
  converse(passing, {{udp(53), Verdict::undecided}}, Loads::no);
  converse(passing, {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}}, Loads::yes,
           symmetric);
  Forms const stopping{nft_form("fib saddr . iif oif exists drop"),
                       save("-A PREROUTING -m rpfilter -j DROP\n")};
  converse(stopping, {{udp(53), Verdict::blocked}}, Loads::yes, symmetric);
}

// 15, 19: IPS_SRC_NAT is set where the tuple became another one. Onto the address that the packet
// has, only the port may change, if it is taken: nobody knows, and the kernel here drops.
TEST_CASE("semantics: a source translated onto itself need not count as translated") {
  std::string const seen = "    ct state new accept\n    ct status snat accept";
  std::string const asked =
      "-A FORWARD -m conntrack --ctstate NEW -j ACCEPT\n"
      "-A FORWARD -m conntrack --ctstate SNAT -j ACCEPT";
  auto const forms = [&](std::string const& to) {
    return Forms{{nft(nat_chain("postrouting", "    ip saddr 10.1.0.0/16 snat to " + to) +
                      forward_text(seen))},
                 {iptables(nat_table("-A POSTROUTING -s 10.1.0.0/16 -j SNAT --to-source " + to) +
                           filter_table(asked))}};
  };
  converse(forms("192.0.2.77"), {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
  converse({{nft(nat_chain("postrouting", "    masquerade") + forward_text(seen))},
            {iptables(nat_table("-A POSTROUTING -j MASQUERADE") + filter_table(asked))}},
           {{udp(53), Verdict::allowed}});
  for (std::string const to : {"10.1.2.3", "10.1.0.0-10.1.255.255"}) {
    CAPTURE(to);
    converse(forms(to), {{udp(53), Verdict::undecided}});
    converse({{nft(nat_chain("postrouting", "    snat to " + to) +
                   forward_text("    ct state new accept\n    ct status snat drop\n"
                                "    ct state established accept"))}},
             {{udp(53), Verdict::undecided}});
#ifdef SC_ASK_KERNEL
    if (!netns_ready()) continue;
    REQUIRE(load(forms(to).front(), Backend::nft) == "");
    CHECK(!kernel_converses(udp(53).packet));
#endif
  }
}

// 15, 19
TEST_CASE("semantics: chains behind a source translation see that the connection is translated") {
  auto const form = [](std::string const& rule) {
    return Form{nft(nat_chain("postrouting", "    " + rule) +
                    "table ip late {\n  chain l {\n    type filter hook postrouting priority 200; "
                    "policy accept;\n    ct status snat drop\n  }\n}\n" +
                    forward_text("    accept"))};
  };
  claim({form("udp dport 53 masquerade"), form("udp dport 53 snat to 192.0.2.77")},
        {{udp(53), drop}, {udp(80), accept}});
  claim({form("udp dport 53 snat to 10.1.2.3")}, {{udp(53), undecided}, {udp(80), accept}});
}

// 15, 19: NETMAP keeps the host's part of an address, so that it may come to the same address.
TEST_CASE("semantics: a destination that may be mapped onto itself need not count as translated") {
  auto const form = [](std::string const& to) {
    return Form{iptables(nat_table("-A PREROUTING -p udp --dport 53 -j NETMAP --to " + to) +
                         filter_table("-A FORWARD -m conntrack --ctstate DNAT -j DROP", "ACCEPT"))};
  };
  claim({form("208.67.222.0/24")}, {{udp(53), undecided}, {udp(80), accept}});
}

// 16
TEST_CASE("semantics: a redirect leads to the gateway itself, past input and not forward") {
  auto const forms = [](std::string const& policy) {
    std::string const input =
        "table ip in {\n  chain i {\n    type filter hook input priority 0; policy " +
        std::string(policy == "DROP" ? "drop" : "accept") + ";\n  }\n}\n";
    return Forms{
        {nft(nat_chain("prerouting", "    udp dport 53 redirect to :5353") + input +
             forward_text("    udp dport 443 accept"))},
        {iptables(nat_table("-A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5353") +
                  "*filter\n:INPUT " + policy +
                  " [0:0]\n:FORWARD DROP [0:0]\n"
                  ":OUTPUT ACCEPT [0:0]\n-A FORWARD -p udp --dport 443 -j ACCEPT\n"
                  "COMMIT\n")}};
  };
  claim(forms("ACCEPT"), {{udp(53), intercept}, {udp(443), accept}});
  claim(forms("DROP"), {{udp(53), drop}, {udp(443), accept}});
}

// 16: the kernel lets the packet go on where no proxy listens (nft), or drops it (iptables).
TEST_CASE("semantics: a transparent proxy takes packets without rewriting them") {
  claim({{nft("table ip t {\n  chain p {\n    type filter hook prerouting priority mangle;\n"
              "    tcp dport 443 tproxy to :8443 meta mark set 1 accept\n  }\n}\n" +
              forward_text("    accept"))}},
        {{tcp(443), intercept}, {tcp(80), accept}}, Loads::no);
  claim({{iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                   "-A PREROUTING -p tcp -m tcp --dport 443 -j TPROXY --on-port 8443 --on-ip "
                   "0.0.0.0 --tproxy-mark 0x1/0xffffffff\nCOMMIT\n" +
                   filter_table("-A FORWARD -j ACCEPT"))}},
        {{tcp(443), intercept}, {tcp(80), accept}}, Loads::no);
}

// 16: to where the packet goes anyway is nothing that anyone would notice.
TEST_CASE("semantics: DNAT to the destination that a packet has already diverts nothing") {
  claim({{nft(nat_chain("prerouting", "    udp dport 53 dnat to 208.67.222.222") +
              forward_text("    accept"))},
         {iptables(nat_table("-A PREROUTING -p udp --dport 53 -j DNAT --to-destination "
                             "208.67.222.222") +
                   filter_table("-A FORWARD -j ACCEPT"))}},
        {{udp(53), accept}, {udp(53, kOther), intercept}});
}

// 16: the kernel chooses for each connection, and no other translation is asked then.
TEST_CASE("semantics: a translation to one of several destinations may keep the packet's own") {
  auto const forms = [](std::string const& to, std::string const& then) {
    return Forms{{nft(nat_chain("prerouting", "    meta l4proto udp dnat to " + to + then) +
                      forward_text("    accept"))}};
  };
  for (std::string const to : {"208.67.222.220-208.67.222.222", "208.67.222.222:53-60",
                               "numgen inc mod 2 map { 0 : 208.67.222.222, 1 : 208.67.222.222 }",
                               "jhash ip saddr mod 1 map { 0 : 208.67.222.222 }"})
    claim(forms(to, "\n    redirect"), {{udp(53), undecided}});
  claim(forms("208.67.222.224-208.67.222.225", ""), {{udp(53), intercept}});
  claim(forms("208.67.222.222:54-60", ""), {{udp(53), intercept}});
  claim({{iptables(nat_table("-A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination "
                             "208.67.222.220-208.67.222.222") +
                   filter_table("-A FORWARD -j ACCEPT"))}},
        {{udp(53), undecided}, {udp(53, kOther), intercept}});
}

// 15, 48: the answer to what was not tracked begins a connection of its own.
TEST_CASE(
    "semantics: an answer whose source is translated is not the one that the client waits for") {
  std::string const raw =
      "table inet raw {\n  chain p {\n    type filter hook prerouting priority raw;\n"
      "    ip saddr 10.0.0.0/8 notrack\n  }\n}\n";
  for (auto const* const rule : {"masquerade", "snat to 192.0.2.77", "meta l4proto udp masquerade"})
    converse({{nft(raw + nat_chain("postrouting", "    " + std::string(rule)) +
                   forward_text("    accept\n"))}},
             {{udp(53), Verdict::intercepted}});
  // Where only what leaves is translated, the answer comes as it is.
  converse({{nft(raw + nat_chain("postrouting", "    oifname \"wan0\" masquerade") +
                 forward_text("    accept\n"))}},
           {{udp(53), Verdict::allowed}});
}

// 15: a source port that is taken is replaced by one of its own kind.
TEST_CASE("semantics: a client's port stays above 1023 behind a translation of its source") {
  auto const answers = [](std::string const& rule) {
    return "table inet raw {\n  chain p {\n    type filter hook prerouting priority raw;\n"
           "    iifname \"wan0\" " +
           rule + "\n  }\n}\n";
  };
  for (auto const* const rule : {"masquerade", "snat to 192.0.2.77", "masquerade random"}) {
    auto const nat = nat_chain("postrouting", "    oifname \"wan0\" " + std::string(rule)) +
                     forward_text("    accept\n");
    converse({{nft(answers("th dport 0-1023 drop") + nat)},
              {nft(answers("th dport { 22, 53, 443 } drop") + nat)},
              {nft(answers("ip protocol . th dport { udp . 0-1023, tcp . 0-1023 } drop") + nat)}},
             {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
    converse({{nft(answers("th dport 0-2047 drop") + nat)}}, {{udp(53), Verdict::undecided}});
  }
}

// 14: nat chains are asked about connections, and there are none where nothing asks for them.
TEST_CASE("semantics: where no rule uses connections, nat chains may not be asked") {
  auto const nat = [](std::string const& rules) {
    return "  chain n {\n    type nat hook prerouting priority dstnat;\n    " + rules + "\n  }\n";
  };
  auto const chain = [](std::string const& rules) {
    return "  chain f {\n    type filter hook forward priority 0; policy drop;\n    " + rules +
           "\n  }\n";
  };
  auto const table = [](std::string const& family, std::string const& chains) {
    return "table " + family + " t {\n" + chains + "}\n";
  };
  auto const idle = nat("udp dport 53 meta mark set 1\n    tcp dport 53 drop");
  auto const marked =
      chain("meta mark 1 accept\n    tcp dport 53 accept\n    udp dport 443 accept");
  Form const form{nft(table("inet", idle + marked))};
  claim({form}, {{udp(53), undecided}, {tcp(53), undecided}, {udp(443), accept}});
  CHECK(undecided_by(form, udp(53)) ==
        std::vector<std::string>{
            "whether anything uses connection tracking: without, nat chains are not asked"});
  // Of both families: the doubt about the one was taken for a use of tracking by the other.
  CHECK(undecided_by({nft(table("inet", idle + marked))}, tcp6(53)) ==
        std::vector<std::string>{
            "whether anything uses connection tracking: without, nat chains are not asked"});
  // Whatever rule of the same family asks for them, they are there.
  for (auto const* const user : {"ct state invalid drop", "ct mark 7 drop", "ct mark set 7",
                                 "ct mark set numgen random mod 2"})
    claim({{nft(table("inet", idle + marked) +
                table("ip", "  chain u {\n    " + std::string(user) + "\n  }\n"))}},
          {{udp(53), accept}, {tcp(53), drop}, {udp(443), accept}});
  claim(
      {{nft(table("inet", idle + marked) +
            table("netdev",
                  "  chain u {\n    type filter hook ingress device \"lan0\" priority 0;\n    udp "
                  "dport 9 notrack\n  }\n"))}},
      {{udp(53), undecided}, {udp(443), accept}});
  claim({{nft(table("inet", idle + marked) +
              table("ip6", "  chain u {\n    ct state invalid drop\n  }\n"))}},
        {{udp(53), undecided}, {udp6(53), accept}});
  claim({{nft(table("inet", nat("udp dport 53 meta mark set 1\n    tcp dport 80 redirect to :81") +
                                marked))}},
        {{udp(53), accept}, {tcp(53), accept}, {udp(443), accept}});
}

}  // namespace
}  // namespace safeconduct::testing
