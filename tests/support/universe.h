// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "agree.h"
#include "rules_builder.h"

// Every packet of a tiny world, and every list of rules over a tiny alphabet.
namespace safeconduct::test {

// A line of an alphabet: what a rule may be.
struct Line {
  std::vector<When> when;
  Then then;
};
using Alphabet = std::vector<Line>;

// All conditions with all actions.
inline Alphabet alphabet(std::vector<std::vector<When>> const& conditions,
                         std::vector<Then> const& actions) {
  Alphabet out;
  for (auto const& when : conditions)
    for (auto const& then : actions) out.push_back({when, then});
  return out;
}
inline Alphabet operator+(Alphabet a, Alphabet const& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Calls visit(lines) with every list of exactly 'length' lines, until it says false.
template <class Visit>
bool each_list(Alphabet const& lines, std::size_t length, Visit const& visit) {
  std::vector<std::size_t> digits(length, 0);
  std::vector<Line const*> list(length);
  while (true) {
    for (std::size_t i = 0; i < length; ++i) list[i] = &lines[digits[i]];
    if (!visit(std::as_const(list))) return false;
    std::size_t i = 0;
    while (i < length && ++digits[i] == lines.size()) digits[i++] = 0;
    if (i == length) return true;
  }
}

inline void add(Rules& rules, std::vector<Line const*> const& list) {
  for (auto const* line : list) rules.rule(line->when, line->then);
}

// One question, asked of every packet of the world.
struct World {
  Packet like = udp("0.0.0.0", "0.0.0.0", 0);
  Connection connection;
  Travel travel = Travel::forwarded;
  Bits128 last_saddr = 2;
  Bits128 last_daddr = 1;
  Bits128 last_dport = 2;
  // Fields that nobody knows, with the values to try for each: walks with each of them taken
  // together are what can happen.
  std::vector<std::pair<Field, Bits128>> unknown;  // the field, its largest value tried

  Box box() const {
    Box asked = point_of(like);
    asked.at(Field::saddr) = {0, last_saddr};
    asked.at(Field::daddr) = {0, last_daddr};
    asked.at(Field::dport) = {0, last_dport};
    return asked;
  }
};

struct Tally {
  std::size_t rule_sets = 0;
  std::size_t comparisons = 0;  // of a packet's outcomes
  std::size_t uncertain = 0;    // of these, with several
  std::string failure;          // the first
};

// All that can become of a packet whose unknown fields are tried one after another.
inline Outcomes outcomes_of_each(Ruleset const& rules, World const& world, Packet const& packet,
                                 std::size_t from = 0) {
  if (from == world.unknown.size())
    return outcomes_of(walks(rules, world.travel, packet, world.connection));
  Outcomes all;
  auto const [field, last] = world.unknown[from];
  for (Bits128 value = 0; value <= last; ++value) {
    World one = world;
    Packet known = packet;
    auto const number = static_cast<std::uint32_t>(value);
    if (field == Field::ct_mark) {
      one.connection.mark = number;
    } else if (field == Field::ct_status) {
      one.connection.status = number;
    } else if (field == Field::ct_direction) {
      one.connection.direction = static_cast<CtDirection>(number);
    } else {
      known.set(field, value);
    }
    auto const more = outcomes_of_each(rules, one, known, from + 1);
    all.insert(all.end(), more.begin(), more.end());
  }
  tidy(all);
  return all;
}

// Holds decide against walk at every packet of the world. False after the first difference.
inline bool agree(Ruleset const& rules, World world, Tally& tally) {
  for (auto const& [field, last] : world.unknown) {
    world.like.forget(field);
    if (field == Field::ct_mark) world.connection.mark.reset();
    if (field == Field::ct_status) world.connection.status.reset();
    if (field == Field::ct_direction) world.connection.direction.reset();
  }
  auto const decision =
      decide(rules, region_like(rules, world.like, world.connection, world.travel, world.box()));
  ++tally.rule_sets;
  Box point = point_of(world.like);
  auto const fail = [&](Packet const& packet, std::string const& what) {
    tally.failure = story(rules, packet, what);
    return false;
  };
  for (Bits128 s = 0; s <= world.last_saddr; ++s)
    for (Bits128 d = 0; d <= world.last_daddr; ++d)
      for (Bits128 p = 0; p <= world.last_dport; ++p) {
        point.at(Field::saddr) = {s, s};
        point.at(Field::daddr) = {d, d};
        point.at(Field::dport) = {p, p};
        auto const packet = at_point(world.like, point);
        ++tally.comparisons;
        auto const decided = outcomes_at(decision.pieces, point);
        if (decided.size() > 1) ++tally.uncertain;
        if (decision.certain && std::ranges::count_if(decision.pieces, [&](Piece const& piece) {
                                  return contains(piece.asked, point);
                                }) != 1)
          return fail(packet, "certain, but not exactly one piece\n");
        if (world.unknown.empty()) {
          auto const walked = walks(rules, world.travel, packet, world.connection, 4096);
          auto const wrong = difference(rules, walked, decision, packet, true);
          if (!wrong.empty()) return fail(packet, wrong);
        } else {
          auto const tried = outcomes_of_each(rules, world, packet);
          if (tried != decided)
            return fail(packet, "tried:  " + to_text(rules, tried) +
                                    "\ndecide: " + to_text(rules, decided) + '\n');
        }
      }
  return true;
}

}  // namespace safeconduct::test
