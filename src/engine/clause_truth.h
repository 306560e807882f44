// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "packet/packet.h"
#include "rules/ruleset.h"

namespace safeconduct {

enum class Truth : std::uint8_t { no, yes, unknown };

// Does the clause hold of this packet, some of whose fields may be known as ranges only? Its
// 'negated' is left to the caller. nullopt: the packet does not have what is asked for (a header,
// a connection), so that neither the clause nor its opposite holds; 'absent': further such fields.
std::optional<Truth> truth_of(Ruleset const& rules, Clause const& clause, Packet const& packet,
                              std::span<Field const> absent);

}  // namespace safeconduct
