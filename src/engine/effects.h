// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What actions do to a piece on its way, apart from where it goes next.

#include "engine/reach.h"

namespace safeconduct {

// After this no later rule of the chain sees the packets that it matches.
bool ends_chain(Action const& action);

// One value, and known.
bool is_fixed(Symbol const& symbol);

// (old & ~mask) ^ value, as far as both are known.
Symbol marked(Symbol const& old, std::uint32_t mask, Symbol const& value);
// What 'to' becomes; as it was where there is no connection to take the mark from.
Symbol copied(View const& view, CopyMark const& copy);

// Writes the addresses and ports that a translation gives.
void translate_view(View& view, Nat const& nat, Family family);
// A rewrite of the destination to itself is none.
bool stays_where_it_goes(Ground const& ground, Nat const& nat);
// Where to cut a piece, so that what goes there anyway parts from what is rewritten.
std::optional<std::pair<Field, Bits128>> parted_by(Ground const& ground, Nat const& nat);

}  // namespace safeconduct
