// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/link.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/text.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

Rules filter() {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  return rules;
}

std::string refusal(Rules rules) {
  auto const linked = std::move(rules).link();
  return linked ? "linked\n" : to_message(linked.error());
}

NamedSet set_of(std::uint32_t table, std::string name, std::vector<ValueInterval> cells,
                std::size_t dimensions = 1) {
  NamedSet set;
  set.table = table;
  set.name = std::move(name);
  set.dimensions = dimensions;
  set.cells = std::move(cells);
  return set;
}

NamedSet ipset(std::string name, std::vector<SetDimension> kinds,
               std::vector<ValueInterval> cells) {
  auto set = set_of(kNoTable, std::move(name), std::move(cells), kinds.size());
  set.kinds = std::move(kinds);
  set.family = Family::ip4;
  return set;
}

When in_named(std::uint32_t table, std::string name, std::vector<Field> fields,
              Family family = Family::ip4) {
  return [=](RulesetBuilder& b) { b.named_set({table, family, name, fields, {0, 0, 5}}); };
}

// The clauses of the first rule of the first chain, as text.
std::string first_rule(Ruleset const& rules) {
  std::string out;
  for (auto const& clause : clauses(rules, rules.chains[0].rules[0]))
    out += (out.empty() ? "" : ", ") + to_text(rules, clause, Family::ip4);
  return out;
}

}  // namespace

TEST_CASE("link: a jump to a chain that is not there is refused, with its line") {
  auto rules = filter();
  rules.rule({}, jump("nowhere"), "jump nowhere");
  CHECK(refusal(std::move(rules)) ==
        "rules:3:3: jump to chain 'nowhere', which table 'inet filter' does not have\n"
        "      jump nowhere\n"
        "      ^\n"
        "  hint: is the export cut short? export the whole rule set again\n");
}

TEST_CASE("link: chains are known in their own table only") {
  Rules rules;
  rules.table(TableFamily::ip, "other").chain("web").rule({}, accept());
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward);
  rules.rule({}, go("web"), "goto web");
  CHECK(refusal(std::move(rules)) ==
        "rules:6:3: jump to chain 'web', which table 'ip filter' does not have\n"
        "      goto web\n"
        "      ^\n"
        "  hint: is the export cut short? export the whole rule set again\n");
}

TEST_CASE("link: a jump to a base chain is refused, also to one's own") {
  for (auto const* to : {"input", "forward"}) {
    auto rules = filter();
    rules.rule({}, jump(to), "jump");
    rules.base("input", Hook::input);
    CHECK(refusal(std::move(rules)) ==
          "rules:3:3: jump to '" + std::string(to) +
              "', which is a base chain: the kernel calls it by itself\n"
              "      jump\n"
              "      ^\n"
              "  hint: jump to a chain without a hook\n");
  }
}

TEST_CASE("link: chains that call each other in a loop are refused, with the loop") {
  auto rules = filter();
  rules.rule({}, jump("a"));
  rules.chain("a").rule({}, jump("b"));
  rules.chain("b").rule({}, accept()).rule({}, go("c"));
  rules.chain("c").rule({}, jump("b"), "jump b");
  CHECK(refusal(std::move(rules)) ==
        "rules:10:3: chains call each other in a loop: b -> c -> b\n"
        "      jump b\n"
        "      ^\n"
        "  hint: the kernel refuses such a rule set\n");

  auto own = filter();
  own.rule({}, jump("a"));
  own.chain("a").rule({}, jump("a"), "jump a");
  CHECK(refusal(std::move(own)) ==
        "rules:5:3: chains call each other in a loop: a -> a\n"
        "      jump a\n"
        "      ^\n"
        "  hint: the kernel refuses such a rule set\n");
}

TEST_CASE("link: a loop that no base chain enters is taken, as the kernel takes it") {
  auto rules = filter();
  rules.chain("a").rule({}, jump("b"));
  rules.chain("b").rule({}, go("a"));
  CHECK(refusal(std::move(rules)) == "linked\n");
}

TEST_CASE("link: a chain that two others call is no loop") {
  auto rules = filter();
  rules.rule({}, jump("a")).rule({}, jump("b")).rule({}, jump("a"));
  rules.chain("a").rule({}, jump("b"));
  rules.chain("b").rule({}, accept());
  CHECK(refusal(std::move(rules)) == "linked\n");
}

TEST_CASE("link: ten thousand chains deep is no trouble") {
  auto rules = filter();
  rules.rule({}, jump("c0"));
  for (int i = 0; i < 10'000; ++i) {
    rules.chain("c" + std::to_string(i));
    if (i < 9'999) rules.rule({}, jump("c" + std::to_string(i + 1)));
  }
  CHECK(refusal(std::move(rules)) == "linked\n");
}

TEST_CASE("link: a named set becomes its elements, a concatenation its rows") {
  auto rules = filter();
  auto const table = rules.current_table();
  rules.set(set_of(table, "clients", {{0x0A000000, 0x0AFFFFFF}, {0xC0000201, 0xC0000201}}));
  rules.set(set_of(table, "doors", {{0xC0000201, 0xC0000201}, {22, 22}}, 2));
  rules.rule({in_named(table, "clients", {Field::saddr}),
              in_named(table, "doors", {Field::daddr, Field::dport})},
             accept());
  CHECK(first_rule(std::move(rules).done()) ==
        "saddr {10.0.0.0/8, 192.0.2.1}, daddr . dport {192.0.2.1 . 22}");
}

TEST_CASE("link: a named set that is not defined is refused, a number of fields that differs too") {
  auto rules = filter();
  rules.rule({in_named(rules.current_table(), "clients", {Field::saddr})}, accept());
  CHECK(refusal(std::move(rules)) ==
        "rules:1:1: set 'clients' is not defined in table 'inet filter'\n"
        "    table inet filter\n"
        "    ^\n"
        "  hint: is the export cut short? export the whole rule set again\n");

  auto odd = filter();
  odd.set(set_of(odd.current_table(), "doors", {{1, 1}, {22, 22}}, 2));
  odd.rule({in_named(odd.current_table(), "doors", {Field::daddr})}, accept());
  CHECK(refusal(std::move(odd)) ==
        "rules:1:1: set 'doors' has 2 fields, but 1 are looked up in it\n"
        "    table inet filter\n"
        "    ^\n");
}

TEST_CASE("link: an ipset that is not given does not decide, and says what would") {
  auto rules = filter();
  rules.rule({in_named(kNoTable, "bad", {Field::saddr})}, drop());
  rules.rule({in_named(kNoTable, "bad", {Field::saddr})}, drop());
  auto const linked = std::move(rules).done();
  CHECK(first_rule(linked) ==
        "?set bad saddr (its contents are not given: add the output of 'ipset save bad')");
  CHECK(linked.atoms.size() == 1);  // the same words are the same truth
}

TEST_CASE("link: what an ipset's dimensions are, the match says") {
  auto rules = filter();
  rules.set(ipset("doors", {SetDimension::address, SetDimension::port},
                  {{0xC0000201, 0xC0000201}, {6, 6}, {22, 22}}));
  rules.rule({in_named(kNoTable, "doors", {Field::daddr, Field::saddr}),
              in_named(kNoTable, "doors", {Field::saddr, Field::daddr})},
             accept());
  CHECK(first_rule(std::move(rules).done()) ==
        "daddr . l4proto . sport {192.0.2.1 . tcp . 22}, "
        "saddr . l4proto . dport {192.0.2.1 . tcp . 22}");
}

TEST_CASE("link: an ipset of the other family, or asked for too little, never holds") {
  auto rules = filter();
  rules.set(ipset("a", {SetDimension::address}, {{1, 1}}));
  rules.set(ipset("two", {SetDimension::address, SetDimension::address}, {{1, 1}, {2, 2}}));
  rules.rule({in_named(kNoTable, "a", {Field::saddr}, Family::ip6)}, accept());
  rules.rule({in_named(kNoTable, "two", {Field::saddr})}, accept());
  auto const linked = std::move(rules).done();
  CHECK(first_rule(linked) == "l4proto {}");
  CHECK(to_text(linked, linked.clauses[1], Family::ip4) == "l4proto {}");
}

TEST_CASE("link: elements that an ipset excludes are not in it") {
  auto rules = filter();
  auto set = ipset("a", {SetDimension::address}, {{0x0A000000, 0x0AFFFFFF}});
  set.excluded = {{0x0A800000, 0x0AFFFFFF}};
  rules.set(set);
  rules.rule({in_named(kNoTable, "a", {Field::saddr})}, accept());
  CHECK(first_rule(std::move(rules).done()) == "saddr 10.0.0.0/9");
}

TEST_CASE("link: a set whose contents do not decide says why") {
  auto rules = filter();
  auto set = set_of(rules.current_table(), "seen", {});
  set.undecided = "its elements come and go";
  rules.set(set);
  rules.rule({in_named(rules.current_table(), "seen", {Field::saddr})}, drop());
  CHECK(first_rule(std::move(rules).done()) == "?set seen saddr (its elements come and go)");
}

TEST_CASE("link: interfaces are those that rules tell apart, wildcards take what they cover") {
  auto rules = filter();
  rules.rule(
      {on(Field::iif, "eth", true), on(Field::oif, "eth0", false, true), on(Field::iif, "lan0")},
      accept());
  auto const linked = std::move(rules).done({"eth7", "wan0"});
  CHECK((linked.interfaces ==
         std::vector<std::string>{"(any other)", "eth0", "lan0", "eth7", "wan0", "eth*"}));
  auto const& set = linked.value_sets[std::get<InSet>(linked.clauses[0].kind).set];
  CHECK((set == ValueSet(std::vector<ValueInterval>{{1, 1}, {3, 3}, {5, 5}})));
  CHECK(first_rule(linked) == "iif {eth0, eth7, eth*}, not oif eth0, iif lan0");
}

TEST_CASE("link: a mark is read where a rule asks for it, or for the one that it is copied to") {
  auto const unread = [](Field to, Field from, std::vector<When> const& asked) {
    auto rules = filter();
    rules.rule({}, copy_mark(to, from));
    rules.rule(asked, accept());
    return std::move(rules).done().unread_marks;
  };
  auto const mark = std::uint32_t{1} << index(Field::mark);
  auto const ct_mark = std::uint32_t{1} << index(Field::ct_mark);
  auto const asks_mark = masked(Field::mark, 0xFF, 1);
  CHECK(unread(Field::mark, Field::ct_mark, {}) == (mark | ct_mark));
  CHECK(unread(Field::mark, Field::ct_mark, {asks_mark}) == 0);
  CHECK(unread(Field::ct_mark, Field::mark, {asks_mark}) == ct_mark);
  CHECK(unread(Field::ct_mark, Field::mark, {masked(Field::ct_mark, 0xFF, 1)}) == 0);
  CHECK(unread(Field::mark, Field::ct_mark, {words("meta mark & 3 > 1")}) == 0);
}

}  // namespace safeconduct::test
