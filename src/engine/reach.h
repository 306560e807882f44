// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/decide.h"
#include "engine/overlap.h"

namespace safeconduct {

// What is known of a piece of the region at some point of its way.
struct Ground {
  Box asked;
  View view;
  std::vector<std::pair<std::uint32_t, bool>> atoms;  // answers that were assumed, by atom
};

// The packet may be another one, or is at another hook: forgets the answers that do not outlast it.
void forget_answers(Ruleset const& rules, Ground& ground);

// The values that a field may have there. Not for absent fields.
ValueInterval values_of(Ground const& ground, Field field);

// How a rule lies over a piece.
struct Reach {
  Overlap overlap = Overlap::all;
  // Of 'some', one of the two:
  std::optional<std::uint32_t> unknown;  // nobody can answer this clause (Ruleset::clauses), or
  Field field = Field::saddr;            // cut the piece here: [.., cut - 1] and [cut, ..]
  Bits128 cut = 0;
  std::uint32_t clause = 0;  // that asks for the cut
  std::size_t rows = 0;      // of sets and concatenations, that were looked at one by one
};

// 'open': fields, as bits index(field), that rules before may yet write: what asks for them may
// hold or not, and is not told by what they are now.
Reach reach(Ruleset const& rules, Rule const& rule, Ground const& ground, std::uint32_t open = 0);

// How a rule lies over a piece along one field, where nothing else of it is open.
struct Along {
  enum class Kind : std::uint8_t {
    none,    // it takes nothing of the piece
    values,  // these of the field, all else of the piece; where 'open', at most
    other,   // it is not told so
  };
  Kind kind = Kind::other;
  ValueSet values;
  bool open = false;     // it asks for a field that is open, see reach()
  std::size_t rows = 0;  // as above
};
Along along_field(Ruleset const& rules, Rule const& rule, Ground const& ground, Field field,
                  std::uint32_t open);

}  // namespace safeconduct
