// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "report/context.h"
#include "verify/trace.h"

namespace safeconduct {

// schema/trace.schema.json: one line of JSON.
std::string json_trace(TraceAnswer const& answer);
// The same, pretty-printed.
std::string json_trace_pretty(TraceAnswer const& answer);
std::string text_trace(TraceQuestion const& question, TraceAnswer const& answer,
                       TextStyle const& style);

// Along the devices of a site: the answer of the last device that it came to, with those before it
// as 'hops'. At least one hop.
std::string json_trace(std::vector<TraceHop> const& hops, bool on_one_line);
std::string text_trace(std::vector<TraceHop> const& hops, TextStyle const& style);

}  // namespace safeconduct
