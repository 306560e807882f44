// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// Sets of nft and of ipset: what is in them, and when that is known.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

Export with_sets(std::string const& sets, std::string const& rules,
                 std::string const& policy = "drop") {
  return nft("table inet filter {\n" + sets +
             "  chain f {\n    type filter hook forward priority 0; policy " + policy + ";\n" +
             rules + "  }\n}\n");
}

// 33
TEST_CASE("semantics: an ipset is asked for what the rule says of the packet, src or dst") {
  auto const sets = ipset(
      "create s hash:ip,port family inet hashsize 1024 maxelem 65536\n"
      "add s 208.67.222.222,udp:53\n");
  claim({{sets, filter("-A FORWARD -m set --match-set s dst,dst -j ACCEPT")}},
        {{udp(53), accept}, {tcp(53), drop}, {udp(443), drop}, {from_outside(udp(53)), drop}});
  claim({{sets, filter("-A FORWARD -m set --match-set s src,src -j ACCEPT")}},
        {{udp(53), drop}, {from_outside(udp(53)), accept}});
  claim({{sets, filter("-A FORWARD -m set ! --match-set s dst,dst -j DROP", "ACCEPT")}},
        {{udp(53), accept}, {tcp(53), drop}});
}

// 33
TEST_CASE("semantics: nomatch takes a part of a network out of its set") {
  claim({{ipset("create s hash:net family inet hashsize 1024 maxelem 65536\n"
                "add s 208.67.0.0/16\nadd s 208.67.222.0/24 nomatch\n"),
          filter("-A FORWARD -m set --match-set s dst -j ACCEPT")}},
        {{udp(53), drop}, {udp(53, "208.67.1.1"), accept}, {udp(53, "9.9.9.9"), drop}});
}

// 33: entries that expire, options that ask for counters: time decides.
TEST_CASE("semantics: entries of an ipset that expire prove nothing") {
  claim({{ipset("create s hash:ip family inet hashsize 1024 maxelem 65536 timeout 300\n"
                "add s 208.67.222.222 timeout 280\n"),
          filter("-A FORWARD -m set --match-set s dst -j ACCEPT")}},
        {{udp(53), undecided}});
  claim({{ipset("create s hash:ip family inet hashsize 1024 maxelem 65536 counters\n"
                "add s 208.67.222.222 packets 0 bytes 0\n"),
          filter("-A FORWARD -m set --match-set s dst --packets-gt 5 -j ACCEPT")}},
        {{udp(53), undecided}}, Loads::no);
}

// 33
TEST_CASE(
    "semantics: an ipset that was not given proves nothing, and the report says what to give") {
  Form const form{filter("-A FORWARD -m set --match-set s dst -j ACCEPT")};
  claim({form}, {{udp(53), undecided}}, Loads::no);
  auto const because = undecided_by(form, udp(53));
  REQUIRE_FALSE(because.empty());
  CHECK_MESSAGE(because.front().contains("ipset save s"), because.front());
}

// 34
TEST_CASE("semantics: sets of ranges, and of several fields with a range in each") {
  claim({{with_sets("  set s {\n    type ipv4_addr\n    flags interval\n"
                    "    elements = { 208.67.220.0/22, 192.0.2.1-192.0.2.9 }\n  }\n",
                    "    ip daddr @s accept\n")}},
        {{udp(53), accept}, {udp(53, "192.0.2.9"), accept}, {udp(53, "198.51.100.1"), drop}});
  claim(
      {{with_sets("  set s {\n    type ipv4_addr . inet_proto . inet_service\n    flags interval\n"
                  "    elements = { 208.67.222.0/24 . udp . 50-60, 10.0.0.0/8 . tcp . 443 }\n  }\n",
                  "    ip daddr . meta l4proto . th dport @s accept\n")},
       {with_sets("",
                  "    ip daddr . meta l4proto . th dport { 208.67.222.0/24 . udp . 50-60, "
                  "10.0.0.0/8 . tcp . 443 } accept\n")}},
      {{udp(53), accept},
       {tcp(53), drop},
       {udp(61), drop},
       {tcp(443, "10.9.9.9"), accept},
       {tcp(443), drop}});
}

// 34: names of interfaces stand among the other fields, with wildcards, negated, twice in a rule.
TEST_CASE("semantics: sets of several fields may name interfaces, like any other field") {
  std::string const rows = "{ \"lan0\" . 208.67.222.222, \"wan0\" . 10.1.2.3, \"eth9\" . 9.9.9.9 }";
  std::string const set =
      "  set s {\n    type ifname . ipv4_addr\n    elements = " + rows + "\n  }\n";
  std::vector<Expected> const in{{udp(53), accept},
                                 {udp(53, "9.9.9.9"), drop},
                                 {from_outside(udp(53)), accept},
                                 {udp6(53), drop}};
  claim({{with_sets(set, "    iifname . ip daddr @s accept\n")},
         {with_sets("", "    iifname . ip daddr " + rows + " accept\n")},
         {with_sets("",
                    "    iifname . ip daddr vmap { \"lan0\" . 208.67.222.222 : accept, \"wan0\" . "
                    "10.1.2.3 : accept, \"lan0\" . 9.9.9.9 : continue }\n")}},
        in);
  claim({{with_sets(set, "    iifname . ip daddr != @s accept\n")},
         {with_sets("", "    iifname . ip daddr != " + rows + " accept\n")}},
        {{udp(53), drop},
         {udp(53, "9.9.9.9"), accept},
         {from_outside(udp(53)), drop},
         {udp6(53), drop}});
  claim({{with_sets(
            set, "    iifname . ip daddr @s iifname . oifname { \"lan0\" . \"wan0\" } accept\n")}},
        {{udp(53), accept}, {from_outside(udp(53)), drop}});
  claim({{with_sets(
            "  map m {\n    type ifname . inet_service : verdict\n    elements = { \"lan0\" . "
            "53 : accept, \"lan0\" . 443 : jump u, * : drop }\n  }\n  chain u {\n    tcp dport "
            "443 accept\n  }\n",
            "    iifname . th dport vmap @m\n", "accept")}},
        {{udp(53), accept},
         {udp(443), accept},
         {tcp(443), accept},
         {udp(80), drop},
         {from_outside(udp(53)), drop}});
}

// 34: the entry '*' takes what no other entry does.
TEST_CASE("semantics: a catch-all entry is for what no other entry has") {
  claim({{with_sets("  map m {\n    type ipv4_addr : verdict\n    flags interval\n"
                    "    elements = { 208.67.222.0/24 : accept, * : drop }\n  }\n",
                    "    ip daddr vmap @m\n", "accept")}},
        {{udp(53), accept}, {udp(53, "198.51.100.1"), drop}, {udp6(53), accept}});
}

// 34
TEST_CASE("semantics: a set that rules fill while packets pass proves nothing by its contents") {
  claim({{with_sets("  set s {\n    type ipv4_addr\n    flags dynamic\n  }\n",
                    "    udp dport 443 add @s { ip saddr }\n    ip saddr @s accept\n")}},
        {{udp(53), undecided}});
  claim(
      {{with_sets("  set s {\n    type ipv4_addr\n    flags dynamic,timeout\n    timeout 1m\n  }\n",
                  "    ip saddr @s drop\n", "accept")}},
      {{udp(53), undecided}});
}

// 34: the first packet is not in the set at the first rule, and is at the last one.
TEST_CASE("semantics: a set that rules change may change between two rules that ask it") {
  auto const twice = [](std::string const& set, std::string const& asks,
                        std::string const& change) {
    return with_sets(set, "    " + asks + " accept\n    " + change + "\n    " + asks + " drop\n",
                     "accept");
  };
  std::string const plain = "  set s {\n    type ipv4_addr\n    size 100\n  }\n";
  std::string const dynamic = "  set s {\n    type ipv4_addr\n    flags dynamic\n  }\n";
  std::string const marks = "  set s {\n    type mark\n    flags timeout\n    timeout 1h\n  }\n";
  claim({{twice(plain, "ip saddr @s", "add @s { ip saddr }")},
         {twice(dynamic, "ip saddr @s", "update @s { ip saddr }")},
         {twice(dynamic, "ip saddr & 255.255.255.255 @s", "add @s { ip saddr }")},
         // What is looked up may change as well as the set.
         {twice(marks, "meta mark @s", "meta mark set 5")}},
        {{udp(53), undecided}});
  auto const members = filter(
      "-A FORWARD -m set --match-set all src -j ACCEPT\n"
      "-A FORWARD -j SET --add-set one src\n"
      "-A FORWARD -m set --match-set all src -j DROP",
      "ACCEPT");
  claim({{members, ipset("create one hash:ip family inet hashsize 1024 maxelem 65536 timeout 600\n"
                         "create all list:set size 8\nadd all one\n")}},
        {{udp(53), undecided}});
}

// 34: a full set takes nothing, and the rule ends; so does a limit in the set's definition.
TEST_CASE("semantics: a limited element may be found by neither of a rule and its opposite") {
  std::string const counted =
      "  set s {\n    typeof ip daddr\n    ct count over 5\n    elements = { 208.67.222.222 }\n  "
      "}\n";
  std::string const limited =
      "  set s {\n    type ipv4_addr\n    limit rate over 1/day\n    elements = { 208.67.222.222 "
      "}\n  }\n";
  std::string const both = "    ip daddr @s accept\n    ip daddr != @s accept\n";
  claim({{with_sets(counted, both)}, {with_sets(limited, both)}}, {{udp(53), undecided}});
}

TEST_CASE("semantics: a rule that adds to a set goes on only where the set takes the element") {
  std::string const set = "  set s {\n    type ipv4_addr\n    size 1\n    flags dynamic\n  }\n";
  auto const full = with_sets(set, "    udp dport 443 accept\n    add @s { ip saddr } accept\n");
  claim({{full}}, {{udp(53), undecided}, {udp(443), accept}});
  CHECK(undecided_by({full}, udp(53)) == std::vector<std::string>{"add @s { ip saddr }"});
  claim(
      {{with_sets(set, "    update @s { ip saddr } drop\n", "accept")},
       {with_sets("  set s {\n    type ipv4_addr\n    flags dynamic\n    limit rate 1/hour\n  }\n",
                  "    add @s { ip saddr } accept\n")}},
      {{udp(53), undecided}});
  // Nothing hangs on what only adds.
  claim({{with_sets(set, "    add @s { ip saddr }\n    udp dport 53 accept\n")}},
        {{udp(53), accept}, {udp(443), drop}});
}

// 34
TEST_CASE("semantics: an entry with a time to live proves nothing") {
  claim({{with_sets("  set s {\n    type ipv4_addr\n    flags timeout\n"
                    "    elements = { 208.67.222.222 timeout 1h expires 59m }\n  }\n",
                    "    ip daddr @s accept\n")}},
        {{udp(53), undecided}}, Loads::no);
}

// 35: a terse listing ('nft -t') leaves the elements out, and looks like one of empty sets.
TEST_CASE("semantics: where no set lists an element, the listing may be terse and proves nothing") {
  std::string const set = "  set s {\n    type ipv4_addr\n  }\n";
  std::string const map = "  map m {\n    type inet_service : verdict\n  }\n";
  Form const by_set{with_sets(set, "    ip daddr @s drop\n    accept\n")};
  Form const by_map{with_sets(map, "    udp dport vmap @m\n    accept\n")};
  for (auto const& form : {by_set, by_map}) {
    CAPTURE(form.front().text);
    CHECK(traced(form, udp(53)).verdict == undecided);
    CHECK(notes(form, "SC904"));
  }
  // A listing that shows the elements of one set shows those of all.
  claim({{with_sets(set + "  set t {\n    type inet_service\n    elements = { 443 }\n  }\n",
                    "    ip daddr @s drop\n    udp dport @t drop\n    accept\n")}},
        {{udp(53), accept}, {udp(443), drop}});
  CHECK(refusal({with_sets("", "    ip daddr { ... } drop\n    accept\n")}) != "");
}

// 36: how intervals look in the kernel's own messages is of no concern to a text; that adjacent and
// overlapping ranges of it are read as the kernel has them is.
TEST_CASE("semantics: neighbouring and merged ranges hold what the kernel's intervals hold") {
  claim({{with_sets("  set s {\n    type inet_service\n    flags interval\n    auto-merge\n"
                    "    elements = { 0-52, 53, 54-60, 443-65535 }\n  }\n",
                    "    udp dport @s accept\n")}},
        {{udp(0), accept},
         {udp(53), accept},
         {udp(60), accept},
         {udp(61), drop},
         {udp(442), drop},
         {udp(65535), accept}});
}

// 37: the kernel at hand refuses entries that overlap in a part ("File exists"), so order among
// them never matters; a text that has them is read as the union of both.
TEST_CASE("semantics: entries of several fields may overlap in a set") {
  claim({{with_sets("  set s {\n    type ipv4_addr . inet_service\n    flags interval\n"
                    "    elements = { 208.67.0.0/16 . 50-60, 208.67.222.0/24 . 58-70 }\n  }\n",
                    "    ip daddr . udp dport @s accept\n")}},
        {{udp(59), accept},
         {udp(65), accept},
         {udp(53, "208.67.1.1"), accept},
         {udp(65, "208.67.1.1"), drop}},
        Loads::no);
}

// 38
TEST_CASE("semantics: a set by name and the same one in the rule are alike") {
  claim({{with_sets("  set s {\n    type inet_service\n    elements = { 53, 443 }\n  }\n",
                    "    udp dport @s accept\n")},
         {forward("    udp dport { 53, 443 } accept")}},
        {{udp(53), accept}, {udp(443), accept}, {udp(80), drop}});
}

// 34: a map to data gives what a statement needs; without an entry the rule ends there, and the
// next one is asked.
TEST_CASE("semantics: a map gives a mark, and none where it has no entry") {
  std::string const map =
      "  map m {\n    type inet_service : mark\n    elements = { 53 : 7, 443 : 8 }\n  }\n";
  std::string const marks =
      "    meta mark 7 accept\n    meta mark 8 drop\n    tcp dport 80 accept\n";
  claim({{with_sets(map, "    meta mark set udp dport map @m\n" + marks)},
         {with_sets("", "    meta mark set udp dport map { 53 : 7, 443 : 8 }\n" + marks)},
         {with_sets("",
                    "    meta mark set ip daddr . udp dport map { 208.67.222.222 . 53 : 7, "
                    "208.67.222.222 . 443 : 8 }\n" +
                        marks)}},
        {{udp(53), accept}, {udp(443), drop}, {udp(80), drop}, {tcp(80), accept}});
  // What follows in the rule is reached with an entry alone.
  claim({{with_sets(map, "    meta mark set udp dport map @m accept\n")}},
        {{udp(53), accept}, {udp(443), accept}, {udp(80), drop}, {tcp(53), drop}});
  claim({{with_sets("  map m {\n    type inet_service : mark\n    flags interval\n    elements = { "
                    "50-59 : 7, * : 8 }\n  }\n",
                    "    meta mark set udp dport map @m\n" + marks, "accept")}},
        {{udp(53), accept}, {udp(443), drop}, {tcp(53), accept}});
}

// 34: a mark that is mapped to another mark is mapped once.
TEST_CASE("semantics: a map from marks to marks is looked into once") {
  std::string const rules =
      "    meta mark set 1\n    meta mark set meta mark map { 1 : 2, 2 : 3 }\n    meta mark 2 "
      "accept\n";
  CHECK(traced({with_sets("", rules)}, udp(53)).verdict != drop);
  claim({{with_sets("", rules)}}, {{udp(53), traced({with_sets("", rules)}, udp(53)).verdict}});
}

// 34: the grammar keeps one list for a block; what "add element" and other blocks give is joined.
TEST_CASE("semantics: of several lists of elements in one block of a set the last one counts") {
  auto const set = [](std::string const& body, std::string const& more = "") {
    return Form{
        nft("table inet t {\n  set s {\n    type ipv4_addr\n    flags interval\n" + body + "  }\n" +
            more +
            "  chain c {\n    type filter hook forward priority 0; policy drop;\n    ip saddr "
            "@s accept\n  }\n}\n")};
  };
  std::string const client = "    elements = { 10.1.2.0/24 }\n";
  std::string const other = "    elements = { 10.9.0.0/16 }\n";
  claim({set(client + other)}, {{udp(53), drop}});
  claim({set(other + client)}, {{udp(53), accept}});
  claim({set(client, "  set s {\n    type ipv4_addr\n    flags interval\n" + other + "  }\n")},
        {{udp(53), accept}});
  auto map = set("    elements = { 10.9.0.0/16 }\n");
  map.front().text =
      "table inet t {\n  map m {\n    type inet_service : verdict\n    elements = { 53 : accept }\n"
      "    elements = { 80 : accept }\n  }\n  chain c {\n    type filter hook forward priority 0; "
      "policy drop;\n    udp dport vmap @m\n  }\n}\n";
  claim({map}, {{udp(53), drop}, {udp(80), accept}});
}

}  // namespace
}  // namespace safeconduct::testing
