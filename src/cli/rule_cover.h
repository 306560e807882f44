// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The fewest probes that meet every rule which decides on what is required: one packet of each
// region, that is, of all that one rule treats in one way for one requirement.

#include <vector>

#include "base/diagnostic.h"
#include "probe/plan.h"
#include "verify/finding.h"

namespace safeconduct {

struct RuleCover {
  std::vector<ProbeWitness> witnesses;  // in the order of the findings
  Notes notes;                          // regions that no probe of this host can meet
};
RuleCover rule_cover(CheckResult const& check);

}  // namespace safeconduct
