// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Writers of what a probe saw.

#include <string>

#include "report/context.h"
#include "verify/observed.h"

namespace safeconduct {

std::string text_probe(ObservedResult const& result, TextStyle const& style);
std::string json_probe(ObservedResult const& result, ReportContext const& context);
// One observation, as it comes; and the end, once all are there.
std::string jsonl_observation(Observation const& observation);
std::string jsonl_probe_end(ObservedResult const& result, ReportContext const& context);

}  // namespace safeconduct
