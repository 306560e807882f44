// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "report/alert.h"
#include "report/check_writers.h"
#include "report/explain.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/known.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

// What GitHub takes and shows: 25,000 results a run, 1024 characters of a full description.
constexpr std::size_t kMostResults = 25000;
constexpr std::size_t kLongestDescription = 1000;

// The texts of alerts are printable, and keep their line ends.
json::object text_object(std::string_view text) { return {{"text", text}}; }

std::string help_text(Explanation const& one) {
  auto text = std::string(one.matters.english()) + "\n\n" + std::string(one.mend.english());
  for (std::string_view const notation : {"nft", "iptables-save"})
    if (auto const rule = mending_rule(one.code, notation); !rule.empty())
      text += "\n\n" + std::string(notation) + ":\n" + std::string(rule);
  return text;
}

std::string help_markdown(Explanation const& one) {
  auto text = std::string(one.means.english()) + "\n\n**Why it matters.** " +
              std::string(one.matters.english()) + "\n\n**What would do.** " +
              std::string(one.mend.english());
  if (auto const rule = mending_rule(one.code, "nft"); !rule.empty())
    text += "\n\n```nft\n" + std::string(rule) + "\n```";
  if (auto const rule = mending_rule(one.code, "iptables-save"); !rule.empty())
    text += "\n\n```\n" + std::string(rule) + "\n```";
  return text;
}

json::object rule_object(Explanation const& one) {
  auto const full = one.means.english().substr(0, kLongestDescription);
  return {{"id", one.code},
          {"shortDescription", text_object(one.title.english())},
          {"fullDescription", text_object(full)},
          {"help", {{"text", help_text(one)}, {"markdown", help_markdown(one)}}},
          {"properties", {{"precision", "very-high"}, {"tags", {"firewall", "reachability"}}}}};
}

// The codes that are used, in order.
json::array rules_of(std::vector<Alert> const& all) {
  std::set<std::string_view> used;
  for (auto const& one : all) used.insert(one.code);
  json::array rules;
  for (auto const code : used)
    if (auto const* known = find_explanation(code)) {
      rules.emplace_back(rule_object(*known));
    } else {
      rules.emplace_back(json::object{{"id", code}});
    }
  return rules;
}

std::size_t rule_index(json::array const& rules, std::string_view code) {
  auto const found = std::ranges::find_if(
      rules, [&](json::value const& rule) { return rule.at("id").as_string() == code; });
  return static_cast<std::size_t>(found - rules.begin());
}

json::object location_object(Location const& at, std::size_t end_column) {
  json::object region{{"startLine", std::max<std::uint32_t>(at.line, 1)}};
  if (at.column > 0) region["startColumn"] = at.column;
  if (at.column > 0 && end_column > at.column) region["endColumn"] = end_column;
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri_of(at.file)}}}, {"region", std::move(region)}}}};
}

json::object suppression_object(Alert const& one) {
  auto const why = one.waived ? *one.waived : known_text(*one.known);
  json::object object{
      {"kind", "external"}, {"status", "accepted"}, {"justification", json_safe(why)}};
  if (one.waivers.empty()) return object;
  auto const& waiver = one.waivers.front();  // of several, the text has all
  if (!waiver.at.file.empty())
    object["location"] = location_object({waiver.at.file, waiver.at.line, 0}, 0);
  json::object properties{{"expires", to_string(waiver.expires)}};
  if (!waiver.owner.empty()) properties["owner"] = json_safe(waiver.owner);
  object["properties"] = std::move(properties);
  return object;
}

json::object result_object(Alert const& one, json::array const& rules) {
  auto text = one.title + ". " + one.message;
  if (!one.mend.empty()) text += "\n\n" + one.mend;
  json::object object{
      {"ruleId", one.code},
      {"ruleIndex", rule_index(rules, one.code)},
      {"level", name(one.level)},
      {"message", text_object(text)},
      {"locations", json::array{location_object(one.at, one.end_column)}},
      {"partialFingerprints", {{"primaryLocationLineHash", one.fingerprint}}},
      {"properties", {{"requirement", json_safe(one.requirement)}}},
  };
  if (one.waived || one.known) object["suppressions"] = json::array{suppression_object(one)};
  return object;
}

json::object notification_object(Note const& note) {
  json::object object{{"descriptor", {{"id", note.code}}},
                      {"level", "note"},
                      {"message", text_object(json_safe(note.message.english()))}};
  if (!note.at.file.empty() && note.at.line > 0)
    object["locations"] = json::array{location_object({note.at.file, note.at.line, 0}, 0)};
  return object;
}

json::array notifications(CheckResult const& result, std::size_t left_out) {
  json::array all;
  for (auto const& note : result.notes)
    if (!is_alert(note)) all.emplace_back(notification_object(note));  // those are results
  if (left_out > 0)
    all.emplace_back(json::object{
        {"level", "warning"},
        {"message", text_object(std::to_string(left_out) + " further results are left out")}});
  return all;
}

}  // namespace

std::string sarif_check(CheckResult const& result, ReportContext const& context) {
  auto const all = alerts(result, context);
  auto const shown = std::min(all.size(), kMostResults);
  auto rules = rules_of(all);
  json::array results;
  for (std::size_t i = 0; i < shown; ++i) results.emplace_back(result_object(all[i], rules));
  json::object run{
      {"tool",
       {{"driver",
         {{"name", context.tool}, {"version", context.version}, {"rules", std::move(rules)}}}}},
      {"automationDetails", {{"id", "safeconduct/" + uri_of(result.site) + '/'}}},
      {"invocations", json::array{json::object{{"executionSuccessful", true},
                                               {"toolExecutionNotifications",
                                                notifications(result, all.size() - shown)}}}},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)}};
  return pretty(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                             {"version", "2.1.0"},
                             {"runs", json::array{std::move(run)}}});
}

}  // namespace safeconduct
