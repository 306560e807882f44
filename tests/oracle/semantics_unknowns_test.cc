// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// What the rules ask and their text does not answer: never allowed because of it, never lost.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

// 31
TEST_CASE("semantics: an unknown condition is neither true nor false, and is named") {
  auto const undecided_because = [](Form const& form, std::string_view words) {
    auto const because = undecided_by(form, udp(53));
    CAPTURE(form.front().text);
    REQUIRE_FALSE(because.empty());
    CHECK_MESSAGE(because.front().contains(words), because.front());
  };
  auto const iptables_match = [](std::string const& match) {
    return Form{filter("-A FORWARD -p udp " + match + " -j DROP", "ACCEPT")};
  };
  for (std::string const match :
       {"-m string --string \"abc\" --algo bm --to 65535", "-m u32 --u32 \"0x0=0x0\"",
        "-m geoip --source-country CN", "-m owner --uid-owner 0", "-m policy --dir in --pol ipsec",
        "-m rpfilter --invert", "-m socket --transparent", "-m osf --genre Linux",
        "-m time --timestart 10:00:00 --timestop 11:00:00",
        "-m statistic --mode random --probability 0.5", "-m connlimit --connlimit-above 5",
        "-m hashlimit --hashlimit-above 5/sec --hashlimit-name h",
        "-m recent --rcheck --seconds 60 --name x --mask 255.255.255.255 --rsource",
        "-m limit --limit 5/sec", "-m quota --quota 1000",
        "-m connbytes --connbytes 10:20 "
        "--connbytes-mode packets --connbytes-dir both",
        "-m bpf --bytecode \"1,6 0 0 65535\"", "-m helper --helper ftp"}) {
    auto const module = match.substr(3, match.find(' ', 3) - 3);
    undecided_because(iptables_match(match), module);
  }
  for (std::string const match : {"limit rate 5/second",
                                  "limit rate over 5/second",
                                  "quota over 1 mbytes",
                                  "ct count over 5",
                                  "fib saddr . iif oif missing",
                                  "meta time \"2026-11-23 10:00:00\"",
                                  "meta hour \"10:00\"-\"11:00\"",
                                  "meta day \"Monday\"",
                                  "numgen random mod 2 0",
                                  "jhash ip saddr mod 2 0",
                                  "symhash mod 2 0",
                                  "socket transparent 1",
                                  "osf name \"Linux\"",
                                  "meta skuid 0",
                                  "meta cgroup 1",
                                  "ipsec in reqid 1",
                                  "meta secpath exists",
                                  "rt classid 1",
                                  "ct helper \"ftp\"",
                                  "ct bytes > 100",
                                  "ct expiration 1m",
                                  "meta cpu 0",
                                  "meta rtclassid 1",
                                  "ct label 1",
                                  "ct zone 1",
                                  "ether saddr 00:11:22:33:44:55",
                                  "vlan id 5",
                                  "meta iifgroup 1",
                                  "meta sdifname \"vrf0\""}) {
    undecided_because({forward("    meta l4proto udp " + match + " drop", "accept")},
                      match.substr(0, match.find(' ')));
  }
}

// 31
TEST_CASE("semantics: the same words are equally true along one way, and so is their opposite") {
  std::string const socket = "socket transparent 1";
  claim({{forward("    " + socket + " meta mark set 1\n    " + socket +
                  " meta mark 1 accept\n"
                  "    meta mark 0 accept")}},
        {{udp(53), accept}}, Loads::no);
}

// 31: an unknown drop before a policy of drop leaves nothing open.
TEST_CASE("semantics: what an unknown condition cannot change is decided") {
  claim({{forward("    limit rate 5/second drop")},
         {filter("-A FORWARD -m limit --limit 5/sec -j DROP")}},
        {{udp(53), drop}});
  claim({{forward("    limit rate 5/second accept\n    accept")},
         {filter("-A FORWARD -m limit --limit 5/sec -j ACCEPT\n-A FORWARD -j ACCEPT")}},
        {{udp(53), accept}});
}

// 32
TEST_CASE("semantics: under a rate accepted or over a rate dropped is for some packets only") {
  claim({{forward("    udp dport 53 limit rate 5/second accept")},
         {forward("    udp dport 53 limit rate over 5/second drop\n    accept")},
         {filter("-A FORWARD -p udp --dport 53 -m limit --limit 5/sec -j ACCEPT")},
         {filter("-A FORWARD -p udp --dport 53 -m hashlimit --hashlimit-above 5/sec "
                 "--hashlimit-name h -j DROP\n-A FORWARD -j ACCEPT")}},
        {{udp(53), undecided}}, Loads::no);
  // A table of a stated size that is full drops packets, also of a rule that only logs.
  claim({{filter("-A FORWARD -p udp -m hashlimit --hashlimit-above 9/sec --hashlimit-mode srcip "
                 "--hashlimit-htable-max 4 --hashlimit-name d -j LOG\n-A FORWARD -j ACCEPT")},
         {filter("-A FORWARD -m hashlimit --hashlimit-above 9/sec --hashlimit-name d -p udp "
                 "--hashlimit-htable-max 4 -j LOG\n-A FORWARD -j ACCEPT")}},
        {{udp(53), undecided}, {tcp(443), accept}}, Loads::no);
  // A log that is limited limits the log.
  claim({{forward("    limit rate 5/minute log prefix \"x\"\n    accept")},
         {filter("-A FORWARD -m limit --limit 5/min -j LOG\n-A FORWARD -j ACCEPT")}},
        {{udp(53), accept}});
}

// 40
TEST_CASE("semantics: a queue hands packets to a program, with bypass or without") {
  claim(
      {{forward("    udp dport 53 queue num 0\n    udp dport 443 queue num 0 bypass\n    accept")},
       {filter("-A FORWARD -p udp --dport 53 -j NFQUEUE --queue-num 0\n"
               "-A FORWARD -p udp --dport 443 -j NFQUEUE --queue-num 0 --queue-bypass\n"
               "-A FORWARD -j ACCEPT")}},
      {{udp(53), intercept}, {udp(443), intercept}, {udp(80), accept}}, Loads::no);
}

// 59, 60: the same text, drawn anew at each rule.
TEST_CASE("semantics: chance and time are drawn anew at each rule") {
  claim({{forward("    numgen random mod 2 0 accept\n    numgen random mod 2 1 accept")},
         {filter("-A FORWARD -m statistic --mode random --probability 0.50000000000 -j ACCEPT\n"
                 "-A FORWARD -m statistic --mode random ! --probability 0.50000000000 -j ACCEPT")}},
        {{udp(53), undecided}}, Loads::no);
}

// 60
TEST_CASE("semantics: a rule for some hours proves nothing of the others") {
  claim({{forward("    meta hour \"08:00\"-\"18:00\" accept")},
         {filter("-A FORWARD -m time --timestart 08:00:00 --timestop 18:00:00 -j ACCEPT")}},
        {{udp(53), undecided}}, Loads::no);
}

// 60: what a rule writes and no field of ours shows, or takes from a socket, may be any afterwards.
TEST_CASE("semantics: what was written since it was last asked for is asked anew") {
  auto const mark = iptables(
      "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
      ":OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
      "-A PREROUTING -m socket --restore-skmark -j ACCEPT\nCOMMIT\n" +
      filter_table("-A FORWARD -m mark --mark 0x1 -j DROP", "ACCEPT"));
  claim({{mark}}, {{udp(53), undecided}});
  claim({{forward("    icmp id 6 accept\n    icmp id set 6\n    icmp id 6 drop", "accept")}},
        {{ping(), undecided}, {udp(53), accept}});
}

// A helper expects further connections; it changes nothing for the one it is set on.
TEST_CASE("semantics: a helper of connection tracking leaves its packets where they were going") {
  claim({{nft("table inet t {\n  ct helper h {\n    type \"ftp\" protocol tcp\n  }\n  chain f {\n"
              "    type filter hook forward priority 0; policy drop;\n"
              "    ct helper set \"h\"\n    accept\n  }\n}\n")},
         {iptables("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                   "-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp\nCOMMIT\n" +
                   filter_table("-A FORWARD -j ACCEPT"))}},
        {{tcp(443), accept}}, Loads::no);
}

}  // namespace
}  // namespace safeconduct::testing
