// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "verify/flow.h"

namespace safeconduct {

// A required flow along one path.
struct FlowQuestion {
  WantedFlow const* flow = nullptr;
  std::span<FocusedDevice const> devices;
};

struct JudgedFlow {
  FlowResult result;
  Notes notes;
};

// Each question by itself, in their order; by so many threads at once, which is not to be seen in
// the answers.
std::vector<JudgedFlow> judge_flows(std::span<FlowQuestion const> questions, Hook hook,
                                    unsigned jobs);

}  // namespace safeconduct
