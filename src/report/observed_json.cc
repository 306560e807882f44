// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/observed_json.h"

#include <boost/json.hpp>
#include <utility>

#include "packet/field.h"
#include "report/json_values.h"
#include "report/status_json.h"

namespace safeconduct {

namespace json = boost::json;

namespace {

std::string protocol_word(std::uint32_t protocol) { return protocol == l4::udp ? "udp" : "tcp"; }

json::array path_array(std::vector<Hop> const& path) {
  json::array array;
  for (auto const& hop : path) {
    json::object one{{"ttl", hop.ttl}, {"what", name(hop.what)}};
    if (hop.by) {
      one["by"] = to_string(*hop.by);
      if (!hop.device.empty()) one["device"] = json_safe(hop.device);
      one["icmp_type"] = hop.type;
      one["icmp_code"] = hop.code;
    }
    array.emplace_back(std::move(one));
  }
  return array;
}

json::object beside_object(Beside const& beside) {
  json::object object{{"agreement", name(beside.agreement)},
                      {"verdict", name(beside.verdict)},
                      {"expected", beside.expected}};
  json::array rules;
  for (auto const& rule : beside.rules) rules.emplace_back(json_rule(rule));
  object["rules"] = std::move(rules);
  if (!beside.reason.empty()) object["reason"] = json_safe(beside.reason.english());
  return object;
}

}  // namespace

json::object observation_object(Observation const& o) {
  json::object object{{"outcome", name(o.outcome)},
                      {"cause", o.cause},
                      {"detail", json_safe(o.detail.english())},
                      {"protocol", protocol_word(o.protocol)},
                      {"family", name(o.family)}};
  if (o.src) object["src"] = to_string(*o.src);
  if (o.dst) object["dst"] = to_string(*o.dst);
  object["dport"] = o.dport;
  object["question"] = json_safe(o.question);
  if (!o.name.empty()) object["name"] = json_safe(o.name);
  object["verified"] = o.verified;
  if (o.reported) object["reported"] = true;
  object["by"] = name(o.by);
  if (o.offender) {
    object["icmp"] = json::object{{"type", o.icmp_type.value_or(0)},
                                  {"code", o.icmp_code.value_or(0)},
                                  {"from", to_string(*o.offender)}};
    if (!o.offender_device.empty())
      object["icmp"].as_object()["device"] = json_safe(o.offender_device);
  }
  object["count"] = o.count;
  if (!o.first.empty()) {
    object["first"] = o.first;
    object["last"] = o.last;
  }
  // Microseconds are as fine as it can be told.
  if (o.rtt_ms)
    object["rtt_ms"] = static_cast<double>(static_cast<std::int64_t>(*o.rtt_ms * 1000)) / 1000;
  json::array evidence;
  for (auto const& one : o.evidence) {
    json::object told{{"kind", one.kind}, {"text", json_safe(one.text.english())}};
    if (!one.file.empty()) told["file"] = json_safe(one.file);
    if (one.line != 0) told["line"] = one.line;
    if (one.packet != 0) told["packet"] = one.packet;
    evidence.emplace_back(std::move(told));
  }
  object["evidence"] = std::move(evidence);
  if (!o.path.empty()) object["path"] = path_array(o.path);
  return object;
}

json::object requirement_object(ObservedRequirement const& one, bool beside) {
  auto const& finding = one.finding;
  json::object object{{"id", json_safe(finding.requirement)},
                      {"feature", finding.feature},
                      {"level", finding.level},
                      {"verdict", name(finding.verdict)}};
  if (!finding.code.empty()) object["code"] = finding.code;
  json::array observations;
  for (auto const& seen : one.seen) {
    auto observation = observation_object(seen.observation);
    if (beside && seen.beside.agreement != Agreement::not_asked)
      observation["beside"] = beside_object(seen.beside);
    observations.emplace_back(std::move(observation));
  }
  object["observations"] = std::move(observations);
  return object;
}

json::array notes_array(Notes const& notes) {
  json::array array;
  for (auto const& note : notes) {
    json::object one{{"code", note.code}, {"message", json_safe(note.message.english())}};
    put_place(one, note.at);
    array.emplace_back(std::move(one));
  }
  return array;
}

json::array causes_array(std::vector<ProbableCause> const& causes) {
  json::array array;
  for (auto const& cause : causes)
    array.emplace_back(json::object{{"code", cause.code},
                                    {"likelihood", cause.likelihood},
                                    {"text", json_safe(cause.text.english())},
                                    {"for", json_strings(cause.speaks_for)},
                                    {"against", json_strings(cause.speaks_against)}});
  return array;
}

json::object observed_head(ObservedResult const& result, ReportContext const& context,
                           std::string_view schema) {
  return {{"schema", schema},
          {"tool", json::object{{"name", context.tool}, {"version", context.version}}},
          {"site", json_safe(result.site)},
          {"verdict", name(result.verdict)},
          {"interrupted", result.interrupted},
          {"status", status_object(result.status)},
          {"summary", json::object{{"allowed", result.summary.allowed},
                                   {"blocked", result.summary.blocked},
                                   {"partial", result.summary.partial},
                                   {"intercepted", result.summary.intercepted},
                                   {"undecided", result.summary.undecided}}}};
}

}  // namespace safeconduct
