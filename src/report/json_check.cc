// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_check.h"

#include <algorithm>
#include <boost/json.hpp>

#include "packet/field.h"
#include "policy/date.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/settling.h"
#include "report/status_json.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::object tool_object(ReportContext const& context) {
  return {{"name", context.tool}, {"version", context.version}};
}

json::object summary_object(CheckResult const& result) {
  auto const& summary = result.summary;
  json::object object{{"allowed", summary.allowed},     {"blocked", summary.blocked},
                      {"partial", summary.partial},     {"intercepted", summary.intercepted},
                      {"undecided", summary.undecided}, {"waived", summary.waived}};
  if (!result.held_against.empty())
    object["known"] = std::ranges::count_if(
        result.findings, [](Finding const& one) { return one.known.has_value(); });
  return object;
}

json::array prefixes(Family family, AddressSet const& set) {
  return json_strings(prefix_texts(family, set));
}

json::object part_object(FlowResult const& flow, Part const& part, Hook hook) {
  json::object object{{"verdict", name(part.verdict)}};
  put_how(object, part.how);
  object["leg"] = name(part.leg);
  object["src"] = prefixes(flow.family, part.src);
  object["dst"] = prefixes(flow.family, part.dst);
  object["dport"] = json_strings(port_texts(part.dport));
  object["sport"] = json_strings(port_texts(part.sport));
  object["rule"] = json_rule(part.rule);
  if (!part.also.empty()) {
    json::array also;
    for (auto const& rule : part.also) also.emplace_back(json_rule(rule));
    object["also"] = std::move(also);
  }
  object["way"] = json_strings(part.way);
  if (!part.undecided_by.empty()) {
    object["undecided_by"] = json_strings(part.undecided_by);
    object["settled_by"] = json_strings(settled_by(part.undecided_by));
  }
  if (!part.rewritten.empty()) object["rewritten"] = json_safe(part.rewritten);
  if (part.mended) {
    json::array next;
    for (auto const& stop : part.next) {
      json::object one{{"rule", json_rule(stop.rule)}, {"verdict", name(stop.verdict)}};
      put_how(one, stop.how);
      one["leg"] = name(stop.leg);
      next.emplace_back(std::move(one));
    }
    object["next"] = std::move(next);
    object["mended"] = *part.mended;
  }
  if (part.witness) {
    object["witness"] = to_string(*part.witness);
    object["witness_packet"] = json_packet(witness_fields(part, hook));
  }
  return object;
}

json::object flow_object(FlowResult const& flow, Hook hook) {
  json::object object{{"protocol", l4proto_name(flow.protocol)},
                      {"src", prefixes(flow.family, flow.src)},
                      {"dst", prefixes(flow.family, flow.dst)},
                      {"dport", json_strings(port_texts(flow.dport))}};
  if (!flow.destination_name.empty()) object["destination"] = json_safe(flow.destination_name);
  if (!flow.region.empty()) object["region"] = json_safe(flow.region);
  if (!flow.path.empty()) object["path"] = json_safe(flow.path);
  object["verdict"] = name(flow.verdict);
  put_how(object, flow.how);
  if (!flow.reason.empty()) object["reason"] = json_safe(flow.reason);
  json::array parts;
  for (auto const& part : flow.parts) parts.emplace_back(part_object(flow, part, hook));
  object["parts"] = std::move(parts);
  return object;
}

json::array waivers_array(std::vector<AppliedWaiver> const& waivers) {
  json::array array;
  for (auto const& one : waivers) {
    json::object object{{"reason", json_safe(one.reason)}};
    if (!one.owner.empty()) object["owner"] = json_safe(one.owner);
    object["expires"] = to_string(one.expires);
    put_place(object, one.at);
    array.emplace_back(std::move(object));
  }
  return array;
}

void put_finding(json::object& object, Finding const& finding, Hook hook) {
  object["id"] = json_safe(finding.requirement);
  object["title"] = json_safe(finding.title);
  object["feature"] = finding.feature;
  object["level"] = finding.level;
  object["expect"] = finding.expect_deny ? "deny" : "allow";
  object["verdict"] = name(finding.verdict);
  object["holds"] = finding.holds;
  if (!finding.code.empty()) object["code"] = finding.code;
  if (finding.waived) object["waived"] = json_safe(waived_text(finding));
  if (!finding.waivers.empty()) object["waivers"] = waivers_array(finding.waivers);
  if (finding.known)
    object["known"] = {{"by", name(finding.known->by)}, {"since", json_safe(finding.known->since)}};
  if (!finding.any_of.empty()) object["any_of"] = json_safe(finding.any_of);
  if (!finding.breaks.empty()) object["breaks"] = json_strings(finding.breaks);
  if (!finding.impact.empty()) object["impact"] = json_safe(finding.impact);
  object["policy"] = json_safe(finding.policy);
  json::object at;
  put_place(at, finding.at);
  object["at"] = std::move(at);
  json::array flows;
  for (auto const& flow : finding.flows) flows.emplace_back(flow_object(flow, hook));
  object["flows"] = std::move(flows);
}

json::object upcoming_object(Upcoming const& upcoming, Hook hook) {
  json::object requirement;
  put_finding(requirement, upcoming.finding, hook);
  return {{"effective", to_string(upcoming.effective)}, {"requirement", std::move(requirement)}};
}

json::array notes_array(Notes const& notes) {
  json::array array;
  for (auto const& note : notes) {
    json::object object{
        {"code", note.code}, {"level", "note"}, {"message", json_safe(note.message.english())}};
    put_place(object, note.at);
    array.emplace_back(std::move(object));
  }
  return array;
}

void put_summary(json::object& object, CheckResult const& result) {
  object["verdict"] = name(result.verdict);
  object["status"] = status_object(result.status);
  object["summary"] = summary_object(result);
}

}  // namespace

std::string json_check(CheckResult const& result, ReportContext const& context) {
  json::object object{{"schema", "safeconduct.check/1"}, {"tool", tool_object(context)}};
  object["site"] = json_safe(result.site);
  put_summary(object, result);
  if (!result.inputs.empty()) object["inputs"] = json_strings(result.inputs);
  if (!result.regions.empty()) object["regions"] = json_strings(result.regions);
  json::array requirements;
  for (auto const& finding : result.findings) {
    json::object one;
    put_finding(one, finding, context.hook);
    requirements.emplace_back(std::move(one));
  }
  object["requirements"] = std::move(requirements);
  if (!result.upcoming.empty()) {
    json::array upcoming;
    for (auto const& one : result.upcoming)
      upcoming.emplace_back(upcoming_object(one, context.hook));
    object["upcoming"] = std::move(upcoming);
  }
  object["notes"] = notes_array(result.notes);
  return pretty(json::value(std::move(object)));
}

std::string jsonl_check(CheckResult const& result, ReportContext const& context) {
  std::string lines;
  for (auto const& finding : result.findings) {
    json::object one{{"schema", "safeconduct.check.requirement/1"},
                     {"site", json_safe(result.site)}};
    put_finding(one, finding, context.hook);
    lines += compact(json::value(std::move(one)));
  }
  for (auto const& upcoming : result.upcoming) {
    json::object one{{"schema", "safeconduct.check.upcoming/1"}, {"site", json_safe(result.site)}};
    for (auto const& pair : upcoming_object(upcoming, context.hook)) one.insert(pair);
    lines += compact(json::value(std::move(one)));
  }
  json::object last{{"schema", "safeconduct.check.summary/1"}, {"tool", tool_object(context)}};
  last["site"] = json_safe(result.site);
  put_summary(last, result);
  last["notes"] = notes_array(result.notes);
  return lines + compact(json::value(std::move(last)));
}

}  // namespace safeconduct
