// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/json_values.h"
#include "report/settling.h"
#include "report/trace_writers.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::object trace_object(TraceAnswer const& answer) {
  json::object object{{"verdict", name(answer.verdict)}};
  if (answer.verdict == TraceVerdict::reject) object["with"] = name(answer.how.with);
  object["rule"] = json_rule(answer.rule);
  object["way"] = json_strings(answer.way);
  if (!answer.undecided_by.empty()) {
    object["undecided_by"] = json_strings(answer.undecided_by);
    object["settled_by"] = json_strings(settled_by(answer.undecided_by));
  }
  if (answer.rewritten || !answer.rewritten_text.empty()) {
    auto rewritten =
        answer.rewritten ? json_packet(packet_fields(*answer.rewritten)) : json::object();
    if (!answer.rewritten_text.empty()) rewritten["text"] = json_safe(answer.rewritten_text);
    object["rewritten"] = std::move(rewritten);
  }
  return object;
}

}  // namespace

std::string json_trace(TraceAnswer const& answer) { return compact(trace_object(answer)); }
std::string json_trace_pretty(TraceAnswer const& answer) { return pretty(trace_object(answer)); }

std::string json_trace(std::vector<TraceHop> const& hops, bool on_one_line) {
  auto const hop_object = [](TraceHop const& hop) {
    json::object object{{"device", json_safe(hop.device)}};
    for (auto& member : trace_object(hop.answer)) object[member.key()] = member.value();
    return object;
  };
  auto object = hop_object(hops.back());
  json::array before;
  for (std::size_t i = 0; i + 1 < hops.size(); ++i) before.emplace_back(hop_object(hops[i]));
  object["hops"] = std::move(before);
  json::value const value(std::move(object));
  return on_one_line ? compact(value) : pretty(value);
}

}  // namespace safeconduct
