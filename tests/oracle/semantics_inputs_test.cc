// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Texts of nft: scripts and listings.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

// 54
TEST_CASE(
    "semantics: variables stand for values and for lists of them, as far as their block goes") {
  claim({{nft("define dns = 208.67.222.222\ndefine ports = { 53, 443 }\ndefine net = { $dns, "
              "192.0.2.0/24 }\ntable inet t {\n  define more = 80\n  chain f {\n"
              "    type filter hook forward priority 0; policy drop\n"
              "    ip daddr $net udp dport $ports accept # both\n"
              "    ip daddr $dns \\\n      udp dport $more accept;\n  }\n}\n")}},
        {{udp(53), accept},
         {udp(443), accept},
         {udp(80), accept},
         {udp(22), drop},
         {udp(80, "192.0.2.9"), drop}});
  CHECK(
      refusal({nft("table inet t {\n  define more = 80\n}\ntable inet u {\n  chain f {\n"
                   "    type filter hook forward priority 0;\n    udp dport $more drop\n  }\n}\n")})
          .contains("more"));
}

// 54
TEST_CASE("semantics: a table without a family is of IPv4, names may be quoted") {
  claim(
      {{nft(
          "table t {\n  chain f {\n    type filter hook forward priority 0; policy drop; }\n}\n")}},
      {{udp(53), drop}, {udp6(53), accept}});
  claim({{nft("add table inet t\nadd chain inet t f { type filter hook forward priority 0; "
              "policy drop; }\nadd rule inet t f iifname \"lan0\" accept\n")}},
        {{udp(53), accept}, {from_outside(udp(53)), drop}});
}

// 54: what is elsewhere is not here.
TEST_CASE("semantics: an include that cannot be read is refused, never left out") {
  CHECK(refusal({nft("include \"/etc/nftables.d/rules.nft\"\n" + forward("    accept").text)}) !=
        "");
}

// 55
TEST_CASE("semantics: commands take effect in their order, in front or behind") {
  std::string const base =
      "flush ruleset\nadd table inet t\nadd chain inet t f { type filter hook "
      "forward priority 0; policy drop; }\n";
  claim({{nft(base +
              "add rule inet t f udp dport 53 drop\ninsert rule inet t f udp dport 53 accept\n")},
         {nft(base + "add rule inet t f drop\nflush chain inet t f\n"
                     "add rule inet t f udp dport 53 accept\n")},
         {nft("table inet u {\n  chain g {\n    type filter hook forward priority 0; policy drop;\n"
              "  }\n}\n" +
              base + "add rule inet t f udp dport 53 accept\n")}},
        {{udp(53), accept}, {udp(443), drop}});
}

// 55: what is known by a handle, only a listing shows; see netns/nft_commands_test.cc.
TEST_CASE("semantics: rules go where an index says, counted at that moment") {
  std::string const base =
      "flush ruleset\nadd table inet t\nadd chain inet t f { type filter hook forward priority 0; "
      "policy drop; }\nadd rule inet t f udp dport 53 accept\nadd rule inet t f drop\n";
  claim({{nft(base + "insert rule inet t f index 1 udp dport 443 accept\n")},
         {nft(base + "add rule inet t f index 0 udp dport 443 accept\n")}},
        {{udp(53), accept}, {udp(443), accept}, {udp(80), drop}});
  claim({{nft(base + "add rule inet t f index 1 udp dport 443 accept\n")}},
        {{udp(53), accept}, {udp(443), drop}});
  claim({{nft(base + "insert rule inet t f index 0 ct state new counter\n"
                     "insert rule inet t f index 1 udp dport 53 drop\n")}},
        {{udp(53), drop}, {udp(443), drop}});
}

// 55
TEST_CASE("semantics: elements are there from the command that adds them to the one that deletes") {
  claim(
      {{nft(
          "flush ruleset\ntable inet t {\n  set s {\n    type inet_service\n    elements = { 53, "
          "443 }\n  }\n  chain f {\n    type filter hook forward priority 0; policy drop;\n    udp "
          "dport @s accept\n  }\n}\ndelete element inet t s { 443 }\nadd element inet t s { 80 "
          "}\n")}},
      {{udp(53), accept}, {udp(80), accept}, {udp(443), drop}});
}

// 55
TEST_CASE("semantics: the same table twice in a text is one table") {
  claim({{nft("table inet t {\n  chain f {\n    type filter hook forward priority 0; policy drop;\n"
              "    udp dport 53 accept\n  }\n}\ntable inet t {\n  chain f {\n"
              "    udp dport 443 accept\n  }\n}\n")}},
        {{udp(53), accept}, {udp(443), accept}, {udp(80), drop}});
}

// 55
TEST_CASE(
    "semantics: a script that flushes nothing adds to rules that it does not show, and it is "
    "said") {
  CHECK(notes({nft("add table inet t\n")}, "SC906"));
  CHECK_FALSE(notes({nft("flush ruleset\nadd table inet t\n")}, "SC906"));
}

// 58: what 'nft -o' makes of rules is another text; the two are compared by what they do.
TEST_CASE("semantics: rules that were merged into a map do what they did before") {
  claim({{forward("    udp dport 53 ip daddr 208.67.222.222 accept\n"
                  "    udp dport 443 ip daddr 208.67.222.222 accept\n"
                  "    udp dport 80 ip daddr 208.67.222.222 drop\n    udp dport 80 accept")},
         {forward("    udp dport . ip daddr vmap { 53 . 208.67.222.222 : accept, "
                  "443 . 208.67.222.222 : accept, 80 . 208.67.222.222 : drop }\n"
                  "    udp dport 80 accept")}},
        {{udp(53), accept},
         {udp(443), accept},
         {udp(80), drop},
         {udp(80, "192.0.2.9"), accept},
         {udp(22), drop}});
}

}  // namespace
}  // namespace safeconduct::testing
