// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/json_values.h"
#include "report/trace_writers.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::value trace_value(TraceAnswer const& answer) {
  json::object object{{"verdict", name(answer.verdict)}};
  if (answer.verdict == TraceVerdict::reject) object["with"] = name(answer.how.with);
  object["rule"] = json_rule(answer.rule);
  object["way"] = json_strings(answer.way);
  if (!answer.undecided_by.empty()) object["undecided_by"] = json_strings(answer.undecided_by);
  if (answer.rewritten || !answer.rewritten_text.empty()) {
    auto rewritten =
        answer.rewritten ? json_packet(packet_fields(*answer.rewritten)) : json::object();
    if (!answer.rewritten_text.empty()) rewritten["text"] = json_safe(answer.rewritten_text);
    object["rewritten"] = std::move(rewritten);
  }
  return object;
}

}  // namespace

std::string json_trace(TraceAnswer const& answer) { return compact(trace_value(answer)); }
std::string json_trace_pretty(TraceAnswer const& answer) { return pretty(trace_value(answer)); }

}  // namespace safeconduct
