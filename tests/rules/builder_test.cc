// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/builder.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/text.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

// The clauses of one rule, as text.
std::string written(std::vector<When> const& conditions,
                    std::vector<std::string> const& known = {}) {
  Rules rules;
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward);
  rules.rule(conditions, accept());
  auto const linked = std::move(rules).done(known);
  std::string out;
  for (auto const& clause : clauses(linked, linked.chains[0].rules[0]))
    out += (out.empty() ? "" : ", ") + to_text(linked, clause, Family::ip4);
  return out.empty() ? "any" : out;
}

}  // namespace

TEST_CASE("builder: what always holds is left out, its opposite is kept") {
  CHECK(written({dport(0, 65535)}) == "any");
  CHECK(written({is_not(Field::dport, 0, 65535)}) == "not dport 0-65535");
  CHECK(written({saddr("0.0.0.0/0")}) == "any");
  CHECK(written({not_saddr("0.0.0.0/0")}) == "not saddr 0.0.0.0/0");
  CHECK(written({masked(Field::mark, 0, 0)}) == "any");
  CHECK(written({masked(Field::mark, 0, 1)}) == "mark & 0 = 1");
  CHECK(written({in(Field::dport, {}, true)}) == "any");
  CHECK(written({in(Field::dport, {})}) == "dport {}");
  CHECK(written({on(Field::iif, "", true)}) == "any");
  CHECK(written({on(Field::iif, "", true, true)}) == "iif {}");
  CHECK(written({in(Field::saddr, {{0, ~Bits128{0}}})}) == "any");
}

TEST_CASE("builder: sets and masks take their smallest form") {
  CHECK(written({in(Field::dport, {{80, 80}, {81, 90}})}) == "dport 80-90");
  CHECK(written({in(Field::dport, {{80, 80}, {443, 443}}, true)}) == "not dport {80, 443}");
  CHECK(written({masked(Field::mark, 0xFFFFFFFFU, 5)}) == "mark 5");
  CHECK(written({masked(Field::tcp_flags, 0xFF, 2)}) == "tcp_flags syn");
  CHECK(written({masked(Field::tcp_flags, 0x17, 2)}) == "tcp_flags & fin,syn,rst,ack = syn");
  CHECK(written({saddr("10.0.0.0/8"), daddr("192.0.2.1")}) == "saddr 10.0.0.0/8, daddr 192.0.2.1");
}

TEST_CASE("builder: equal words are one atom, lots are one each") {
  Rules rules;
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward);
  rules.rule({words("owner root"), lot("limit rate 5/second")}, accept());
  rules.rule({words("owner root", true), lot("limit rate 5/second")}, accept());
  auto const linked = std::move(rules).done();
  REQUIRE(linked.atoms.size() == 3);
  CHECK(linked.atoms[0].lasting == Lasting::unchanged);
  CHECK(linked.atoms[1].lasting == Lasting::once);
  CHECK(linked.atoms[1] == linked.atoms[2]);
}

TEST_CASE(
    "builder: a rule of several actions keeps its clauses, an unfinished one leaves nothing") {
  Rules rules;
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward);
  auto& builder = rules.builder();
  builder.equals(Field::dport, 53);
  builder.add_rule(0, rules.line("rule"), SetMark{Field::mark, ~0U, 1}, true);
  CHECK(builder.clause_count() == 1);
  builder.equals(Field::sport, 1);
  builder.reset_to(1);
  builder.add_rule(0, rules.line("rule"), Accept{});
  CHECK(builder.clause_count() == 0);
  builder.equals(Field::dport, 99);  // never finished
  auto const linked = std::move(rules).done();
  CHECK(to_text(linked) ==
        "table ip filter\n"
        "chain forward: filter hook forward priority 0 policy accept\n"
        "  3: dport 53 -> mark = mark & ~0xffffffff ^ 1\n"
        "  4: dport 53 -> accept\n");
}

TEST_CASE("builder: tables and chains are made once, by family and name") {
  Rules rules;
  auto& builder = rules.builder();
  auto const a = builder.table(TableFamily::ip, "filter", false, {});
  CHECK(builder.table(TableFamily::ip, "filter", false, {}) == a);
  auto const b = builder.table(TableFamily::ip6, "filter", false, {});
  CHECK(b != a);
  CHECK(builder.chain(a, "c", {}) == builder.chain(a, "c", {}));
  CHECK(builder.chain(a, "c", {}) != builder.chain(b, "c", {}));
  NamedSet set;
  set.table = a;
  set.name = "s";
  CHECK(builder.add_set(set));
  CHECK_FALSE(builder.add_set(set));
  set.table = b;
  CHECK(builder.add_set(set));
}

TEST_CASE("text: the model reads like a rule set, with every kind of action") {
  Rules rules;
  rules.table(TableFamily::ip6, "filter").base("forward", Hook::forward, -5, ChainPolicy::drop);
  rules.rule({in(Field::saddr, {interval(parse_prefix("2001:db8::/32").value())})}, jump("web"));
  rules.rule({ct(CtState::established)}, accept());
  rules.rule({is(Field::ct_direction, 1)}, carry_on());
  rules.rule({words("owner root", true)}, reject(RejectWith::tcp_reset));
  rules.rule({}, notrack());
  rules.rule({}, copy_mark(Field::ct_mark, Field::mark, 0xFF));
  rules.rule({}, act(Queue{true}));
  rules.rule({}, unmodelled_action("synproxy"));
  rules.chain("web").rule({product({Field::l4proto, Field::dport}, {{6, 6}, {0, 65535}})}, back());
  rules.rule({}, alter(Field::dscp));
  rules.table(TableFamily::ip, "nat").dormant();
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({l4(17)}, dnat(bits("192.0.2.1"), 53)).rule({}, redirect(8080)).rule({}, masquerade());
  CHECK(to_text(std::move(rules).done()) ==
        "table ip6 filter\n"
        "chain forward: filter hook forward priority -5 policy drop\n"
        "  3: saddr 2001:db8::/32 -> jump web\n"
        "  4: ct_state established -> accept\n"
        "  5: ct_direction reply -> continue\n"
        "  6: not ?owner root -> reject tcp-reset\n"
        "  7: any -> notrack\n"
        "  8: any -> ct_mark = mark & 0xff\n"
        "  9: any -> queue bypass\n"
        "  10: any -> ?synproxy\n"
        "chain web\n"
        "  12: l4proto . dport {tcp . any} -> return\n"
        "  13: any -> alter dscp\n"
        "table ip nat (dormant)\n"
        "chain pre: nat hook prerouting priority -100 policy accept\n"
        "  16: l4proto udp -> dnat to 192.0.2.1 port 53\n"
        "  17: any -> redirect port 8080\n"
        "  18: any -> masquerade\n");
}

}  // namespace safeconduct::test
