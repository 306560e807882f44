// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What 'probe --dry-run' prints.

#include <string>

#include "probe/plan.h"
#include "report/context.h"

namespace safeconduct {

std::string text_plan(ProbePlan const& plan, std::string const& site, TextStyle const& style);
std::string json_plan(ProbePlan const& plan, std::string const& site, ReportContext const& context);
std::string jsonl_plan(ProbePlan const& plan);

}  // namespace safeconduct
