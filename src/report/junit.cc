// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "report/alert.h"
#include "report/check_writers.h"
#include "report/known.h"
#include "report/markup.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

// GitLab takes 30 MB a file: of a requirement's rules these are written out.
constexpr std::size_t kMostOfACase = 50;

enum class End : std::uint8_t { passed, skipped, failure, error };

End end_of(Finding const& finding) {
  if (finding.holds) return End::passed;
  if (finding.waived || finding.known || finding.level == "recommended") return End::skipped;
  return finding.verdict == Verdict::undecided ? End::error : End::failure;
}

struct Case {
  Finding const* finding = nullptr;  // none: of a waiver
  std::string policy;
  std::string name;
  End end = End::passed;
};

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + markup_text(printable(value)) + '"';
}

// What all the rules do, one paragraph each. Old consumers leave out the attribute, so that the
// body says it all.
std::string body_of(std::vector<Alert const*> const& of_case) {
  std::string text;
  for (std::size_t i = 0; i < of_case.size() && i < kMostOfACase; ++i) {
    auto const& one = *of_case[i];
    auto const place = to_string(one.at);
    text += one.code + "  " + place + '\n';
    if (!one.rule.empty()) text += "    " + one.rule + '\n';
    text += one.message + '\n';
    if (!one.mend.empty()) text += one.mend + '\n';
    text += '\n';
  }
  if (of_case.size() > kMostOfACase)
    text += "and " + std::to_string(of_case.size() - kMostOfACase) + " more rules\n";
  return text;
}

std::string message_of(Finding const& finding) {
  auto const text = verdict_text(finding);
  if (finding.waived) return text + "; waived: " + waived_text(finding);
  if (finding.known) return text + "; " + known_text(*finding.known);
  return finding.level == "recommended" ? text + "; only recommended" : text;
}

std::string case_text(Case const& one, std::vector<Alert const*> const& alerts) {
  auto text = "    <testcase" + attribute("classname", one.policy) + attribute("name", one.name) +
              " time=\"0\"";
  if (one.end == End::passed) return text + "/>\n";
  text += ">\n";
  auto const message = one.finding == nullptr ? one.name : message_of(*one.finding);
  std::string const tag = one.end == End::skipped   ? "skipped"
                          : one.end == End::failure ? "failure"
                                                    : "error";
  text += "      <" + tag + attribute("message", message);
  if (one.end != End::skipped) text += attribute("type", one.finding->code);
  return text + '>' + markup_text(body_of(alerts)) + "</" + tag + ">\n    </testcase>\n";
}

}  // namespace

std::string junit_check(CheckResult const& result, ReportContext const& context) {
  std::vector<Case> cases;
  std::set<std::pair<std::string, std::string>> names;
  auto const add = [&](Finding const* finding, std::string const& policy, std::string const& name,
                       End end) {
    auto unique = name;
    for (int i = 2; !names.emplace(policy, unique).second; ++i)
      unique = name + " (" + std::to_string(i) + ')';
    cases.push_back({finding, policy, std::move(unique), end});
  };
  for (auto const& one : result.findings) add(&one, one.policy, one.requirement, end_of(one));
  for (auto const& [day, one] : result.upcoming)
    add(&one, one.policy, one.requirement + " from " + to_string(day) + " on", end_of(one));
  for (auto const& note : result.notes)
    if (is_of_waivers(note)) add(nullptr, "waivers", note.message.english(), End::skipped);

  auto const all = alerts(result, context);
  // A requirement may fail today by one rule and from a later day on by another.
  std::map<Finding const*, std::vector<Alert const*>> by_finding;
  for (auto const& one : all) by_finding[one.finding].push_back(&one);

  std::map<End, std::size_t> count;
  std::string body;
  for (auto const& one : cases) {
    ++count[one.end];
    static std::vector<Alert const*> const none;
    body += case_text(one, one.finding == nullptr ? none : by_finding[one.finding]);
  }
  auto const counts = attribute("tests", std::to_string(cases.size())) +
                      attribute("failures", std::to_string(count[End::failure])) +
                      attribute("errors", std::to_string(count[End::error])) +
                      attribute("skipped", std::to_string(count[End::skipped])) + " time=\"0\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts + ">\n  <testsuite" +
         attribute("name", context.tool + ' ' + result.site) + counts + ">\n" + body +
         "  </testsuite>\n</testsuites>\n";
}

}  // namespace safeconduct
