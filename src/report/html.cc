// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>
#include <vector>

#include "report/advice.h"
#include "report/check_writers.h"
#include "report/html_page.h"
#include "report/joined.h"
#include "report/known.h"
#include "report/markup.h"
#include "report/settling.h"
#include "report/status_text.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostRules = 200;  // of a requirement: a page stays one that a browser opens
constexpr std::size_t kMostBoxes = 50;

std::string_view class_of(Finding const& finding) {
  if (finding.holds) return "good";
  return finding.waived || finding.known || finding.verdict == Verdict::undecided ? "doubt" : "bad";
}

std::string verdict_of_row(Finding const& finding) {
  return verdict_text(finding) + (finding.waived ? ", waived" : finding.known ? ", known" : "");
}

class HtmlReport {
 public:
  HtmlReport(CheckResult const& result, ReportContext const& context)
      : result_(result), context_(context) {}

  std::string write() && {
    put_head();
    put_summary();
    put_matrix();
    text_ += "<h2>Requirement by requirement</h2>\n";
    for (std::size_t i = 0; i < result_.findings.size(); ++i)
      put_finding(result_.findings[i], "r" + std::to_string(i), "");
    put_later();
    put_waivers();
    put_inputs();
    put_notes();
    text_ += "</main></body></html>\n";
    return std::move(text_);
  }

 private:
  void put_head() {
    auto const title = result_.site + ": " + verdict_word(result_.verdict);
    text_ += html_head(title);
  }

  void put_summary() {
    auto const ink = result_.verdict == Verdict::allowed     ? "good"
                     : result_.verdict == Verdict::undecided ? "doubt"
                                                             : "bad";
    text_ += "<h1>" + markup_text(result_.site) + ": <span class=\"" + ink + "\">" +
             markup_text(verdict_word(result_.verdict)) + "</span></h1>\n";
    std::string made = context_.tool + ' ' + context_.version;
    if (!context_.as_of.empty()) made += ", for " + context_.as_of;
    if (!result_.regions.empty()) made += ", regions " + listed(result_.regions);
    text_ += html_element("p", made, "faint") + "\n<ul>\n";
    for (auto const& line : status_lines(result_.status)) text_ += html_element("li", line) + '\n';
    if (auto const known = known_tally(result_); !known.empty())
      text_ += html_element("li", known) + '\n';
    text_ += "</ul>\n";
    auto const& sum = result_.summary;
    text_ +=
        html_element("p", std::to_string(sum.allowed) + " allowed, " + std::to_string(sum.blocked) +
                              " blocked, " + std::to_string(sum.partial) + " blocked in part, " +
                              std::to_string(sum.intercepted) + " intercepted, " +
                              std::to_string(sum.undecided) + " undecided, " +
                              std::to_string(sum.waived) + " waived.") +
        '\n';
  }

  void put_matrix() {
    text_ +=
        "<h2>What is required</h2>\n<section class=\"filter\">\n"
        "<input type=\"radio\" name=\"show\" id=\"all\" checked><label for=\"all\">all"
        "</label>\n<input type=\"radio\" name=\"show\" id=\"only-failing\">"
        "<label for=\"only-failing\">what does not hold</label>\n"
        "<input type=\"radio\" name=\"show\" id=\"only-undecided\">"
        "<label for=\"only-undecided\">what is undecided</label>\n"
        "<table><tr class=\"head\"><th>requirement</th><th>level</th><th>verdict</th>"
        "<th>what breaks</th></tr>\n";
    for (std::size_t i = 0; i < result_.findings.size(); ++i) {
      auto const& one = result_.findings[i];
      std::string row_class = one.holds ? "holds" : "";
      if (!one.holds && one.verdict == Verdict::undecided) row_class = "undecided";
      text_ += "<tr" + (row_class.empty() ? "" : " class=\"" + row_class + '"') +
               "><td><a href=\"#r" + std::to_string(i) + "\">" + markup_text(one.requirement) +
               "</a><br>" + html_element("span", one.title, "faint") + "</td><td>" +
               markup_text(one.level) + "</td><td>" +
               html_element("span", verdict_of_row(one),
                            std::string("word ") + std::string(class_of(one))) +
               "</td><td>" + (one.holds ? "" : markup_text(one.impact)) + "</td></tr>\n";
    }
    text_ += "</table></section>\n";
  }

  void put_finding(Finding const& finding, std::string const& id, std::string const& when) {
    text_ += "<details id=\"" + id + '"' + (finding.holds ? "" : " open") + "><summary>" +
             html_element("code", finding.requirement) + ' ' + markup_text(finding.title) + ": " +
             html_element("span", verdict_of_row(finding) + (when.empty() ? "" : ' ' + when),
                          std::string("word ") + std::string(class_of(finding)));
    if (!finding.code.empty()) text_ += ' ' + html_element("span", finding.code, "faint");
    text_ += "</summary>\n";
    if (!finding.holds && !finding.impact.empty())
      text_ += html_element("p", finding.impact) + '\n';
    if (finding.waived) text_ += html_element("p", "Waived: " + waived_text(finding)) + '\n';
    if (finding.known)
      text_ += html_element("p", "Does not count: " + known_text(*finding.known)) + '\n';
    text_ += html_element("p", "wanted by " + to_string(finding.at) + " (" + finding.policy + ")",
                          "faint") +
             '\n';
    for (auto const& one : without_parts(finding)) {
      auto const names = listed(one.destinations);
      text_ += html_element("p", (names.empty() ? "" : names + ": ") + one.reason, "doubt") + '\n';
    }
    auto const rules = by_rule({&finding}, is_any_part);
    auto const shown = std::min(rules.size(), kMostRules);
    for (std::size_t i = 0; i < shown; ++i) put_rule(finding, rules[i]);
    if (shown < rules.size())
      text_ += html_element("p", "and " + std::to_string(rules.size() - shown) +
                                     " more rules; the JSON report has all") +
               '\n';
    text_ += "</details>\n";
  }

  void put_rule(Finding const& finding, Decided const& decided) {
    auto const& part = *decided.like;
    auto const& rule = part.rule;
    bool const fault = is_culprit(finding, part);
    auto const ink = !fault ? "good" : part.verdict == Verdict::undecided ? "doubt" : "bad";
    text_ += std::string("<div class=\"rule ") + ink + "\">\n";
    if (rule.nothing) {
      text_ += html_element("p", "no chain of " + rule.device + " sees these packets");
    } else {
      std::string where = rule.device;
      if (!rule.table.empty()) where += ", table " + rule.table + ", chain " + rule.chain;
      if (rule.policy) where += ", policy";
      if (!rule.number.empty()) where += ", rule " + rule.number;
      if (!rule.name.empty()) where += " '" + rule.name + '\'';
      text_ += "<p>" + html_element("code", place_text(rule)) + ' ' +
               html_element("span", where, "faint") + "</p>\n" + html_element("pre", rule.text) +
               '\n';
    }
    text_ +=
        html_element("p", doing_text(part) + ' ' + std::string(leg_text(part.leg)) + "packets:") +
        "\n<ul>\n";
    auto const shown = std::min(decided.boxes.size(), kMostBoxes);
    for (std::size_t i = 0; i < shown; ++i)
      text_ += "<li>" + html_element("code", packets_text(decided.boxes[i])) + "</li>\n";
    if (shown < decided.boxes.size())
      text_ += html_element("li", "and " + std::to_string(decided.boxes.size() - shown) + " more") +
               '\n';
    text_ += "</ul>\n";
    for (auto const& words : part.undecided_by)
      text_ += "<p>hangs on " + html_element("code", words) + ": " +
               markup_text(settled_by(words)) + "</p>\n";
    bool const lost = part.verdict != Verdict::undecided && part.verdict != Verdict::allowed;
    if (fault && lost) {
      auto const advice = advice_for(decided);
      text_ += html_element("p", "To mend: " + advice.sentence) + '\n';
      std::string lines;
      for (auto const& line : advice.rules) lines += line + '\n';
      if (!lines.empty()) text_ += html_element("pre", lines) + '\n';
    }
    text_ += "</div>\n";
  }

  void put_later() {
    if (result_.upcoming.empty()) return;
    text_ += "<h2>What breaks later</h2>\n";
    for (std::size_t i = 0; i < result_.upcoming.size(); ++i) {
      auto const& [day, finding] = result_.upcoming[i];
      put_finding(finding, "u" + std::to_string(i), "from " + to_string(day) + " on");
    }
  }

  void put_waivers(Finding const& finding) {
    auto const row = [&](std::string const& reason, std::string const& owner,
                         std::string const& until) {
      text_ += "<tr>" + html_element("td", finding.requirement) +
               html_element("td", verdict_text(finding)) + html_element("td", reason) +
               html_element("td", owner) + html_element("td", until) + "</tr>\n";
    };
    if (finding.waivers.empty()) row(*finding.waived, "", "");
    for (auto const& one : finding.waivers) row(one.reason, one.owner, to_string(one.expires));
  }

  void put_waivers() {
    bool const any = std::ranges::any_of(
        result_.findings, [](Finding const& one) { return one.waived && !one.holds; });
    if (!any) return;
    text_ +=
        "<h2>Waivers</h2>\n<table><tr><th>requirement</th><th>what happens</th>"
        "<th>reason</th><th>owner</th><th>until</th></tr>\n";
    for (auto const& one : result_.findings)
      if (one.waived && !one.holds) put_waivers(one);
    text_ += "</table>\n";
  }

  void put_inputs() {
    text_ += "<h2>What was read</h2>\n<ul>\n";
    for (auto const& line : result_.inputs) text_ += html_element("li", line) + '\n';
    text_ += "</ul>\n";
    if (context_.inputs.empty()) return;
    text_ += "<table><tr><th>file</th><th>SHA-256</th></tr>\n";
    for (auto const& one : context_.inputs)
      text_ += "<tr><td>" + html_element("code", one.name) + "</td><td>" +
               html_element("code", one.sha256) + "</td></tr>\n";
    text_ += "</table>\n";
  }

  void put_notes() {
    if (result_.notes.empty()) return;
    text_ += "<h2>Notes</h2>\n<ul>\n";
    for (auto const& note : result_.notes)
      text_ += "<li>" + html_element("span", note.code, "faint") + ' ' + markup_text(note.message) +
               "</li>\n";
    text_ += "</ul>\n";
  }

  CheckResult const& result_;
  ReportContext const& context_;
  std::string text_;
};

}  // namespace

std::string html_check(CheckResult const& result, ReportContext const& context) {
  return HtmlReport(result, context).write();
}

}  // namespace safeconduct
