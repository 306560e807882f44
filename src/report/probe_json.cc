// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>
#include <utility>

#include "report/json_text.h"
#include "report/json_values.h"
#include "report/observed_json.h"
#include "report/probe_report.h"

namespace safeconduct {

namespace json = boost::json;

std::string json_probe(ObservedResult const& result, ReportContext const& context) {
  auto object = observed_head(result, context, "safeconduct.probe/1");
  json::array requirements;
  for (auto const& one : result.requirements)
    requirements.emplace_back(requirement_object(one, result.beside_rules));
  object["requirements"] = std::move(requirements);
  object["causes"] = causes_array(result.causes);
  object["notes"] = notes_array(result.notes);
  return pretty(object);
}

std::string jsonl_observation(Observation const& observation) {
  json::object object{{"schema", "safeconduct.probe.observation/1"},
                      {"requirement", json_safe(observation.requirement)}};
  for (auto const& [key, value] : observation_object(observation)) object[key] = value;
  return compact(object);
}

std::string jsonl_probe_end(ObservedResult const& result, ReportContext const& context) {
  std::string lines;
  for (auto const& one : result.requirements) {
    json::object object{{"schema", "safeconduct.probe.requirement/1"}};
    for (auto const& [key, value] : requirement_object(one, result.beside_rules))
      object[key] = value;
    lines += compact(object);
  }
  auto end = observed_head(result, context, "safeconduct.probe.end/1");
  end["causes"] = causes_array(result.causes);
  end["notes"] = notes_array(result.notes);
  return lines + compact(end);
}

}  // namespace safeconduct
