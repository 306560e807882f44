// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/flows.h"

#include "base/in_parallel.h"

namespace safeconduct {

std::vector<JudgedFlow> judge_flows(std::span<FlowQuestion const> questions, Hook hook,
                                    unsigned jobs) {
  std::vector<JudgedFlow> answers(questions.size());
  in_parallel(questions.size(), jobs, [&](std::size_t i) {
    answers[i].result =
        judge_flow(questions[i].devices, *questions[i].flow, hook, answers[i].notes);
  });
  return answers;
}

}  // namespace safeconduct
