// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/touch_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

#include "engine/focus.h"
#include "engine/reach.h"
#include "support/agree.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

constexpr std::size_t kRules = 600;

std::string prefix(std::mt19937_64& engine) {
  static constexpr std::array kLengths{14, 16, 24, 24, 32, 32};
  auto const part = [&](unsigned most) { return std::to_string(engine() % most); };
  return "10." + part(64) + '.' + part(256) + '.' + part(256) + '/' +
         std::to_string(kLengths[engine() % kLengths.size()]);
}

Ruleset long_chain(std::mt19937_64& engine) {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  for (std::size_t i = 0; i < kRules; ++i) {
    auto const action = engine() % 2 == 0 ? accept() : drop();
    switch (engine() % 40) {
      case 0:
        rules.rule({dport(443)}, action);
        break;
      case 1:
        rules.rule({not_saddr(prefix(engine)), dport(80)}, action);
        break;
      case 2:
      case 3:
      case 4:
      case 5: {  // a few of them, or more than are told apart
        std::vector<ValueInterval> some;
        for (auto n = engine() % 12 == 0 ? 100 : engine() % 6 + 1; n > 0; --n)
          some.push_back(interval(parse_prefix(prefix(engine)).value()));
        rules.rule({in(engine() % 2 == 0 ? Field::saddr : Field::daddr, some)}, action);
        break;
      }
      default:
        if (engine() % 3 == 0) {
          rules.rule({saddr(prefix(engine)), daddr(prefix(engine))}, action);
        } else {
          rules.rule({engine() % 2 == 0 ? saddr(prefix(engine)) : daddr(prefix(engine))}, action);
        }
    }
  }
  return std::move(rules).done();
}

PacketRegion between(Ruleset const& linked, std::string const& from, std::string const& to) {
  auto const like = tcp("10.0.0.1", "10.0.0.2", 22);
  auto asked = point_of(like);
  asked.at(Field::saddr) = interval(parse_prefix(from).value());
  asked.at(Field::daddr) = interval(parse_prefix(to).value());
  return region_like(linked, like, {}, Travel::forwarded, asked);
}

}  // namespace

TEST_CASE("touch_index: leaves out no rule that touches, and keeps their order") {
  std::mt19937_64 engine{11};
  auto const linked = long_chain(engine);
  std::vector<std::uint32_t> all(kRules);
  std::iota(all.begin(), all.end(), 0U);
  TouchIndex const index(linked, 0, all);
  std::size_t answered = 0;
  for (int i = 0; i < 300; ++i) {
    auto const region = between(linked, prefix(engine), prefix(engine));
    auto const from = static_cast<std::uint32_t>(engine() % kRules);
    auto const found =
        index.touching(from, region.asked.at(Field::saddr), region.asked.at(Field::daddr));
    if (!found) continue;
    ++answered;
    REQUIRE(std::ranges::is_sorted(*found));
    REQUIRE(std::ranges::adjacent_find(*found) == found->end());
    for (auto number = from; number < kRules; ++number)
      if (reach(linked, linked.chains[0].rules[number], {region.asked, region.view, {}}).overlap !=
          Overlap::none)
        REQUIRE(std::ranges::binary_search(*found, number));
    REQUIRE((found->empty() || found->front() >= from));
  }
  REQUIRE(answered >= 100);
}

TEST_CASE("touch_index: of many questions to a long chain, each is decided as if it were alone") {
  std::mt19937_64 engine{12};
  auto const linked = long_chain(engine);
  Focus const focus(linked, Family::ip4, AddressSet(interval(parse_prefix("10.0.0.0/8").value())),
                    ValueSet(ValueInterval{safeconduct::l4::tcp, safeconduct::l4::tcp}));
  for (int i = 0; i < 40; ++i) {
    auto const region = between(linked, prefix(engine), prefix(engine));
    auto const alone = decide(linked, region);
    auto const focused = decide(linked, region, {}, &focus);
    REQUIRE(alone.pieces.size() == focused.pieces.size());
    REQUIRE(std::ranges::equal(alone.pieces, focused.pieces, [](Piece const& a, Piece const& b) {
      return a.asked == b.asked && a.decider == b.decider && a.fate == b.fate;
    }));
  }
  REQUIRE(focus.by_address(linked, 0) != nullptr);
}

}  // namespace safeconduct::test
