// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/audit_json.h"

#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/json_values.h"
#include "report/status_json.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

std::string_view name_of(AuditedInput::Kind kind) {
  constexpr std::array<std::string_view, 4> kNames{"file", "included", "pattern", "presence"};
  return kNames[static_cast<std::size_t>(kind)];
}

json::object policy_object(AuditedPolicy const& policy) {
  json::array requirements;
  for (auto const& one : policy.requirements)
    requirements.emplace_back(json::object{{"id", json_safe(one.id)},
                                           {"title", json_safe(one.title)},
                                           {"feature", one.feature},
                                           {"level", one.level}});
  return {{"file", json_safe(policy.file)},
          {"sha256", policy.sha256},
          {"id", json_safe(policy.id)},
          {"requirements", std::move(requirements)}};
}

json::object ranges_object(AuditedRanges const& ranges) {
  return {{"file", json_safe(ranges.file)},
          {"sha256", ranges.sha256},
          {"provider", json_safe(ranges.provider)},
          {"version", json_safe(ranges.version)},
          {"complete", ranges.complete}};
}

json::object requirement_object(AuditedRequirement const& one) {
  json::object object{{"policy", json_safe(one.policy)},
                      {"id", json_safe(one.id)},
                      {"level", one.level},
                      {"expect", one.expect_deny ? "deny" : "allow"},
                      {"verdict", name(one.verdict)},
                      {"holds", one.holds}};
  if (!one.code.empty()) object["code"] = one.code;
  if (one.waived) object["waived"] = json_safe(*one.waived);
  if (!one.known.empty())
    object["known"] = {{"by", name(Known::By::baseline)}, {"since", one.known}};
  if (one.by.empty()) return object;
  json::array by;
  for (auto const& rule : one.by) {
    json::object each;
    if (!rule.device.empty()) each["device"] = json_safe(rule.device);
    put_place(each, rule.at);
    each["text"] = json_safe(rule.text);
    by.emplace_back(std::move(each));
  }
  object["by"] = std::move(by);
  object["rules"] = one.rules;
  return object;
}

json::object fault_object(Error const& fault) {
  json::object object;
  put_place(object, fault.at);
  object["message"] = json_safe(fault.text);
  if (!fault.hint.empty()) object["hint"] = json_safe(fault.hint);
  return object;
}

json::object summary_object(CheckSummary const& summary) {
  return {{"allowed", summary.allowed},     {"blocked", summary.blocked},
          {"partial", summary.partial},     {"intercepted", summary.intercepted},
          {"undecided", summary.undecided}, {"waived", summary.waived}};
}

void put_answer(json::object& object, SiteAudit const& audit) {
  object["verdict"] = name(audit.verdict);
  object["fails"] = audit.fails;
  object["status"] = status_object(audit.status);
  object["summary"] = summary_object(audit.summary);
  json::array requirements;
  for (auto const& one : audit.requirements) requirements.emplace_back(requirement_object(one));
  object["requirements"] = std::move(requirements);
  if (!audit.upcoming.empty()) {
    json::array upcoming;
    for (auto const& one : audit.upcoming)
      upcoming.emplace_back(json::object{{"effective", one.effective},
                                         {"requirement", requirement_object(one.requirement)}});
    object["upcoming"] = std::move(upcoming);
  }
  json::array regions;
  for (auto const& one : audit.regions)
    regions.emplace_back(json::object{{"provider", json_safe(one.provider)},
                                      {"id", json_safe(one.id)},
                                      {"verdict", name(one.verdict)}});
  object["regions"] = std::move(regions);
  json::object notes;
  for (auto const& [code, count] : audit.notes) notes[code] = count;
  object["notes"] = std::move(notes);
}

}  // namespace

std::string json_audit_header(AuditHeader const& header) {
  json::object object{
      {"schema", "safeconduct.audit/1"},
      {"tool", json::object{{"name", header.tool}, {"version", header.version}}},
      {"as_of", header.as_of},
      {"fail_on", header.fail_on},
      {"upcoming", header.upcoming_fails ? "fail" : "report"},
      {"fleet", json::object{{"sha256", header.fleet}, {"sites", header.in_all}}},
      {"shards",
       json::object{{"of", header.shards},
                    {"covered", json::array(header.covered.begin(), header.covered.end())}}}};
  if (!header.baseline.empty()) object["baseline"] = json::object{{"sha256", header.baseline}};
  json::array policies;
  for (auto const& one : header.policies) policies.emplace_back(policy_object(one));
  object["policies"] = std::move(policies);
  json::array ranges;
  for (auto const& one : header.ranges) ranges.emplace_back(ranges_object(one));
  object["ranges"] = std::move(ranges);
  object["sites"] = json_strings(header.sites);
  return compact(json::value(std::move(object)));
}

std::string json_site_audit(SiteAudit const& audit) {
  json::object object{{"schema", "safeconduct.audit.site/1"},
                      {"site", json_safe(audit.site)},
                      {"file", json_safe(audit.file)}};
  if (audit.fault) {
    object["error"] = fault_object(*audit.fault);
    return compact(json::value(std::move(object)));
  }
  put_answer(object, audit);
  if (!audit.key.empty()) object["key"] = audit.key;
  json::array inputs;
  for (auto const& one : audit.inputs) {
    json::object each{{name_of(one.kind), json_safe(one.name)}};
    if (one.kind == AuditedInput::Kind::presence) {
      each["there"] = one.answer == "yes";
    } else {
      each["sha256"] = one.answer;
    }
    inputs.emplace_back(std::move(each));
  }
  object["inputs"] = std::move(inputs);
  return compact(json::value(std::move(object)));
}

}  // namespace safeconduct
