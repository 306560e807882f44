// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "report/context.h"
#include "verify/finding.h"

namespace safeconduct {

// The report of a check for a terminal: the verdict in one line; what the users will see; what is
// lost, with the rules that lose it; what cannot be decided; what passes; what was assumed.
std::string text_check(CheckResult const& result, ReportContext const& context,
                       TextStyle const& style);

}  // namespace safeconduct
