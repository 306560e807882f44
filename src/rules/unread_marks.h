// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "rules/ruleset.h"

namespace safeconduct {

// Of mark and ct_mark those that no rule asks for, as bits index(field): what is written to them
// decides nothing. Else packets would be told apart, rule by rule, by marks that are of no use but
// to routing.
std::uint32_t unread_marks(Ruleset const& rules);

}  // namespace safeconduct
