// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The symbolic reading of the rules: a whole region of packets at once, cut into pieces until one
// rule decides each. Recursive first-match partition: where a rule matches only a part of the
// region, the region is cut at a rule's end, and each half goes on from there.
//
// What nobody knows (a rate, a time, an unknown interface, the address of a masquerade) splits the
// way, not the region: the same packets then have several possible fates, each a piece of its own.
// The same words are the same truth along one way.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/pipeline.h"
#include "packet/packet_set.h"

namespace safeconduct {

// The value of a field along a way.
struct Symbol {
  enum class Kind : std::uint8_t {
    asked,   // what the region says of field 'of': it is cut together with the region
    own,     // some value of 'values', which nobody chose: fixed, or not known
    absent,  // the packet does not have it: nothing that asks for it matches
  };
  Kind kind = Kind::own;
  Field of = Field::saddr;
  ValueInterval values;

  static Symbol asked(Field of) { return {Kind::asked, of, {}}; }
  static Symbol fixed(Bits128 value) { return {Kind::own, Field::saddr, {value, value}}; }
  static Symbol any(Field field) { return {Kind::own, Field::saddr, {0, info(field).max}}; }
  static Symbol within(ValueInterval values) { return {Kind::own, Field::saddr, values}; }
  static Symbol absent() { return {Kind::absent, Field::saddr, {}}; }
  bool operator==(Symbol const&) const = default;
};

using View = std::array<Symbol, kFieldCount>;

// A question: these packets, at this host, in this direction.
struct PacketRegion {
  Box asked = Box::all();  // in the terms of the request, also for its replies
  View view;               // how rules see the packets as they arrive
  Travel travel = Travel::forwarded;
  Family family = Family::ip4;
  // What connection tracking will say; see Connection in walk.h.
  CtState state = CtState::new_;
  Symbol ct_direction = Symbol::fixed(0);
  Symbol ct_mark = Symbol::fixed(0);
  Symbol ct_status = Symbol::fixed(0);
  // What the connection's first packet had, in the order of kOriginalTuple. Not said: as far as the
  // packets show it (shows_original).
  std::optional<std::array<Symbol, kOriginalTuple.size()>> ct_original;
  // Address translation that an earlier packet of the connection set up: what the fields are from
  // the translation step of each kind on.
  std::vector<std::pair<Field, Symbol>> at_destination_nat;
  std::vector<std::pair<Field, Symbol>> at_source_nat;
  bool known_by_source = false;  // see Connection
};

// A thing that had to be assumed for a piece to have this fate.
struct Assumption {
  Decider rule;                       // that asked for it
  std::uint32_t clause = 0;           // Ruleset::clauses[clause], or
  std::optional<std::uint32_t> atom;  // Ruleset::atoms[atom]
  bool holds = false;
  std::vector<ChainId> order = {};  // or these chains in an order, see orders(); 'rule': the first
  bool operator==(Assumption const&) const = default;
};

struct Piece {
  Box asked;
  Fate fate = Fate::pass;
  RejectWith with = RejectWith::port_unreachable;
  Decider decider;
  std::vector<ChainId> way;
  std::vector<Assumption> assumed;
  std::optional<std::uint32_t> nat;  // intercept: where to, Ruleset::nats
  std::shared_ptr<View const> view;  // of a packet that passed: how it leaves; never null
  bool untracked = false;            // it is no part of a connection

  Symbol const& leaves_with(Field field) const { return (*view)[index(field)]; }
};

// Above this many pieces that are not certain the exact sets would take too long: nothing is told
// apart any more (verify/judge.cc), so that no more are looked for or followed.
inline constexpr std::size_t kMostUncertain = 1500;

struct Decision {
  std::vector<Piece> pieces;
  bool certain = true;  // no assumptions anywhere: the pieces are disjoint
  // Rules were left out that may matter here (Ruleset::sieve): the pieces are undecided.
  bool sieve_left = false;
  std::uint64_t rule_visits = 0;  // see Budget
};

struct Budget {
  // Rules looked at, over all pieces; and pieces. Past either, the rest is Fate::budget.
  std::uint64_t rule_visits = 50'000'000;
  std::size_t pieces = 200'000;
};

class Focus;

// 'focus': the rules that matter to the region and others like it, where that is known.
Decision decide(Ruleset const& rules, PacketRegion const& region, Budget const& budget = {},
                Focus const* focus = nullptr);

// Does any packet of the region pass, whatever else becomes of the region? Mostly much cheaper than
// decide(): it ends with the first piece that surely passes, or where none can even if no rule
// stopped any.
struct Passing {
  enum class Answer : std::uint8_t { some, none, not_found } answer = Answer::not_found;
  std::optional<Piece> piece;  // some: one of those that do
};
Passing passes(Ruleset const& rules, PacketRegion const& region, Budget const& budget = {},
               Focus const* focus = nullptr);

}  // namespace safeconduct
