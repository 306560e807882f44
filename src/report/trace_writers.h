// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "report/context.h"
#include "verify/trace.h"

namespace safeconduct {

// schema/trace.schema.json: one line of JSON.
std::string json_trace(TraceAnswer const& answer);
// The same, pretty-printed.
std::string json_trace_pretty(TraceAnswer const& answer);
std::string text_trace(TraceQuestion const& question, TraceAnswer const& answer,
                       TextStyle const& style);

}  // namespace safeconduct
