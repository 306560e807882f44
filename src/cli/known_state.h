// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/options.h"
#include "cli/world.h"
#include "report/context.h"
#include "verify/finding.h"

namespace safeconduct {

// Holds the result against what was there before: --baseline, --changed-since.
Result<void> hold_against(CheckOptions const& options, ReportContext const& context,
                          World const& world, CheckResult& result);

}  // namespace safeconduct
