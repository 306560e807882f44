// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "engine/orders.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

// "prerouting: raw conntrack mangle nat(dstnat); forward: ...": what a packet meets, in order.
std::string in_words(Ruleset const& rules, std::vector<Step> const& steps) {
  std::string out;
  for (auto const& step : steps) {
    switch (step.kind) {
      case Step::Kind::enter_hook:
        out += (out.empty() ? "" : "; ") + std::string(name(step.hook)) + ':';
        break;
      case Step::Kind::conntrack:
        out += " conntrack";
        break;
      case Step::Kind::conntrack_in_doubt:
        out += " conntrack?";
        break;
      case Step::Kind::chain:
        out += ' ' + rules.chains[step.chains.front()].name;
        break;
      case Step::Kind::translation: {
        out += " nat(";
        for (std::size_t i = 0; i < step.chains.size(); ++i)
          out += (i > 0 ? " " : "") + rules.chains[step.chains[i]].name;
        out += ')';
        break;
      }
    }
  }
  return out;
}

std::string forwarded(Ruleset const& rules, Family family = Family::ip4) {
  return in_words(rules, steps(rules, Travel::forwarded, family));
}

}  // namespace

TEST_CASE("pipeline: chains stand by priority around connection tracking and translation") {
  Rules rules;
  rules.table(TableFamily::inet, "t");
  rules.base("filter", Hook::prerouting, 0);
  rules.base("mangle", Hook::prerouting, -150);
  rules.base("raw", Hook::prerouting, -300);
  rules.base("dstnat", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.base("forward", Hook::forward, 0);
  rules.base("srcnat", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
  rules.base("before", Hook::postrouting, 0);
  rules.base("after", Hook::postrouting, 150);
  auto const linked = std::move(rules).done();
  CHECK(forwarded(linked) ==
        "prerouting: raw conntrack mangle nat(dstnat) filter; forward: forward; "
        "postrouting: before nat(srcnat) after");
  CHECK(in_words(linked, steps(linked, Travel::incoming, Family::ip4)) ==
        "prerouting: raw conntrack mangle nat(dstnat) filter; input: nat()");
  CHECK(in_words(linked, steps(linked, Travel::outgoing, Family::ip4)) ==
        "output: conntrack nat(); postrouting: before nat(srcnat) after");
  CHECK(in_words(linked, steps_after_redirect(linked, Family::ip4)) == " filter; input: nat()");
}

TEST_CASE(
    "pipeline: a chain at the very priority of connection tracking comes before or after it") {
  Rules rules;
  rules.table(TableFamily::ip, "t");
  rules.base("at", Hook::prerouting, -200);
  rules.base("above", Hook::prerouting, -199);
  CHECK(forwarded(std::move(rules).done()) ==
        "prerouting: conntrack? at conntrack above nat(); forward:; postrouting: nat()");
}

TEST_CASE("pipeline: nat chains are asked where translation is, whatever priority they have") {
  Rules rules;
  rules.table(TableFamily::ip, "t");
  rules.base("late", Hook::prerouting, 50, ChainPolicy::accept, ChainType::nat);
  rules.base("early", Hook::prerouting, -250, ChainPolicy::accept, ChainType::nat);
  rules.base("filter", Hook::prerouting, -50);
  CHECK(forwarded(std::move(rules).done()) ==
        "prerouting: conntrack nat(early late) filter; forward:; postrouting: nat()");
}

TEST_CASE("pipeline: tables interleave by priority, each for its family, behind ingress") {
  Rules rules;
  rules.table(TableFamily::inet, "a").base("both", Hook::forward, 0);
  rules.table(TableFamily::ip, "b").base("four", Hook::forward, -5);
  rules.table(TableFamily::ip6, "c").base("six", Hook::forward, 5);
  rules.table(TableFamily::bridge, "d").base("bridge", Hook::forward, -1, ChainPolicy::drop);
  rules.table(TableFamily::arp, "e").base("arp", Hook::input, 0, ChainPolicy::drop);
  rules.table(TableFamily::netdev, "f").base("netdev", Hook::ingress, 0, ChainPolicy::drop);
  auto const linked = std::move(rules).done();
  CHECK(forwarded(linked, Family::ip4) ==
        "ingress: netdev; prerouting: conntrack nat(); forward: four both; postrouting: nat()");
  CHECK(forwarded(linked, Family::ip6) ==
        "ingress: netdev; prerouting: conntrack nat(); forward: both six; postrouting: nat()");
}

TEST_CASE("pipeline: dormant tables are not there, user chains are no steps") {
  Rules rules;
  rules.table(TableFamily::inet, "sleeps").dormant();
  rules.base("sleeping", Hook::forward, 0, ChainPolicy::drop);
  rules.table(TableFamily::inet, "wakes").base("awake", Hook::forward, 0);
  rules.chain("user");
  CHECK(forwarded(std::move(rules).done()) ==
        "prerouting: conntrack nat(); forward: awake; postrouting: nat()");
}

TEST_CASE("pipeline: of equal priorities the later registered comes first") {
  Rules rules;
  rules.table(TableFamily::inet, "a").base("first", Hook::forward, 0);
  rules.base("second", Hook::forward, 0);
  rules.table(TableFamily::ip, "b").base("third", Hook::forward, 0);
  CHECK(forwarded(std::move(rules).done()) ==
        "prerouting: conntrack nat(); forward: third second first; postrouting: nat()");
}

TEST_CASE("orders: of tables at one priority, where one writes what another asks for") {
  auto const mark = [](std::uint32_t value) { return is(Field::mark, value); };
  // How many tables mark packets, ask for marks, and ask for ports alone.
  auto const count = [mark](std::size_t marking, std::size_t asking, std::size_t others) {
    Rules rules;
    std::size_t tables = 0;
    auto const table = [&]() -> Rules& {
      return rules.table(TableFamily::inet, "t" + std::to_string(tables++))
          .base("f", Hook::forward, 0);
    };
    for (std::size_t i = 0; i < marking; ++i) {
      table().rule({}, jump("marks"));
      rules.chain("marks").rule({}, set_mark(7));
    }
    for (std::size_t i = 0; i < asking; ++i) table().rule({mark(7)}, drop());
    for (std::size_t i = 0; i < others; ++i) table().rule({dport(53)}, drop());
    auto const linked = std::move(rules).done();
    auto const found = orders(linked, Travel::forwarded, Family::ip4);
    if (found.doubted.empty()) {
      CHECK(found.all == std::vector<ChainOrder>{{}});
    } else {
      CHECK(found.doubted.front().size() == marking + asking);
    }
    return found.too_many ? 0 : found.all.size();
  };
  CHECK(count(1, 0, 0) == 1);
  CHECK(count(0, 2, 1) == 1);
  CHECK(count(1, 0, 3) == 1);
  CHECK(count(1, 1, 3) == 2);
  CHECK(count(1, 2, 0) == 4);  // each of those that ask stands before or behind
  CHECK(count(2, 1, 1) == 6);
  CHECK(count(5, 0, 0) == 120);
  CHECK(count(5, 1, 0) == 0);  // too many
  CHECK(count(1, 60, 0) == 0);
  CHECK(count(1'000, 1'000, 1'000) == 0);  // told without trying, and at once
}

TEST_CASE("orders: the mark of a connection stays, though its packet is stopped afterwards") {
  auto const count = [](Field field) {
    Rules rules;
    rules.table(TableFamily::inet, "a").base("f", Hook::forward, 0);
    rules.rule({}, set_mark(7, 0xFFFFFFFFU, field));
    rules.table(TableFamily::inet, "b").base("f", Hook::forward, 0).rule({dport(53)}, drop());
    auto const linked = std::move(rules).done();
    return orders(linked, Travel::forwarded, Family::ip4).all.size();
  };
  CHECK(count(Field::ct_mark) == 2);
  CHECK(count(Field::mark) == 1);
}

TEST_CASE("orders: chains of one table stay in theirs, and ties of several hooks are told apart") {
  Rules rules;
  for (auto const* const name : {"a", "b"}) {
    rules.table(TableFamily::inet, name).base("pre", Hook::prerouting, 0);
    rules.rule({is(Field::mark, 3)}, set_mark(7));
    rules.base("first", Hook::forward, 0).rule({is(Field::mark, 7)}, set_mark(3));
    rules.base("second", Hook::forward, 0).rule({is(Field::mark, 3)}, drop());
  }
  auto const linked = std::move(rules).done();
  auto const found = orders(linked, Travel::forwarded, Family::ip4);
  CHECK(found.doubted.size() == 2);
  auto const place = [&](ChainOrder const& order, ChainId id) {
    return std::ranges::find(order, id) - order.begin();
  };
  ChainId const of_a = 1;  // "first", "second" behind it
  for (auto const& order : found.all) CHECK(place(order, of_a + 1) < place(order, of_a));
  // Two at prerouting; of six at forward, two differ in the order of the two that only ask.
  CHECK(found.all.size() == 2 * 4);
}

TEST_CASE("pipeline: the passage worth naming is a rule at the main hook, then any rule") {
  auto const passage = [](Hook hook, std::uint32_t rule) { return Passage{{0, rule}, hook, {}}; };
  auto const policy = Decider::kPolicy;
  auto const named = [&](std::vector<Passage> const& all) {
    auto const* best = worth_naming(all);
    return best == nullptr
               ? std::string("nobody")
               : std::string(name(best->hook)) +
                     (best->decider.rule == policy ? " policy"
                                                   : " rule " + std::to_string(best->decider.rule));
  };
  CHECK(named({}) == "nobody");
  CHECK(named({passage(Hook::prerouting, 1), passage(Hook::forward, 2),
               passage(Hook::postrouting, 3)}) == "forward rule 2");
  CHECK(named({passage(Hook::prerouting, 1), passage(Hook::forward, policy)}) ==
        "prerouting rule 1");
  CHECK(named({passage(Hook::prerouting, policy), passage(Hook::input, policy),
               passage(Hook::postrouting, policy)}) == "input policy");
  CHECK(named({passage(Hook::forward, 1), passage(Hook::forward, 2)}) == "forward rule 2");
}

TEST_CASE("pipeline: what came in goes out, what is forwarded is forwarded back") {
  for (auto const travel : {Travel::forwarded, Travel::incoming, Travel::outgoing})
    CHECK((reverse(reverse(travel)) == travel));
  CHECK((reverse(Travel::incoming) == Travel::outgoing));
  CHECK((reverse(Travel::forwarded) == Travel::forwarded));
  CHECK((travel_of(Hook::input) == Travel::incoming));
  CHECK((travel_of(Hook::output) == Travel::outgoing));
  CHECK((travel_of(Hook::prerouting) == Travel::forwarded));
}

}  // namespace safeconduct::test
