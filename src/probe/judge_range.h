// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was asked of an address that stands for a range (ProbeTask::range): it need not be
// anybody's, and whoever has it need not be the service. Only what a device before it does is a
// word on the way; silence, a refusal at its end, a stranger's answer are none, and are 'unproven'.

#include <vector>

#include "packet/observation.h"
#include "probe/plan.h"

namespace safeconduct {

// Leaves what no task of a range asked as it is.
void judge_range(Observation& observation, std::vector<ProbeTask> const& tasks);

}  // namespace safeconduct
