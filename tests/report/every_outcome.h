// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One report with every outcome, in the words of someone who wants to break its readers: markup,
// Markdown, formulas, workflow commands, control bytes, letters that turn the direction of a line.

#include "report/context.h"
#include "verify/certificate.h"
#include "verify/finding.h"
#include "verify/fleet_rollup.h"

namespace safeconduct::test {

inline constexpr std::string_view kTurned = "\u202e";  // what follows runs from right to left

// Allowed; blocked, once known by a baseline; blocked in part; intercepted; undecided, once for
// want of an address; waived; recommended only; not to pass: passes, is led
// on, and is stopped; broken by a later day.
CheckResult every_outcome();
ReportContext every_outcome_context();
Certificate every_outcome_certificate();

// Of the same result, a site that holds, one that is broken and one that is missing.
std::vector<SiteAudit> every_readiness();
FleetRollup every_readiness_fleet();

}  // namespace safeconduct::test
