// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <compare>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/decide.h"
#include "engine/walk.h"
#include "rules/text.h"

// walk and decide, held against each other: what the one says of a packet, the other says of every
// piece that the packet lies in. Headers alone: the fuzz targets use them too.
namespace safeconduct::test {

inline std::string_view fate_name(Fate fate) {
  switch (fate) {
    case Fate::pass:
      return "pass";
    case Fate::drop:
      return "drop";
    case Fate::reject:
      return "reject";
    case Fate::intercept:
      return "intercept";
    case Fate::unknown:
      return "unknown";
    case Fate::budget:
      return "budget";
  }
  std::abort();  // not a Fate
}

// What can become of a packet, and who says so.
struct Outcome {
  Fate fate = Fate::pass;
  RejectWith with = RejectWith::port_unreachable;
  Decider decider;
  std::vector<ChainId> way;
  auto operator<=>(Outcome const&) const = default;
};
using Outcomes = std::vector<Outcome>;  // in order, each once

inline void tidy(Outcomes& outcomes) {
  std::ranges::sort(outcomes);
  auto const rest = std::ranges::unique(outcomes);
  outcomes.erase(rest.begin(), rest.end());
}

// "pass by forward > web, rule 2"; "drop by the policy of forward"; "pass, nobody asked".
inline std::string to_text(Ruleset const& rules, Outcome const& outcome) {
  std::string out(fate_name(outcome.fate));
  if (outcome.decider.chain == kNoChain) return out + ", nobody asked";
  if (outcome.decider.rule == Decider::kPolicy)
    return out + " by the policy of " + rules.chains[outcome.decider.chain].name;
  out += " by ";
  for (std::size_t i = 0; i < outcome.way.size(); ++i)
    out += (i > 0 ? " > " : "") + rules.chains[outcome.way[i]].name;
  if (outcome.way.empty() || outcome.way.back() != outcome.decider.chain)
    out += " (" + rules.chains[outcome.decider.chain].name + ')';
  return out + ", rule " + std::to_string(outcome.decider.rule + 1);
}
// Joined by " | ".
inline std::string to_text(Ruleset const& rules, Outcomes const& outcomes) {
  std::string out;
  for (auto const& outcome : outcomes) {
    if (!out.empty()) out += " | ";
    out += to_text(rules, outcome);
  }
  return out.empty() ? "(nothing)" : out;
}

inline Outcome outcome_of(Walk const& walk) {
  return {walk.fate, walk.with, walk.decider, walk.way};
}
inline Outcome outcome_of(Piece const& piece) {
  return {piece.fate, piece.with, piece.decider, piece.way};
}
inline Outcomes outcomes_of(Walks const& walks) {
  Outcomes out;
  for (auto const& walk : walks.all) out.push_back(outcome_of(walk));
  tidy(out);
  return out;
}

inline bool contains(Box const& box, Box const& point) {
  for (std::size_t i = 0; i < kFlowDimensions; ++i)
    if (!box.sides[i].contains(point.sides[i].first)) return false;
  return true;
}
inline Outcomes outcomes_at(std::vector<Piece> const& pieces, Box const& point) {
  Outcomes out;
  for (auto const& piece : pieces)
    if (contains(piece.asked, point)) out.push_back(outcome_of(piece));
  tidy(out);
  return out;
}
inline Outcomes all_outcomes(std::vector<Piece> const& pieces) {
  Outcomes out;
  for (auto const& piece : pieces) out.push_back(outcome_of(piece));
  tidy(out);
  return out;
}

inline Box point_of(Packet const& packet) {
  Box point;
  for (std::size_t i = 0; i < kFlowDimensions; ++i) {
    auto const value = packet.at(kFlowFields[i]).value_or(0);
    point.sides[i] = {value, value};
  }
  return point;
}

template <class Value>
Symbol symbol_of(std::optional<Value> const& value, Field field) {
  return value ? Symbol::fixed(static_cast<Bits128>(*value)) : Symbol::any(field);
}

// The question that asks of all packets in 'asked' what walk is asked of one: they are like
// 'packet' but for the flow fields; what the packet does not know, the region does not either.
inline PacketRegion region_like(Ruleset const& rules, Packet const& packet,
                                Connection const& connection, Travel travel, Box const& asked) {
  PacketRegion region;
  region.asked = asked;
  region.travel = travel;
  region.family = packet.at(Field::nfproto) == Bits128{nfproto::ip6} ? Family::ip6 : Family::ip4;
  for (std::size_t i = 0; i < kFieldCount; ++i)
    region.view[i] = symbol_of(packet.at(field_at(i)), field_at(i));
  for (auto const field : kFlowFields) region.view[index(field)] = Symbol::asked(field);
  for (auto const field : {Field::iif, Field::oif})
    if (!packet.at(field))
      region.view[index(field)] =
          Symbol::within({0, static_cast<Bits128>(rules.interfaces.size() - 1)});
  region.state = connection.state;
  region.ct_direction = symbol_of(connection.direction, Field::ct_direction);
  region.ct_mark = symbol_of(connection.mark, Field::ct_mark);
  region.ct_status = symbol_of(connection.status, Field::ct_status);
  if (connection.original) {
    auto& original = region.ct_original.emplace();
    for (std::size_t i = 0; i < original.size(); ++i)
      original[i] = symbol_of((*connection.original)[i], kOriginalTuple[i]);
  }
  return region;
}

inline Packet at_point(Packet packet, Box const& point) {
  for (std::size_t i = 0; i < kFlowDimensions; ++i)
    packet.set(kFlowFields[i], point.sides[i].first);
  return packet;
}

// Does a piece leave the host as this walk's packet does, as far as either knows? Marks that no
// rule asks for decide() does not write.
inline bool leaves_like(Ruleset const& rules, Piece const& piece, Box const& point,
                        Walk const& walk) {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if ((rules.unread_marks >> i & 1U) != 0) continue;
    auto const& symbol = (*piece.view)[i];
    auto const value = walk.packet.at(field_at(i));
    if (!value || symbol.kind == Symbol::Kind::absent) continue;
    auto const values = symbol.kind == Symbol::Kind::asked ? point.at(symbol.of) : symbol.values;
    if (!values.contains(*value)) return false;
  }
  return true;
}

// Did a walk have to guess the value of a field? Then it guesses anew at each rule, which a
// decision does not: the walks come to more than there is.
inline bool guessed_a_field(Ruleset const& rules, Walks const& walks) {
  return std::ranges::any_of(walks.all, [&](Walk const& walk) {
    return std::ranges::any_of(walk.guessed, [&](std::string const& words) {
      return std::ranges::find(rules.atoms, words, &Atom::text) == rules.atoms.end();
    });
  });
}

// Where bits of an address make very many runs in the region, a decision leaves open which packets
// have them (is_scattered); a walk knows it of its one packet.
inline bool leaves_bits_open(Ruleset const& rules, std::vector<Piece> const& pieces,
                             Box const& point) {
  auto const is_open = [&](Assumption const& one) {
    return !one.atom && one.order.empty() &&
           std::holds_alternative<InPattern>(rules.clauses[one.clause].kind);
  };
  return std::ranges::any_of(pieces, [&](Piece const& piece) {
    return contains(piece.asked, point) && std::ranges::any_of(piece.assumed, is_open);
  });
}

// Empty where every walk of the packet has a piece of the same outcome (and, if it passes, of the
// same look), and every piece at its point a walk. Otherwise the difference in words. 'strict':
// also where the walks guessed a field; a test can say so that asks of one clause only.
inline std::string difference(Ruleset const& rules, Walks const& walks, Decision const& decision,
                              Packet const& packet, bool strict = false) {
  auto const point = point_of(packet);
  auto const walked = outcomes_of(walks);
  auto const decided = outcomes_at(decision.pieces, point);
  bool const open = leaves_bits_open(rules, decision.pieces, point);
  if (!strict && guessed_a_field(rules, walks)) {
    // Each then says more than there is, in its own way: what there is, is in both.
    bool const meet = std::ranges::any_of(
        decided, [&](auto const& one) { return std::ranges::find(walked, one) != walked.end(); });
    bool const within = open ? meet : std::ranges::includes(walked, decided);
    if (!decided.empty() && (!walks.complete || within)) return {};
    return "walk, at most: " + to_text(rules, walked) +
           "\ndecide:        " + to_text(rules, decided) + '\n';
  }
  bool const exact = walks.complete && !open;
  bool const agree = exact ? walked == decided : std::ranges::includes(decided, walked);
  if (!agree)
    return "walk:   " + to_text(rules, walked) + "\ndecide: " + to_text(rules, decided) + '\n';
  for (auto const& walk : walks.all) {
    if (walk.fate != Fate::pass) continue;
    if (!std::ranges::any_of(decision.pieces, [&](Piece const& piece) {
          return contains(piece.asked, point) && outcome_of(piece) == outcome_of(walk) &&
                 leaves_like(rules, piece, point, walk);
        }))
      return "no piece leaves the host like the walk that is to " +
             to_text(rules, outcome_of(walk)) + '\n';
  }
  return {};
}

// The case in words, for a failure.
inline std::string story(Ruleset const& rules, Packet const& packet, std::string const& what) {
  return to_string(packet) + '\n' + what + to_text(rules);
}

}  // namespace safeconduct::test
