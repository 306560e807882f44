// SPDX-License-Identifier: GPL-3.0-or-later
// Every small chain x every small packet: walk and decide say the same, with every guess.
//
// SC_THOROUGH=1 in the environment makes the lists longer: minutes instead of seconds.
#include <doctest/doctest.h>

#include <cstdlib>

#include "support/universe.h"

namespace safeconduct::test {
namespace {

using Conditions = std::vector<std::vector<When>>;

std::size_t deeper() { return std::getenv("SC_THOROUGH") != nullptr ? 1 : 0; }

Conditions flow_conditions() {
  return {{},
          {is(Field::saddr, 0)},
          {is(Field::saddr, 1, 2)},
          {is_not(Field::saddr, 1)},
          {is(Field::daddr, 1)},
          {is(Field::dport, 0, 1)},
          {is_not(Field::dport, 1, 2)},
          {is(Field::saddr, 1), is(Field::dport, 1)},
          {in(Field::saddr, {{0, 0}, {2, 2}})},
          {in(Field::dport, {{0, 0}, {2, 2}}, true)},
          {masked(Field::dport, 1, 1)},
          {masked(Field::saddr, 2, 0, true)},
          {pattern(Field::saddr, {2, 2})},
          {pattern(Field::saddr, {2, 2}, true)},
          {product({Field::saddr, Field::dport}, {{0, 1}, {1, 1}, {1, 2}, {2, 2}})},
          {product({Field::daddr, Field::dport}, {{0, 0}, {0, 1}, {1, 1}, {1, 2}}, true)}};
}

Rules forward(ChainPolicy policy) {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, policy);
  return rules;
}

void report(Tally const& tally, std::size_t least) {
  INFO(tally.failure);
  REQUIRE(tally.failure.empty());
  MESSAGE(tally.rule_sets << " rule sets, " << tally.comparisons << " comparisons, "
                          << tally.uncertain << " of packets with several outcomes");
  REQUIRE(tally.comparisons >= least);
}

}  // namespace

TEST_CASE("small universe: flat lists decide as they walk") {
  Tally tally;
  auto const all = alphabet(flow_conditions(), {accept(), drop()});
  Alphabet few;  // every third line, for longer lists
  for (std::size_t i = 0; i < all.size(); i += 3) few.push_back(all[i]);
  auto const check = [&](Alphabet const& lines, std::size_t length, ChainPolicy policy) {
    each_list(lines, length, [&](auto const& list) {
      auto rules = forward(policy);
      add(rules, list);
      return agree(std::move(rules).done(), {}, tally);
    });
  };
  for (auto const policy : {ChainPolicy::accept, ChainPolicy::drop}) {
    for (std::size_t length = 0; length <= 1; ++length) check(all, length, policy);
  }
  check(all, 2 + deeper(), ChainPolicy::drop);
  check(few, 3, ChainPolicy::accept);
  report(tally, 30'000);
}

TEST_CASE("small universe: jump, goto and return lead where they lead in a walk") {
  Tally tally;
  Conditions few{{}, {is(Field::saddr, 0, 1)}};
  if (deeper() > 0) few.push_back({is(Field::dport, 1)});
  auto const base = alphabet(few, {jump("u"), go("u"), drop()});
  auto const user = alphabet(few, {accept(), back(), jump("v"), go("v")});
  auto const last = alphabet({{}, {is_not(Field::saddr, 1)}}, {reject(), back()});
  World world;
  world.last_dport = deeper();
  each_list(base, 2, [&](auto const& first) {
    return each_list(user, 2, [&](auto const& second) {
      return each_list(last, 1, [&](auto const& third) {
        auto rules = forward(ChainPolicy::drop);
        add(rules, first);
        rules.rule({is(Field::daddr, 0)}, accept());
        rules.chain("u");
        add(rules, second);
        rules.chain("v");
        add(rules, third);
        return agree(std::move(rules).done(), world, tally);
      });
    });
  });
  report(tally, 50'000);
}

TEST_CASE("small universe: equal words are equally true, lots are drawn at each rule") {
  Tally tally;
  Conditions const unclear{{},
                           {words("a")},
                           {words("a", true)},
                           {lot("l")},
                           {lot("l", true)},
                           {words("b"), is(Field::saddr, 1)},
                           {is(Field::dport, 0, 1), lot("l"), words("a", true)},
                           {words("a"), lot("m"), words("b", true)}};
  auto const base = alphabet(unclear, {accept(), drop(), jump("u")});
  auto const user = alphabet({{words("a")}, {lot("l")}, {words("b", true)}}, {accept(), back()});
  World world;
  world.last_daddr = 0;
  world.last_dport = 1;
  each_list(base, 2 + deeper(), [&](auto const& first) {
    return each_list(user, 1, [&](auto const& second) {
      auto rules = forward(ChainPolicy::drop);
      add(rules, first);
      rules.chain("u");
      add(rules, second);
      return agree(std::move(rules).done(), world, tally);
    });
  });
  report(tally, 15'000);
}

TEST_CASE("small universe: marks are carried through chains and hooks") {
  Tally tally;
  auto const setting =
      alphabet({{}, {is(Field::saddr, 1)}, {masked(Field::mark, 1, 1)}},
               {set_mark(1), set_mark(2, 3), set_mark(2, 2), set_mark(1, 1, Field::ct_mark),
                copy_mark(Field::ct_mark, Field::mark), copy_mark(Field::mark, Field::ct_mark, 1),
                alter(Field::mark), back()});
  auto const asking = alphabet({{is(Field::mark, 1)},
                                {is_not(Field::mark, 0, 1)},
                                {masked(Field::mark, 2, 2)},
                                {masked(Field::ct_mark, 1, 1, true)}},
                               {accept(), drop()});
  World world;
  world.last_daddr = 0;
  world.last_dport = 0;
  world.last_saddr = 1;
  each_list(setting, 2, [&](auto const& first) {
    auto const forgets = std::ranges::any_of(first, [](Line const* line) {
      Rules scratch;
      return std::holds_alternative<Alter>(line->then(scratch.builder(), 0));
    });
    return each_list(asking, 1 + deeper(), [&](auto const& second) {
      Rules rules;
      rules.table(TableFamily::ip, "mangle").base("pre", Hook::prerouting, -150);
      add(rules, first);
      rules.table(TableFamily::inet, "filter")
          .base("forward", Hook::forward, 0, ChainPolicy::accept);
      add(rules, second);
      auto const linked = std::move(rules).done();
      // What is forgotten is asked anew by each rule of a walk, but not of a decision: there the
      // walks may come to more.
      if (forgets) return true;
      return agree(linked, world, tally);
    });
  });
  report(tally, 7'000);
}

TEST_CASE("small universe: connection tracking is not known before its place, nor without it") {
  Tally tally;
  Conditions const asks{{},
                        {ct(CtState::new_)},
                        {ct_not(CtState::established)},
                        {ct(CtState::invalid)},
                        {ct(CtState::untracked), is(Field::saddr, 1)},
                        {is(Field::ct_direction, 1)},
                        {is_not(Field::ct_direction, 1)},
                        {is_not(Field::ct_mark, 7)}};
  auto const raw = alphabet(asks, {notrack(), accept(), drop()});
  auto const filter = alphabet(asks, {accept(), drop()});
  World world;
  world.last_daddr = 0;
  world.last_dport = 0;
  world.last_saddr = 1;
  for (auto const state : {CtState::new_, CtState::established, CtState::related, CtState::invalid,
                           CtState::untracked}) {
    world.connection.state = state;
    world.connection.direction =
        state == CtState::established ? CtDirection::reply : CtDirection::original;
    each_list(raw, 1, [&](auto const& first) {
      return each_list(filter, 1 + deeper(), [&](auto const& second) {
        Rules rules;
        rules.table(TableFamily::ip, "raw").base("raw", Hook::prerouting, -300);
        add(rules, first);
        rules.base("mangle", Hook::prerouting, -150).rule({is(Field::saddr, 1)}, notrack());
        rules.table(TableFamily::inet, "filter")
            .base("forward", Hook::forward, 0, ChainPolicy::drop);
        add(rules, second);
        return agree(std::move(rules).done(), world, tally);
      });
    });
  }
  report(tally, 3'000);
}

TEST_CASE("small universe: a field that nobody knows has one value all along the way") {
  Tally tally;
  Conditions const asks{{is(Field::mark, 1)},
                        {is_not(Field::mark, 1)},
                        {in(Field::mark, {{0, 0}, {2, 2}})},
                        {is(Field::ct_mark, 0, 1)},
                        {on(Field::iif, "eth0")},
                        {on(Field::iif, "eth", true)},
                        {on(Field::oif, "eth1", false, true)},
                        {on(Field::iif, "lan0"), is(Field::saddr, 1)},
                        {product({Field::mark, Field::saddr}, {{1, 2}, {0, 0}, {0, 0}, {1, 1}})},
                        {product({Field::ct_mark, Field::mark}, {{1, 1}, {0, 1}}, true)}};
  auto const lines = alphabet(asks, {accept(), drop(), set_mark(1)});
  World world;
  world.last_daddr = 0;
  world.last_dport = 0;
  world.last_saddr = 1 + deeper();
  each_list(lines, 1 + deeper(), [&](auto const& list) {
    Rules rules;
    rules.table(TableFamily::inet, "filter").base("pre", Hook::prerouting, -150);
    rules.rule({on(Field::oif, "eth1", false, true), on(Field::iif, "eth0")}, set_mark(2));
    rules.base("forward", Hook::forward, 0, ChainPolicy::drop);
    add(rules, list);
    rules.rule({on(Field::iif, "eth0"), on(Field::oif, "lan", true)}, accept());
    auto const linked = std::move(rules).done({"eth1", "lan0"});
    auto const interfaces = static_cast<Bits128>(linked.interfaces.size() - 1);
    world.unknown = {
        {Field::mark, 3}, {Field::ct_mark, 2}, {Field::iif, interfaces}, {Field::oif, interfaces}};
    return agree(linked, world, tally);
  });
  report(tally, 60);
}

TEST_CASE("small universe: translated packets go on as what they have become") {
  Tally tally;
  Conditions const flows{{}, {is(Field::daddr, 1)}, {is(Field::dport, 1)}, {words("a")}};
  auto const nat = alphabet(flows, {dnat(0), dnat(1), dnat(9), dnat(1, 2), redirect(), redirect(1),
                                    accept(), back(), drop()});
  auto const filter = alphabet({{is(Field::daddr, 1)},
                                {is(Field::dport, 2)},
                                {is(Field::saddr, 1)},
                                {masked(Field::ct_status, 32, 32)}},
                               {accept(), drop()});
  std::vector<CtState> states{CtState::new_};
  if (deeper() > 0) states.push_back(CtState::established);
  for (auto const state : states)
    for (auto const travel : {Travel::forwarded, Travel::outgoing, Travel::incoming})
      each_list(nat, 1 + deeper(), [&](auto const& first) {
        return each_list(filter, 1, [&](auto const& second) {
          Rules rules;
          rules.table(TableFamily::ip, "nat");
          rules.base("dstnat", travel == Travel::outgoing ? Hook::output : Hook::prerouting, -100,
                     ChainPolicy::accept, ChainType::nat);
          add(rules, first);
          rules.base("srcnat", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
          rules.rule({is(Field::saddr, 1)}, snat(2));
          rules.rule({is(Field::dport, 1)}, masquerade());
          rules.table(TableFamily::inet, "filter");
          for (auto const hook : {Hook::forward, Hook::input, Hook::output}) {
            rules.base(name(hook), hook, 0, ChainPolicy::drop);
            add(rules, second);
            rules.rule({is(Field::daddr, 0)}, reject());
          }
          rules.base("late", Hook::postrouting, 150);
          rules.rule({is(Field::saddr, 2)}, drop());
          World world;
          world.last_saddr = 1;
          world.travel = travel;
          world.connection.state = state;
          return agree(std::move(rules).done(), world, tally);
        });
      });
  report(tally, 9'000);
}

}  // namespace safeconduct::test
