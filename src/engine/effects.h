// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What actions do to a piece on its way, apart from where it goes next.

#include "engine/reach.h"
#include "packet/packet.h"

namespace safeconduct {

// After this no later rule of the chain sees the packets that it matches.
bool ends_chain(Action const& action);

// Packets are the same behind it, to all that rules ask: it counts, marks for nobody, or calls a
// chain that does no more.
bool is_idle(Ruleset const& rules, Action const& action);

// One value, and known.
bool is_fixed(Symbol const& symbol);

// (old & ~mask) ^ value, as far as both are known.
Symbol marked(Symbol const& old, std::uint32_t mask, Symbol const& value);
// The same of a packet, whose mark is not known afterwards where it is not known now.
void mark(Packet& packet, Field field, std::uint32_t mask, Bits128 value);
// What 'to' becomes; as it was where there is no connection to take the mark from.
Symbol copied(View const& view, CopyMark const& copy);

// Writes the addresses and ports that a translation gives; the routing table may say something else
// of the new address.
void translate(Ground& ground, Nat const& nat, Family family);
void translate(Packet& packet, Nat const& nat);
// Does a translation make the connection another one? The kernel sets IPS_SRC_NAT and IPS_DST_NAT
// only where the new tuple differs from the old (nf_nat_setup_info).
enum class Differs : std::uint8_t { no, maybe, yes };
Differs differs(Nat const& nat, Ground const& ground);
Differs differs(Nat const& nat, Packet const& packet);
// The bit of Field::ct_status that the translation sets.
std::uint32_t status_bit(NatKind kind);
// A rewrite of the destination to itself is none.
bool stays_where_it_goes(Ground const& ground, Nat const& nat);
// Where to cut a piece, so that what goes there anyway parts from what is rewritten; of
// sources, where rules ask for that.
std::optional<std::pair<Field, Bits128>> parted_by(Ruleset const& rules, Ground const& ground,
                                                   Nat const& nat);

}  // namespace safeconduct
