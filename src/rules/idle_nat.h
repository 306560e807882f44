// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rules/ruleset.h"

namespace safeconduct {

// The kernel asks nat chains about connections alone (nf_nat_inet_fn), and has connections only
// where something uses connection tracking: a rule that asks for state, marks or the like, or one
// that translates. Where no rule of a family does, another program may still, which no export
// tells: the nat chains then get a first rule that perhaps lets the packet go on. Returns whether
// there are such chains.
bool doubt_idle_nat_chains(Ruleset& rules);

}  // namespace safeconduct
