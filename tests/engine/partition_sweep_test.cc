// SPDX-License-Identifier: GPL-3.0-or-later
// Long lists of rules that are open in one dimension alone (partition_sweep.cc), against walk().
#include <doctest/doctest.h>

#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/decide.h"
#include "engine/walk.h"
#include "support/agree.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

using Draw = std::mt19937_64;

struct Case {
  Ruleset rules;
  std::set<std::uint32_t> ends;  // of the ranges that rules ask for
};

// Ranges that nest, touch, repeat and reach to both ends of the field.
Interval<std::uint32_t> range(Draw& draw, std::uint32_t most) {
  auto const at = [&] { return static_cast<std::uint32_t>(draw() % 24) * (most / 24); };
  switch (draw() % 8) {
    case 0:
      return {0, at() + 3};
    case 1:
      return {most - at(), most};
    case 2: {
      auto const one = at();
      return {one, one};
    }
    default: {
      auto const one = at();
      auto const other = at() + static_cast<std::uint32_t>(draw() % 3);
      return {std::min(one, other), std::max(one, other)};
    }
  }
}

// A range or a few, or all but these.
When drawn_values(Draw& draw, Field field, std::uint32_t most, std::set<std::uint32_t>& ends) {
  std::vector<ValueInterval> values;
  for (auto n = draw() % 3 == 0 ? 1 + draw() % 4 : 1; n > 0; --n) {
    auto const one = range(draw, most);
    ends.insert({one.first, one.last});
    values.push_back({one.first, one.last});
  }
  bool const negated = draw() % 6 == 0;
  if (values.size() > 1) return in(field, values, negated);
  auto const first = static_cast<std::uint32_t>(values[0].first);
  auto const last = static_cast<std::uint32_t>(values[0].last);
  return negated ? is_not(field, first, last) : is(field, first, last);
}

Then action(Draw& draw, bool may_jump) {
  switch (draw() % 8) {
    case 0:
      return accept();
    case 1:
    case 2:
      return may_jump ? jump("more") : drop();
    case 3:
      return set_mark(static_cast<std::uint32_t>(draw() % 3));
    case 4:
      return reject();
    case 5:
      return back();
    default:
      return drop();
  }
}

Case drawn(Draw& draw, Field field, std::uint32_t most) {
  Case made;
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::accept);
  auto const add = [&](std::size_t count, bool may_jump) {
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<When> when{drawn_values(draw, field, most, made.ends)};
      if (draw() % 10 == 0) when.push_back(drawn_values(draw, field, most, made.ends));
      if (draw() % 12 == 0) when.push_back(is(Field::mark, static_cast<std::uint32_t>(draw() % 3)));
      if (draw() % 40 == 0) when.push_back(words("a word"));
      rules.rule(when, action(draw, may_jump));
    }
  };
  add(30, true);
  rules.chain("more");
  add(20, false);
  // Another base chain behind it, open in the same dimension.
  rules.base("late", Hook::forward, 10, ChainPolicy::drop);
  add(20, true);
  made.rules = std::move(rules).done();
  return made;
}

}  // namespace

TEST_CASE("sweep: what becomes of a packet is what walk() says, at each end of each range") {
  Draw draw{20261126};
  std::size_t held = 0;
  for (int i = 0; i < 120; ++i) {
    bool const ports = i % 2 == 0;
    auto const field = ports ? Field::dport : Field::daddr;
    std::uint32_t const most = ports ? 0xFFFFU : 0xFFFFFFFFU;
    auto const made = drawn(draw, field, most);
    auto const like = tcp("10.0.0.1", "192.0.2.1", 443);
    auto asked = point_of(like);
    asked.at(field) = {0, most};
    auto const decision =
        decide(made.rules, region_like(made.rules, like, {}, Travel::forwarded, asked));
    std::set<std::uint32_t> places{0, most};
    for (auto const end : made.ends)
      for (auto const near : {end - 1, end, end + 1})
        if (near <= most) places.insert(near);
    for (auto const place : places) {
      auto packet = like;
      packet.set(field, place);
      auto const walked = walks(made.rules, Travel::forwarded, packet, {}, 4096);
      CAPTURE(i);
      CAPTURE(place);
      CHECK(difference(made.rules, walked, decision, packet) == "");
      ++held;
    }
  }
  CHECK(held > 5'000);
}

TEST_CASE("sweep: each address of a list and each gap is one piece, in few looks at the rules") {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::accept);
  constexpr std::uint32_t kRules = 20'000;
  for (std::uint32_t i = 0; i < kRules; ++i) {
    auto const address = (i * 7919 % kRules) * 16 + 1;  // in no order
    rules.rule({is(Field::saddr, address, address)}, drop());
  }
  auto const linked = std::move(rules).done();
  auto const like = tcp("10.0.0.1", "192.0.2.1", 443);
  auto asked = point_of(like);
  asked.at(Field::saddr) = {0, 0xFFFFFFFFU};
  // Found, taken, met: three looks at each. Cut in halves, it would be one at each level.
  auto const decision = decide(linked, region_like(linked, like, {}, Travel::forwarded, asked),
                               Budget{4 * std::uint64_t{kRules}, 3 * std::size_t{kRules}});
  CHECK(decision.certain);
  CHECK(decision.pieces.size() == 2 * kRules + 1);
}

TEST_CASE("sweep: rules that ask for a few addresses each, or for all but a few, as well") {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::accept);
  constexpr std::uint32_t kRules = 5'000;
  for (std::uint32_t i = 0; i < kRules; ++i) {
    std::vector<ValueInterval> few;
    for (std::uint32_t k = 0; k < 3; ++k) {
      auto const address = ((i * 3 + k) * 7919 % (kRules * 3)) * 16 + 1;  // in no order
      few.push_back({address, address});
    }
    rules.rule({in(Field::saddr, few)}, drop());
  }
  rules.rule({is_not(Field::saddr, 3 * kRules * 16, 0xFFFFFFFFU)}, reject());
  auto const linked = std::move(rules).done();
  auto const like = tcp("10.0.0.1", "192.0.2.1", 443);
  auto asked = point_of(like);
  asked.at(Field::saddr) = {0, 0xFFFFFFFFU};
  auto const decision = decide(linked, region_like(linked, like, {}, Travel::forwarded, asked),
                               Budget{16 * std::uint64_t{kRules}, 9 * std::size_t{kRules}});
  CHECK(decision.certain);
  CHECK(decision.pieces.size() == 6 * kRules + 2);
}

TEST_CASE("sweep: neighbours that fare the same, down to the rule, are one piece again") {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  for (std::uint32_t i = 0; i < 1000; ++i)
    rules.rule({is(Field::saddr, i * 16, i * 16)}, i == 500 ? drop() : jump("web"));
  rules.rule({}, accept());
  rules.chain("web").rule({is(Field::dport, 80, 80)}, drop());
  auto const linked = std::move(rules).done();
  auto const like = tcp("10.0.0.1", "192.0.2.1", 443);
  auto asked = point_of(like);
  asked.at(Field::saddr) = {0, 0xFFFFFFFFU};
  auto const decision = decide(linked, region_like(linked, like, {}, Travel::forwarded, asked));
  REQUIRE(decision.pieces.size() == 3);  // below the address that is dropped, it, and above
  CHECK(decision.pieces[0].asked.at(Field::saddr) == ValueInterval{0, 500 * 16 - 1});
  CHECK(decision.pieces[0].fate == Fate::pass);
  CHECK(decision.pieces[1].asked.at(Field::saddr) == ValueInterval{500 * 16, 500 * 16});
  CHECK(decision.pieces[1].fate == Fate::drop);
  CHECK(decision.pieces[2].asked.at(Field::saddr) == ValueInterval{500 * 16 + 1, 0xFFFFFFFFU});
}

TEST_CASE("sweep: ranges that all lie over one another are cut in halves as before") {
  Rules nested;
  nested.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  for (std::uint32_t i = 0; i < 300; ++i)
    nested.rule({is(Field::dport, 1000 + i, 60'000 - i)}, set_mark(i));
  auto const linked = std::move(nested).done();
  auto const like = tcp("10.0.0.1", "192.0.2.1", 443);
  auto asked = point_of(like);
  asked.at(Field::dport) = {0, 0xFFFF};
  auto const decision = decide(linked, region_like(linked, like, {}, Travel::forwarded, asked));
  CHECK(decision.certain);
  for (auto const port : {0U, 999U, 1000U, 1001U, 1299U, 30'000U, 59'701U, 60'000U, 60'001U}) {
    auto packet = like;
    packet.set(Field::dport, port);
    CHECK(difference(linked, walks(linked, Travel::forwarded, packet, {}), decision, packet) == "");
  }
}

}  // namespace safeconduct::test
