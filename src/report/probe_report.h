// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Writers of what a probe saw.

#include <string>

#include "report/context.h"
#include "report/nagios_line.h"
#include "verify/observed.h"

namespace safeconduct {

std::string text_probe(ObservedResult const& result, TextStyle const& style);
std::string json_probe(ObservedResult const& result, ReportContext const& context);
// One observation, as it comes; and the end, once all are there.
std::string jsonl_observation(Observation const& observation);
std::string jsonl_probe_end(ObservedResult const& result, ReportContext const& context);

// As a plugin of a monitoring system: its exit status is 0 (all holds), 1 (something recommended
// does not, or part of what is required), 2 (what is required is blocked or intercepted) or 3
// (undecided, interrupted, could not run).
NagiosReport nagios_probe(ObservedResult const& result);
std::string nagios_error(std::string const& message);

}  // namespace safeconduct
