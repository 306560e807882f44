// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Which chains see a packet, in which order, and who has the last word.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

std::string chain(std::string const& name, std::string const& hook, std::string const& priority,
                  std::string const& rules, std::string const& policy = "accept") {
  return "  chain " + name + " {\n    type filter hook " + hook + " priority " + priority +
         "; policy " + policy + ";\n" + rules + "\n  }\n";
}
std::string table(std::string const& name, std::string const& body) {
  return "table " + name + " {\n" + body + "}\n";
}

// 1
TEST_CASE("semantics: accept ends one base chain, and a later one on the hook may still drop") {
  auto const early = table("inet a", chain("f", "forward", "-10", "    accept"));
  auto const late = table("inet b", chain("f", "forward", "10", "    udp dport 53 drop"));
  claim({{nft(early + late)}, {nft(late + early)}}, {{udp(53), drop}, {udp(443), accept}});
}

// 1: iptables has its base chains in tables; 'mangle' comes before 'filter'.
TEST_CASE("semantics: accept in an iptables table leaves the tables that follow their say") {
  claim({{iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                   ":OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
                   "-A FORWARD -p udp -j ACCEPT\nCOMMIT\n" +
                   filter_table("-A FORWARD -p udp --dport 53 -j DROP", "ACCEPT"))}},
        {{udp(53), drop}, {udp(443), accept}});
}

// 2
TEST_CASE("semantics: a drop is final, whatever later hooks accept") {
  claim({{nft(table("inet t", chain("p", "prerouting", "-300", "    udp dport 53 drop") +
                                  chain("f", "forward", "0", "    accept")))},
         {iptables("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                   "-A PREROUTING -p udp --dport 53 -j DROP\nCOMMIT\n" +
                   filter_table("-A FORWARD -j ACCEPT"))}},
        {{udp(53), drop}, {udp(443), accept}});
}

// 2
TEST_CASE("semantics: a packet past forward may be dropped in postrouting") {
  claim({{nft(table("inet t", chain("f", "forward", "0", "    accept") +
                                  chain("p", "postrouting", "0", "    udp dport 53 drop")))},
         {iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                   ":OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
                   "-A POSTROUTING -p udp -m udp --dport 53 -j DROP\nCOMMIT\n" +
                   filter_table("-A FORWARD -j ACCEPT"))}},
        {{udp(53), drop}, {udp(443), accept}});
}

// 3: of equal priorities the later registered chain goes first (LIFO, since Linux 4.18): it sees
// the packet without the mark that the other sets. Within a table, a listing tells which that is;
// of several tables it does not (the first may have got its chain last).
TEST_CASE("semantics: of equal priorities the chain that was registered last comes first") {
  auto const sets = chain("a", "forward", "0", "    meta mark set 7");
  auto const asks = chain("b", "forward", "0", "    meta mark 7 drop");
  claim({{nft(table("inet t", sets + asks))}}, {{udp(53), accept}});
  claim({{nft(table("inet t", asks + sets))}}, {{udp(53), drop}});
}
TEST_CASE("semantics: chains of one priority in several tables: either order, where it matters") {
  auto const sets = table("inet a", chain("f", "forward", "0", "    meta mark set 7"));
  auto const asks = table("inet b", chain("f", "forward", "0", "    meta mark 7 drop"));
  claim({{nft(sets + asks)}, {nft(asks + sets)}}, {{udp(53), undecided}});
  auto const asks_else = table("inet b", chain("f", "forward", "0", "    meta mark 8 drop"));
  claim({{nft(sets + asks_else)}, {nft(asks_else + sets)}}, {{udp(53), accept}});
  auto const drops = table("inet b", chain("f", "forward", "0", "    udp dport 53 drop"));
  claim({{nft(sets + drops)}, {nft(drops + sets)}}, {{udp(53), drop}, {udp(443), accept}});
  // In the order b a c it is lost, in those that are listed first and last it is not.
  auto const sets_else = table("inet c", chain("f", "forward", "0", "    meta mark set 8"));
  auto const counts = table("inet d", chain("f", "forward", "0", "    counter"));
  claim({{nft(sets + sets_else + asks + counts)}}, {{udp(53), undecided}});
}

// 4
TEST_CASE("semantics: a policy counts wherever it stands in its chain, and is accept unless said") {
  auto const with = [](std::string const& policy) {
    return nft("table inet t {\n  chain f {\n    type filter hook forward priority 0;\n" + policy +
               "    udp dport 53 accept\n  }\n}\n");
  };
  claim({{with("    policy drop;\n")}}, {{udp(53), accept}, {udp(443), drop}});
  claim({{with("")}}, {{udp(53), accept}, {udp(443), accept}});
}

// 8
TEST_CASE("semantics: tables are no barrier for packets, and their names of chains are their own") {
  auto const first =
      table("inet a", "  chain web {\n    drop\n  }\n" + chain("f", "forward", "0", "    accept"));
  auto const second = table("inet b", "  chain web {\n    udp dport 443 drop\n  }\n" +
                                          chain("f", "forward", "1", "    jump web"));
  claim({{nft(first + second)}}, {{udp(53), accept}, {udp(443), drop}});
  CHECK(refusal({nft(first + table("inet c", chain("f", "forward", "2", "    jump dns")))})
            .contains("dns"));
}

// 9
TEST_CASE("semantics: the chains of a dormant table are not there") {
  claim({{nft(table("inet t", "  flags dormant\n" + chain("f", "forward", "0", "", "drop")))}},
        {{udp(53), accept}});
}

// 10
TEST_CASE("semantics: a packet meets the chains of its own family and of inet, by priority") {
  auto const text = table("ip four", chain("f", "forward", "10", "    meta mark 1 drop")) +
                    table("ip6 six", chain("f", "forward", "10", "    meta mark 2 drop")) +
                    table("inet both", chain("f", "forward", "0",
                                             "    udp dport 53 meta mark set 1\n"
                                             "    udp dport 443 meta mark set 2"));
  claim({{nft(text)}},
        {{udp(53), drop}, {udp(443), accept}, {udp6(53), accept}, {udp6(443), drop}});
}

// 10: of a bridge's chains a routed packet meets those at prerouting and input where the interface
// that it comes in by is a bridge, and at output and postrouting where the other is.
TEST_CASE(
    "semantics: chains of a bridge may stop what comes in or leaves by it, and no export tells") {
  auto const bridge = [](std::string const& hook, std::string const& rules,
                         std::string const& policy = "accept") {
    return nft(table("bridge t", chain("c", hook, "filter", rules, policy)));
  };
  std::string const drops = "    ether type ip udp dport 53 drop";
  for (std::string const hook : {"prerouting", "input", "output", "postrouting"}) {
    claim({{bridge(hook, drops)}}, {{udp(53), undecided}, {udp6(53), undecided}});
    claim({{bridge(hook, "    ether type arp accept", "drop")}}, {{udp(53), undecided}});
    claim({{bridge(hook, "    ether type ip accept")}}, {{udp(53), accept}, {udp6(53), accept}});
    claim({{bridge(hook, "")}}, {{udp(53), accept}});
  }
  claim({{bridge("forward", drops)}}, {{udp(53), accept}, {udp6(53), accept}});
  // In a chain that is called; and marks that the rules of IP ask for.
  auto const called = "  chain d {\n" + drops + "\n  }\n";
  claim({{nft(table("bridge t", called + chain("c", "input", "filter", "    jump d")))}},
        {{udp(53), undecided}});
  claim({{nft(table("bridge t", called + chain("c", "forward", "filter", "    jump d")))}},
        {{udp(53), accept}});
  auto const marks =
      table("bridge t", chain("c", "prerouting", "filter", "    udp dport 53 meta mark set 1"));
  auto const asks = table("inet u", chain("f", "forward", "filter", "    meta mark 1 drop"));
  claim({{nft(marks + asks)}}, {{udp(53), undecided}});
  // What connection tracking does not see is in no state.
  claim({{bridge("prerouting", "    notrack")}}, {{udp(53), undecided}});
  // Chains and rules of one table in several commands; drop by a map.
  claim({{nft("add table bridge t\nadd chain bridge t c { type filter hook input priority 0; }\n"
              "add rule bridge t c ether type ip udp dport 53 drop\n")}},
        {{udp(53), undecided}});
  claim(
      {{nft(table("bridge t", chain("c", "input", "filter", "    udp dport vmap { 53 : drop }")))}},
      {{udp(53), undecided}});
  CHECK(notes({bridge("input", drops)}, "SC903"));
}

// 10, 12: bridge chains have priorities of their own; a drop policy at forward stops frames that
// are bridged, no packet that is routed.
TEST_CASE("semantics: chains of a bridge or of ARP do not filter routed packets, and it is said") {
  auto const bridge =
      table("bridge t", chain("f", "forward", "filter", "    ether type ip accept", "drop") +
                            chain("p", "prerouting", "dstnat + 1", "", "accept"));
  auto const arp = table("arp t", chain("i", "input", "filter", "", "drop"));
  claim({{nft(bridge)}}, {{udp(53), accept}, {udp6(53), accept}});
  // Where hosts have to be asked for, what is lost of ARP is lost of IPv4; here they are known.
  claim({{nft(bridge + arp)}}, {{udp(53), undecided}, {udp6(53), accept}});
  CHECK(notes({nft(bridge)}, "SC903"));
  CHECK(notes({nft(arp)}, "SC903"));
}

// 12, 13
TEST_CASE("semantics: names of priorities stand for the numbers that the kernel lists") {
  auto const at = [](std::string const& mark_at, std::string const& ask_at) {
    return nft(table("inet t", chain("one", "prerouting", mark_at, "    meta mark set 1") +
                                   chain("two", "prerouting", ask_at, "    meta mark 1 drop")));
  };
  claim({{at("raw", "-299")},
         {at("mangle - 5", "mangle")},
         {at("-151", "mangle")},
         {at("mangle", "-149")},
         {at("dstnat", "-99")},
         {at("filter", "filter + 1")},
         {at("filter", "1")},
         {at("filter + 49", "security")},
         {at("security", "51")}},
        {{udp(53), drop}});
  claim({{at("-299", "raw")},
         {at("mangle", "mangle - 5")},
         {at("-149", "mangle")},
         {at("security", "filter + 49")}},
        {{udp(53), accept}});
}

// 13: 'raw' runs before connection tracking, 'mangle' after it, in both notations.
TEST_CASE("semantics: connection tracking stands between raw and mangle") {
  auto const at = [](std::string const& priority) {
    return nft(table("inet t", chain("p", "prerouting", priority, "    ct state new drop")));
  };
  // At -200 itself it hangs on which of the two was registered first, which no listing says.
  claim({{at("raw")}, {at("-201")}}, {{udp(53), accept}});
  claim({{at("-199")}, {at("mangle")}}, {{udp(53), drop}});
  claim({{iptables("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                   "-A PREROUTING -m conntrack --ctstate NEW -j DROP\nCOMMIT\n")}},
        {{udp(53), accept}});
  claim({{iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                   ":OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
                   "-A PREROUTING -m conntrack --ctstate NEW -j DROP\nCOMMIT\n")}},
        {{udp(53), drop}});
}

// 47
TEST_CASE("semantics: what the gateway sends meets output and postrouting, never forward") {
  auto const device = device_of(
      {nft(table("inet t", chain("f", "forward", "0", "", "drop") +
                               chain("o", "output", "0", "    udp dport 443 drop") +
                               chain("p", "postrouting", "0", "    udp dport 80 drop")))});
  auto const sent = [&](std::uint16_t port) {
    auto question = question_of(udp(port));
    question.in.clear();
    question.hook = Hook::output;
    return trace(device, question).verdict;
  };
  CHECK(sent(53) == accept);
  CHECK(sent(443) == drop);
  CHECK(sent(80) == drop);
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  REQUIRE(load({nft(*device.rules.files.front().text)}, Backend::nft) == "");
  auto const from_gateway = [](std::uint16_t port) {
    return Shot{wire_udp("192.0.2.2", 40000, kResolver, port), Side::local};
  };
  auto const seen = kernel().send({from_gateway(53), from_gateway(443), from_gateway(80)});
  CHECK(seen[0].outcome == Outcome::forwarded);
  CHECK(seen[1].outcome == Outcome::dropped);
  CHECK(seen[2].outcome == Outcome::dropped);
#endif
}

// 12: as nft's scanner reads numbers.
TEST_CASE("semantics: a priority with a zero ahead is octal, behind 0x hexadecimal") {
  auto const at = [](std::string const& first, std::string const& second) {
    return Form{
        nft("table inet t {\n  chain a {\n    type filter hook forward priority " + first +
            "; policy drop;\n    meta mark 9 accept\n  }\n  chain b {\n    type filter hook "
            "forward priority " +
            second + "; policy accept;\n    meta mark set 9\n  }\n}\n")};
  };
  claim({at("010", "9"), at("0x8", "9")}, {{udp(53), drop}});
  claim({at("010", "7"), at("0x10", "15"), at("filter + 010", "7")}, {{udp(53), accept}});
}

}  // namespace
}  // namespace safeconduct::testing
