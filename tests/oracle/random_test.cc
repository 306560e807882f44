// SPDX-License-Identifier: GPL-3.0-or-later
// Larger rule sets drawn by lot, packets at the corners of their rules: walk and decide agree.
// SC_SEED=<number> in the environment draws others; SC_THOROUGH=1 draws twenty times as many.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

#include "engine/focus.h"
#include "engine/rule_index.h"
#include "support/random_rules.h"

namespace safeconduct::test {
namespace {

std::uint64_t seed() {
  auto const* given = std::getenv("SC_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'261'123;
}
std::size_t times() { return std::getenv("SC_THOROUGH") != nullptr ? 20 : 1; }

class Lots {
 public:
  explicit Lots(std::uint64_t with) : engine_(with) {}
  Dice dice() {
    return [this](std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); };
  }

 private:
  std::mt19937_64 engine_;
};

bool disjoint(std::vector<Piece> const& pieces) {
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (std::size_t j = i + 1; j < pieces.size(); ++j)
      if (intersection(pieces[i].asked, pieces[j].asked)) return false;
  return true;
}

PacketSet together(std::vector<Piece> const& pieces) {
  std::vector<Box> boxes;
  for (auto const& piece : pieces) boxes.push_back(piece.asked);
  return PacketSet(std::move(boxes));
}

Decision decision_of(RandomCase const& drawn, Focus const* focus = nullptr) {
  return decide(drawn.rules,
                region_like(drawn.rules, drawn.like, drawn.connection, drawn.travel, drawn.asked),
                Budget{2'000'000, 20'000}, focus);
}

bool gave_up(Decision const& decision) {
  return std::ranges::find(decision.pieces, Fate::budget, &Piece::fate) != decision.pieces.end();
}

}  // namespace

TEST_CASE("random: larger rule sets decide as they walk, at the corners of their rules") {
  std::size_t comparisons = 0;
  std::size_t several = 0;
  std::size_t pieces = 0;
  // Three hundred that are decided within a small budget.
  for (std::uint64_t i = 0; i < 300 * times(); ++i) {
    auto const lots = seed() + i;
    CAPTURE(lots);  // SC_SEED=<this> draws this rule set first
    Lots source(lots);
    auto const drawn = RandomRules(source.dice(), 60).draw();
    auto const decision = decision_of(drawn);
    if (gave_up(decision)) continue;
    pieces += decision.pieces.size();
    for (int n = 0; n < 300; ++n) {
      auto const packet = RandomRules::draw_packet(drawn, source.dice());
      auto const walked = walks(drawn.rules, drawn.travel, packet, drawn.connection);
      if (walked.all.size() > 1) ++several;
      ++comparisons;
      auto const wrong = difference(drawn.rules, walked, decision, packet);
      if (!wrong.empty()) {
        INFO(story(drawn.rules, packet, wrong));
        REQUIRE(wrong.empty());
      }
    }
  }
  MESSAGE("seed " << seed() << ": " << comparisons << " comparisons, " << several
                  << " of packets with several ways, " << pieces << " pieces");
  REQUIRE(comparisons >= 85'000);
}

TEST_CASE("random: with an index of the rules, every packet walks the same ways") {
  std::size_t comparisons = 0;
  for (std::uint64_t i = 0; i < 200 * times(); ++i) {
    auto const lots = seed() + i;
    CAPTURE(lots);
    Lots source(lots);
    auto const drawn = RandomRules(source.dice(), 60).draw();
    RuleIndex const index(drawn.rules, 1);
    for (int n = 0; n < 100; ++n) {
      auto const packet = RandomRules::draw_packet(drawn, source.dice());
      auto const plain = walks(drawn.rules, drawn.travel, packet, drawn.connection);
      auto const indexed = walks(drawn.rules, drawn.travel, packet, drawn.connection, 512, &index);
      REQUIRE(plain.complete == indexed.complete);
      REQUIRE(plain.all.size() == indexed.all.size());
      for (std::size_t w = 0; w < plain.all.size(); ++w) {
        auto const& one = plain.all[w];
        auto const& other = indexed.all[w];
        REQUIRE(one.fate == other.fate);
        REQUIRE(one.with == other.with);
        REQUIRE((one.decider == other.decider));
        REQUIRE(one.way == other.way);
        REQUIRE((one.packet == other.packet));
        REQUIRE((one.rewrote == other.rewrote));
        REQUIRE(one.guessed == other.guessed);
        ++comparisons;
      }
    }
  }
  CHECK(comparisons >= 20'000);
}

TEST_CASE("rule index: rules that ask first for other addresses are passed over, no others") {
  Rules rules;
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({saddr("10.1.0.0/16")}, accept());              // 0
  rules.rule({daddr("10.2.3.4/32")}, accept());              // 1
  rules.rule({saddr("10.0.0.0/8")}, accept());               // 2: of too many blocks
  rules.rule({words("a"), saddr("10.9.0.0/16")}, accept());  // 3: asks the unknown first
  rules.rule({not_saddr("10.1.0.0/16")}, accept());          // 4
  auto const linked = std::move(rules).done();
  RuleIndex const index(linked, 1);
  auto const next = [&](std::size_t from, std::optional<Bits128> source, Bits128 destination) {
    return index.next(0, from, source, destination);
  };
  constexpr Bits128 kThere = 0x0A020304;  // 10.2.3.4
  CHECK(next(0, 0x0A010000, kThere) == 0);
  CHECK(next(0, 0x0B000000, kThere) == 1);
  CHECK(next(0, 0x0B000000, 0x0B000000) == 2);
  CHECK(next(3, 0x0B000000, 0x0B000000) == 3);
  CHECK(next(5, 0x0B000000, 0x0B000000) == 5);
  CHECK(next(0, std::nullopt, 0x0B000000) == 0);
  CHECK(next(0, Bits128{0x0A010000} << 64U, 0x0B000000) == 2);
}

TEST_CASE(
    "random: the pieces of a decision cover what is asked, and a certain one has no overlap") {
  std::size_t certain = 0;
  std::size_t covered = 0;
  for (std::uint64_t i = 0; i < 120 * times(); ++i) {
    auto const lots = seed() + i;
    CAPTURE(lots);
    Lots source(lots);
    auto const drawn = RandomRules(source.dice(), 25).draw();
    auto const decision = decision_of(drawn);
    if (decision.certain && decision.pieces.size() <= 600) {
      ++certain;
      REQUIRE(disjoint(decision.pieces));
    }
    if (decision.pieces.size() > 60) continue;
    ++covered;
    REQUIRE((together(decision.pieces) == PacketSet({drawn.asked})));
  }
  MESSAGE("seed " << seed() << ": " << certain << " without overlap, " << covered << " covered");
  REQUIRE(certain >= 20);
  REQUIRE(covered >= 40);
}

TEST_CASE("random: with its eyes on the rules that matter, a decision is the same") {
  std::size_t left_out = 0;
  for (std::uint64_t i = 0; i < 120 * times(); ++i) {
    auto const lots = seed() + i;
    CAPTURE(lots);
    Lots source(lots);
    auto const drawn = RandomRules(source.dice(), 60).draw();
    Focus const focus(
        drawn.rules, drawn.family,
        AddressSet(drawn.asked.at(Field::saddr)) | AddressSet(drawn.asked.at(Field::daddr)),
        ValueSet(ValueInterval{l4::tcp, l4::tcp}));
    auto const whole = decision_of(drawn);
    auto const focused = decision_of(drawn, &focus);
    if (gave_up(whole)) continue;
    for (ChainId chain = 0; chain < drawn.rules.chains.size(); ++chain)
      left_out += drawn.rules.chains[chain].rules.size() - focus.rules(chain).size();
    REQUIRE(whole.pieces.size() == focused.pieces.size());
    REQUIRE(std::ranges::equal(whole.pieces, focused.pieces, [](Piece const& a, Piece const& b) {
      return a.asked == b.asked && outcome_of(a) == outcome_of(b) && a.assumed == b.assumed &&
             *a.view == *b.view;
    }));
  }
  REQUIRE(left_out >= 500);
}

TEST_CASE("random: the search for one packet that passes finds what deciding the region finds") {
  std::size_t found = 0;
  std::size_t none = 0;
  for (std::uint64_t i = 0; i < 400 * times(); ++i) {
    auto const lots = seed() + i;
    CAPTURE(lots);
    Lots source(lots);
    auto const drawn = RandomRules(source.dice(), 60).draw();
    auto const decision = decision_of(drawn);
    if (gave_up(decision)) continue;
    auto const sought = passes(drawn.rules, region_like(drawn.rules, drawn.like, drawn.connection,
                                                        drawn.travel, drawn.asked));
    auto const any = [&](auto const& test) { return std::ranges::any_of(decision.pieces, test); };
    bool const may = any([](Piece const& p) { return p.fate == Fate::pass; });
    bool const open = any([](Piece const& p) { return p.fate == Fate::unknown; });
    bool const surely =
        any([](Piece const& p) { return p.fate == Fate::pass && p.assumed.empty(); });
    if (sought.answer == Passing::Answer::none) {
      ++none;
      REQUIRE(!may);
    }
    if (surely && !open) REQUIRE(sought.answer == Passing::Answer::some);
    if (!sought.piece) continue;
    ++found;
    std::vector<Box> pass;
    for (auto const& piece : decision.pieces)
      if (piece.fate == Fate::pass && piece.assumed.empty()) pass.push_back(piece.asked);
    REQUIRE((PacketSet({sought.piece->asked}) - PacketSet(std::move(pass))).empty());
  }
  MESSAGE("seed " << seed() << ": " << found << " with a packet that passes, " << none
                  << " without");
  REQUIRE(found >= 80);
  REQUIRE(none >= 20);
}

TEST_CASE("random: a mark that nobody knows includes what happens with each mark") {
  std::size_t comparisons = 0;
  for (std::uint64_t i = 0; i < 60 * times(); ++i) {
    auto const lots = seed() + i;
    CAPTURE(lots);
    Lots source(lots);
    auto drawn = RandomRules(source.dice(), 40).draw();
    drawn.like.forget(Field::mark);
    drawn.connection.mark.reset();
    auto const decision = decision_of(drawn);
    if (gave_up(decision)) continue;
    for (int n = 0; n < 60; ++n) {
      auto packet = RandomRules::draw_packet(drawn, source.dice());
      auto connection = drawn.connection;
      packet.set(Field::mark, source.dice()(5));
      connection.mark = source.dice()(5);
      auto const walked = walks(drawn.rules, drawn.travel, packet, connection);
      if (guessed_a_field(drawn.rules, walked)) continue;
      auto const known = outcomes_of(walked);
      auto const decided = outcomes_at(decision.pieces, point_of(packet));
      ++comparisons;
      if (!std::ranges::includes(decided, known)) {
        INFO(story(drawn.rules, packet,
                   "walk:   " + to_text(drawn.rules, known) +
                       "\ndecide: " + to_text(drawn.rules, decided) + '\n'));
        REQUIRE(false);
      }
    }
  }
  REQUIRE(comparisons >= 2'500);
}

}  // namespace safeconduct::test
