// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// What connection tracking says of packets, and what connections keep.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

std::string raw_nft(std::string const& rules) {
  return "table inet raw {\n  chain p {\n    type filter hook prerouting priority raw;\n" + rules +
         "\n  }\n}\n";
}
std::string raw_iptables(std::string const& rules) {
  return "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "\nCOMMIT\n";
}
constexpr char const* kStateful = "    ct state established,related accept\n";
constexpr char const* kStatefulSave =
    "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";

// 17
TEST_CASE("semantics: an untracked packet is neither new nor established") {
  claim({{nft(raw_nft("    udp dport 53 notrack") +
              forward("    ct state new,established accept").text)},
         {iptables(raw_iptables("-A PREROUTING -p udp --dport 53 -j CT --notrack") +
                   filter_table("-A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT"))},
         {iptables(raw_iptables("-A PREROUTING -p udp --dport 53 -j NOTRACK") +
                   filter_table("-A FORWARD -m state --state NEW,ESTABLISHED -j ACCEPT"))}},
        {{udp(53), drop}, {udp(443), accept}});
  claim({{nft(raw_nft("    udp dport 53 notrack") + forward("    ct state untracked accept").text)},
         {iptables(raw_iptables("-A PREROUTING -p udp --dport 53 -j CT --notrack") +
                   filter_table("-A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT"))}},
        {{udp(53), accept}, {udp(443), drop}});
}

// 17
TEST_CASE("semantics: answers to untracked requests are strangers to a stateful rule") {
  auto const rules = std::string(kStateful) + "    iifname \"lan0\" accept";
  auto const saved = std::string(kStatefulSave) + "-A FORWARD -i lan0 -j ACCEPT";
  converse({{forward(rules)}, {filter(saved)}},
           {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
  converse({{nft(raw_nft("    udp dport 53 notrack") + forward(rules).text)},
            {iptables(raw_iptables("-A PREROUTING -p udp --dport 53 -j CT --notrack") +
                      filter_table(saved))}},
           {{udp(53), Verdict::blocked}, {tcp(443), Verdict::allowed}});
}

// 17: behind a SYN that it has not seen, connection tracking begins with the client's next packet;
// of what it misses in the middle it takes later packets for invalid.
TEST_CASE("semantics: connection tracking that sees some packets of TCP proves nothing") {
  auto const behind = [](std::string const& raw, std::string const& rule) {
    return iptables(raw_iptables("-A PREROUTING " + raw) +
                    filter_table("-A FORWARD -m conntrack " + rule, "ACCEPT"));
  };
  for (auto const* const raw : {"-p tcp --syn -j CT --notrack", "-p tcp --syn -j NOTRACK"})
    converse({{behind(raw, "--ctdir REPLY -j DROP")}}, {{tcp(443), Verdict::undecided}});
  for (auto const* const raw : {"-i lan0 -p tcp ! --syn -j CT --notrack",
                                "-i wan0 -p tcp --tcp-flags SYN,ACK SYN,ACK -j CT --notrack"})
    converse({{behind(raw, "--ctstate INVALID -j DROP")}}, {{tcp(443), Verdict::undecided}});
  converse(
      {{nft(
          "table inet r {\n  chain own {\n    notrack\n  }\n  chain p {\n    type filter hook "
          "prerouting priority raw; policy accept;\n    tcp flags & (syn | ack) == syn jump "
          "own\n  }\n}\n" +
          forward("    ct state established,related accept\n    ct state untracked accept", "drop")
              .text)}},
      {{tcp(443), Verdict::undecided}});
  // All of it or nothing; and where others than TCP are meant.
  auto const stateless = filter_table("", "ACCEPT");
  converse({{iptables(raw_iptables("-A PREROUTING -p tcp -j CT --notrack") + stateless)}},
           {{tcp(443), Verdict::allowed}});
  converse({{iptables(raw_iptables("-A PREROUTING -p udp -j CT --notrack\n"
                                   "-A PREROUTING -p tcp --tcp-flags ALL NONE -j DROP") +
                      stateless)}},
           {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
}

// 17: notrack after connection tracking has looked does nothing.
TEST_CASE("semantics: notrack behind connection tracking comes too late") {
  claim({{nft("table inet late {\n  chain p {\n    type filter hook prerouting priority mangle;\n"
              "    notrack\n  }\n}\n" +
              forward("    ct state new accept").text)}},
        {{udp(53), accept}});
}

// 18
TEST_CASE("semantics: a state is asked as a set, and answers belong to it as requests do not") {
  Forms const stateless{{forward("    ct state new accept")},
                        {filter("-A FORWARD -m conntrack --ctstate NEW -j ACCEPT")}};
  claim(stateless, {{udp(53), accept}, {tcp(443), accept}});
  converse(stateless, {{udp(53), Verdict::blocked}, {tcp(443), Verdict::blocked}});
  converse({{forward("    ct state { new, established } accept")},
            {forward("    ct state new,established accept")},
            {forward("    ct state != invalid accept")},
            {filter("-A FORWARD -m conntrack ! --ctstate INVALID -j ACCEPT")}},
           {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
}

// 18: a segment that opens no connection may begin one in the table all the same (tcp_loose), and
// one that cannot is invalid: NEW is what connection tracking says, not SYN.
TEST_CASE("semantics: new is not the same as SYN") {
  using namespace tcp_flag;
  claim(
      {{forward("    ct state new accept")}, {filter("-A FORWARD -m state --state NEW -j ACCEPT")}},
      {{tcp(443, kResolver, kSyn), accept},
       {tcp(443, kResolver, kAck), accept},
       {tcp(443, kResolver, kSyn | kAck), drop},
       {tcp(443, kResolver, kRst), drop}});
  claim({{forward("    tcp flags & (fin|syn|rst|ack) == syn accept")},
         {filter("-A FORWARD -p tcp --syn -j ACCEPT")}},
        {{tcp(443, kResolver, kSyn), accept}, {tcp(443, kResolver, kAck), drop}});
}

// 18
TEST_CASE("semantics: the direction of a connection is that of its first packet") {
  Forms const forms{
      {forward("    ct direction original accept\n"
               "    ct direction reply ct state established accept")},
      {filter("-A FORWARD -m conntrack --ctdir ORIGINAL -j ACCEPT\n"
              "-A FORWARD -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j ACCEPT")}};
  converse(forms, {{udp(53), Verdict::allowed}, {tcp(443), Verdict::allowed}});
  converse({{forward("    ct direction original accept")},
            {filter("-A FORWARD -m conntrack --ctdir ORIGINAL -j ACCEPT")}},
           {{udp(53), Verdict::blocked}});
}

// 19: "ct status snat" asks for one bit of several; "== snat" would ask for all of them.
TEST_CASE("semantics: a connection's status is bits, and translated is one of them") {
  std::string const nat =
      "table ip nat {\n  chain n {\n    type nat hook prerouting priority dstnat;\n"
      "    udp dport 53 dnat to 198.51.100.7\n  }\n}\n";
  claim(
      {{nft(nat + forward("    ct status dnat accept").text)},
       {iptables("*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                 ":POSTROUTING ACCEPT [0:0]\n"
                 "-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 198.51.100.7\nCOMMIT\n" +
                 filter_table("-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT"))}},
      {{udp(53), intercept}, {udp(443), drop}});
  // Bits of which this says nothing are not guessed.
  auto const assured = traced({forward("    ct status assured accept")}, udp(53)).verdict;
  CHECK(assured != accept);
}

// 44
TEST_CASE("semantics: a mark set in one chain is read in another, bit by bit") {
  std::string const mangle =
      "table inet m {\n  chain p {\n    type filter hook prerouting priority "
      "mangle;\n    udp dport 53 meta mark set meta mark | 0x10\n"
      "    ip saddr 10.0.0.0/8 meta mark set meta mark | 0x1\n  }\n}\n";
  claim({{nft(mangle + forward("    meta mark & 0x10 == 0x10 accept").text)},
         {nft(mangle + forward("    meta mark 0x11 accept").text)},
         {iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                   ":OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
                   "-A PREROUTING -p udp --dport 53 -j MARK --set-xmark 0x10/0x10\n"
                   "-A PREROUTING -s 10.0.0.0/8 -j MARK --set-xmark 0x1/0x1\nCOMMIT\n" +
                   filter_table("-A FORWARD -m mark --mark 0x10/0x10 -j ACCEPT"))}},
        {{udp(53), accept}, {udp(443), drop}});
}

// 44
TEST_CASE("semantics: a connection's mark is there for its answers, a packet's mark is not") {
  converse({{nft("table inet m {\n  chain p {\n    type filter hook prerouting priority mangle;\n"
                 "    iifname \"lan0\" ct mark set 7\n  }\n}\n" +
                 forward("    ct mark 7 accept").text)},
            {nft("table inet m {\n  chain p {\n    type filter hook prerouting priority mangle;\n"
                 "    iifname \"lan0\" meta mark set 7 ct mark set meta mark\n"
                 "    iifname \"wan0\" meta mark set ct mark\n  }\n}\n" +
                 forward("    meta mark 7 accept").text)}},
           {{udp(53), Verdict::allowed}});
  converse({{nft("table inet m {\n  chain p {\n    type filter hook prerouting priority mangle;\n"
                 "    iifname \"lan0\" meta mark set 7\n  }\n}\n" +
                 forward("    meta mark 7 accept").text)}},
           {{udp(53), Verdict::blocked}});
}

// 44: packets in both directions meet what those before them left, however often it changes.
TEST_CASE("semantics: what later packets meet is the mark that the packets before them left") {
  using enum Verdict;
  auto const marked = [](std::string const& marks, std::string const& rules) {
    return Form{
        nft("table inet m {\n  chain p {\n    type filter hook prerouting priority mangle;\n    " +
            marks + "\n  }\n}\n" + forward("    " + rules, "accept").text)};
  };
  std::string const count =
      "ct mark 2 ct mark set 3\n    ct mark 1 ct mark set 2\n    ct mark 0 ct mark set 1";
  converse({marked("iifname \"wan0\" ct mark set 1", "iifname \"lan0\" ct mark 1 drop"),
            marked("iifname \"wan0\" ct mark set 1", "iifname \"wan0\" ct mark 1 drop"),
            marked("ct state established ct mark set 1", "ct mark 1 drop"),
            marked("iifname \"wan0\" ct mark 0 ct mark set 1\n"
                   "    iifname \"lan0\" ct mark 1 ct mark set 2",
                   "iifname \"wan0\" ct mark 2 drop"),
            marked(count, "ct mark 3 drop"),
            marked("iifname \"wan0\" ct mark set 1\n    meta mark set ct mark",
                   "iifname \"lan0\" meta mark 1 drop"),
            {iptables("*mangle\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                      "-A PREROUTING -i wan0 -j CONNMARK --set-xmark 0x1/0xffffffff\n"
                      "-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask "
                      "0xffffffff\nCOMMIT\n" +
                      filter_table("-A FORWARD -i lan0 -m mark --mark 0x1 -j DROP", "ACCEPT"))}},
           {{udp(53), blocked}});
  converse(
      {marked("iifname \"wan0\" ct mark set 1", "ct mark 2 drop"),
       marked("iifname \"wan0\" ct mark set 1",
              "iifname \"lan0\" ct state established ct mark 0 drop"),
       marked(count, "ct mark 4 drop"),
       marked("iifname \"wan0\" ct mark set 1", "iifname \"lan0\" ct state new ct mark 1 drop")},
      {{udp(53), allowed}, {tcp(443), allowed}});
  // Which of the server's segments leave the mark, and which of them come, is not known.
  converse({marked("tcp flags psh tcp dport != 443 ct mark set 1",
                   "iifname \"lan0\" ct state established ct mark 1 drop")},
           {{udp(53), allowed}, {tcp(443), undecided}});
}

// 44: what someone else put there (another program, the device driver) is not known to be 0.
TEST_CASE("semantics: a packet arrives without a mark") {
  claim({{forward("    meta mark 0 accept")}, {filter("-A FORWARD -m mark --mark 0x0 -j ACCEPT")}},
        {{udp(53), accept}});
}

// A zone keeps connections apart: the same packets in another zone are another connection. Where
// both ways do not get the same zone, answers are strangers.
TEST_CASE("semantics: zones of connections are not modelled, so nothing is proven behind them") {
  auto const text =
      raw_nft("    iifname \"lan0\" ct zone set 1\n    iifname \"wan0\" ct zone set 2") +
      forward(std::string(kStateful) + "    iifname \"lan0\" accept").text;
  CHECK(judged(device_of({nft(text)}), udp(53).packet) != Verdict::allowed);
  auto const saved =
      iptables(raw_iptables("-A PREROUTING -i lan0 -j CT --zone 1\n"
                            "-A PREROUTING -i wan0 -j CT --zone 2") +
               filter_table(std::string(kStatefulSave) + "-A FORWARD -i lan0 -j ACCEPT"));
  CHECK(judged(device_of({saved}), udp(53).packet) != Verdict::allowed);
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  REQUIRE(load({nft(text)}, Backend::nft) == "");
  CHECK_FALSE(kernel_converses(udp(53).packet));
#endif
}

// Answers in a zone of their own are new there, and the client's later packets are still those of a
// connection without an answer: "blocked by the policy" was said of packets that pass.
TEST_CASE("semantics: behind a zone that is not modelled, later packets are not surely stopped") {
  auto const text =
      raw_nft("    iifname \"wan0\" ct zone set 5") + forward("    ct state new accept").text;
  CHECK(judged(device_of({nft(text)}), udp(53).packet) == Verdict::undecided);
  auto const saved = iptables(raw_iptables("-A PREROUTING -i wan0 -j CT --zone 5\n") +
                              filter_table("-A FORWARD -m conntrack --ctstate NEW -j ACCEPT"));
  CHECK(judged(device_of({saved}), udp(53).packet) == Verdict::undecided);
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  REQUIRE(load({nft(text)}, Backend::nft) == "");
  CHECK(kernel_converses(udp(53).packet));
#endif
}

// 39: what is in a flowtable goes past forward. The first packet must pass there, so a block is
// found; that later packets are accepted is more than the rules alone would give.
TEST_CASE("semantics: a flowtable takes later packets past forward, and the report says so") {
  std::string const table =
      "table inet t {\n  flowtable f {\n    hook ingress priority 0\n    devices = { lan0, wan0 }\n"
      "  }\n  chain c {\n    type filter hook forward priority 0; policy drop;\n"
      "    ct state established flow add @f\n    ct state established,new accept\n  }\n}\n";
  CHECK(notes({nft(table)}, "SC905"));
  claim({{nft(table)}}, {{tcp(443), accept}}, Loads::no);
}

}  // namespace
}  // namespace safeconduct::testing
