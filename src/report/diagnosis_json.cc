// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "packet/field.h"
#include "report/diagnosis_report.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/observed_json.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::array evidence_array(std::vector<Evidence> const& evidence) {
  json::array array;
  for (auto const& one : evidence) {
    json::object told{{"kind", one.kind}, {"text", json_safe(one.text.english())}};
    if (!one.file.empty()) told["file"] = json_safe(one.file);
    if (one.line != 0) told["line"] = one.line;
    if (one.packet != 0) told["packet"] = one.packet;
    array.emplace_back(std::move(told));
  }
  return array;
}

json::object state_object(StateChange const& change) {
  json::object object{{"subject", change.subject.english()},
                      {"state", change.state},
                      {"text", json_safe(change.text.english())}};
  if (!change.at.empty()) object["at"] = change.at;
  if (!change.utc.empty()) object["utc"] = change.utc;
  object["evidence"] = evidence_array(change.evidence);
  return object;
}

json::object told_requirement(Diagnosis const& diagnosis, ObservedRequirement const& one) {
  auto object = requirement_object(one, diagnosis.result.beside_rules);
  auto& observations = object["observations"].as_array();
  for (std::size_t i = 0; i < observations.size(); ++i) {
    auto const& o = one.seen[i].observation;
    auto& told = observations[i].as_object();
    std::array<Observation const*, 1> const alone{&o};
    if (auto const filter = wireshark_filter(alone); !filter.empty()) told["wireshark"] = filter;
    if (auto const command = trace_command(diagnosis, o); !command.empty())
      told["reproduce"] = json_safe(command);
  }
  return object;
}

json::object clock_object(ClockMatch const& clock) {
  return {{"offset_minutes", clock.offset_minutes},
          {"residual_s", std::round(clock.residual_s * 10) / 10},
          {"matched", clock.matched},
          {"steps", clock.steps}};
}

json::array differences_array(std::vector<Difference> const& differences) {
  json::array array;
  for (auto const& one : differences) {
    json::object object{{"requirement", json_safe(one.requirement)},
                        {"family", name(one.family)},
                        {"protocol", one.protocol == l4::udp ? "udp" : "tcp"},
                        {"dport", one.dport}};
    if (one.dst) object["dst"] = to_string(*one.dst);
    object["before"] =
        one.before.empty() ? json::value(nullptr) : json::value(one.before.english());
    object["now"] = one.now.empty() ? json::value(nullptr) : json::value(one.now.english());
    array.emplace_back(std::move(object));
  }
  return array;
}

json::object head_of(Diagnosis const& diagnosis, ReportContext const& context,
                     std::string_view schema) {
  auto object = observed_head(diagnosis.result, context, schema);
  object.erase("interrupted");
  object["incomplete"] = diagnosis.incomplete;
  json::array files;
  for (auto const& one : diagnosis.files)
    files.emplace_back(json::object{{"file", json_safe(one.file)},
                                    {"kind", one.kind},
                                    {"text", json_safe(one.text.english())}});
  object["files"] = std::move(files);
  if (!diagnosis.system.empty()) object["system"] = json_safe(diagnosis.system);
  object["clock"] = diagnosis.clock ? json::value(clock_object(*diagnosis.clock)) : nullptr;
  if (diagnosis.differences) object["baseline"] = differences_array(*diagnosis.differences);
  object["reproduce"] = json_safe(diagnosis.probe_command);
  return object;
}

}  // namespace

std::string json_diagnosis(Diagnosis const& diagnosis, ReportContext const& context) {
  auto object = head_of(diagnosis, context, "safeconduct.diagnose/1");
  json::array timeline;
  for (auto const& one : diagnosis.timeline) timeline.emplace_back(state_object(one));
  object["timeline"] = std::move(timeline);
  json::array requirements;
  for (auto const& one : diagnosis.result.requirements)
    requirements.emplace_back(told_requirement(diagnosis, one));
  object["requirements"] = std::move(requirements);
  object["causes"] = causes_array(diagnosis.result.causes);
  object["notes"] = notes_array(diagnosis.result.notes);
  return pretty(object);
}

std::string jsonl_diagnosis(Diagnosis const& diagnosis, ReportContext const& context) {
  std::string lines;
  auto const add = [&](std::string_view schema, json::object const& rest) {
    json::object object{{"schema", schema}};
    for (auto const& [key, value] : rest) object[key] = value;
    lines += compact(object);
  };
  for (auto const& one : diagnosis.timeline) add("safeconduct.diagnose.state/1", state_object(one));
  for (auto const& one : diagnosis.result.requirements)
    add("safeconduct.diagnose.requirement/1", told_requirement(diagnosis, one));
  auto end = head_of(diagnosis, context, "safeconduct.diagnose.end/1");
  end["causes"] = causes_array(diagnosis.result.causes);
  end["notes"] = notes_array(diagnosis.result.notes);
  return lines + compact(end);
}

}  // namespace safeconduct
