// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rules/ruleset.h"

namespace safeconduct {

// A destination translation that chooses among several addresses or ports, or among what nobody
// knows, may choose those that the packet has: it goes on as it came, and no other translation is
// asked (nf_nat_core.c, get_unique_tuple). Before such a rule comes one that perhaps does just
// that.
void doubt_kept_destinations(Ruleset& rules);

}  // namespace safeconduct
