// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "report/advice.h"
#include "report/check_writers.h"
#include "report/joined.h"
#include "report/markup.h"
#include "report/settling.h"
#include "report/status_text.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostRules = 200;  // of a requirement: a page stays one that a browser opens
constexpr std::size_t kMostBoxes = 50;

// Filters without a script: what is shown follows the button that is pressed.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1b1f24;--faint:#59636e;--paper:#fff;--line:#d1d9e0;--soft:#f6f8fa;--good:#116329;--bad:#a40e26;--doubt:#7d4e00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--paper:#0d1117;--line:#3d444d;--soft:#151b23;--good:#57d364;--bad:#ff938a;--doubt:#e3b341}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}th{font-weight:600;background:var(--soft)}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.6rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}code{overflow-wrap:anywhere}
.faint{color:var(--faint)}.good{color:var(--good)}.bad{color:var(--bad)}.doubt{color:var(--doubt)}.word{font-weight:600}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.2rem .8rem}summary{cursor:pointer;padding:.3rem 0}
.rule{border-left:4px solid var(--line);padding-left:.8rem;margin:.8rem 0}.rule.bad{border-color:var(--bad);color:inherit}.rule.doubt{border-color:var(--doubt);color:inherit}.rule.good{border-color:var(--good);color:inherit}
.filter label{margin:0 1rem 0 .2rem}
#only-failing:checked~table tr.holds,#only-undecided:checked~table tr:not(.head):not(.undecided){display:none}
@media print{body{max-width:none;margin:0}details{break-inside:avoid}.filter input,.filter label{display:none}details::details-content{content-visibility:visible;display:block}}
)";

std::string base64_of_hex(std::string_view hex) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto const nibble = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (char const c : hex) {
    bits = bits << 4U | nibble(c);
    have += 4;
    if (have < 6) continue;
    have -= 6;
    out += kLetters[bits >> static_cast<unsigned>(have) & 0x3FU];
  }
  if (have > 0) out += kLetters[bits << static_cast<unsigned>(6 - have) & 0x3FU];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string element(std::string_view tag, std::string_view text, std::string_view of_class = {}) {
  std::string out = '<' + std::string(tag);
  if (!of_class.empty()) out += " class=\"" + std::string(of_class) + '"';
  return out + '>' + markup_text(text) + "</" + std::string(tag) + '>';
}

std::string_view class_of(Finding const& finding) {
  if (finding.holds) return "good";
  return finding.waived || finding.verdict == Verdict::undecided ? "doubt" : "bad";
}

std::string verdict_of_row(Finding const& finding) {
  return verdict_text(finding) + (finding.waived ? ", waived" : "");
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
    text_ +=
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'sha256-" +
        base64_of_hex(sha256(kStyle)) +
        "'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
        element("title", title) + "\n<style>" + std::string(kStyle) +
        "</style></head>\n<body><main>\n";
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
    text_ += element("p", made, "faint") + "\n<ul>\n";
    for (auto const& line : status_lines(result_.status)) text_ += element("li", line) + '\n';
    text_ += "</ul>\n";
    auto const& sum = result_.summary;
    text_ += element("p", std::to_string(sum.allowed) + " allowed, " + std::to_string(sum.blocked) +
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
      text_ +=
          "<tr" + (row_class.empty() ? "" : " class=\"" + row_class + '"') + "><td><a href=\"#r" +
          std::to_string(i) + "\">" + markup_text(one.requirement) + "</a><br>" +
          element("span", one.title, "faint") + "</td><td>" + markup_text(one.level) + "</td><td>" +
          element("span", verdict_of_row(one), std::string("word ") + std::string(class_of(one))) +
          "</td><td>" + (one.holds ? "" : markup_text(one.impact)) + "</td></tr>\n";
    }
    text_ += "</table></section>\n";
  }

  void put_finding(Finding const& finding, std::string const& id, std::string const& when) {
    text_ += "<details id=\"" + id + '"' + (finding.holds ? "" : " open") + "><summary>" +
             element("code", finding.requirement) + ' ' + markup_text(finding.title) + ": " +
             element("span", verdict_of_row(finding) + (when.empty() ? "" : ' ' + when),
                     std::string("word ") + std::string(class_of(finding)));
    if (!finding.code.empty()) text_ += ' ' + element("span", finding.code, "faint");
    text_ += "</summary>\n";
    if (!finding.holds && !finding.impact.empty()) text_ += element("p", finding.impact) + '\n';
    if (finding.waived) text_ += element("p", "Waived: " + *finding.waived) + '\n';
    text_ +=
        element("p", "wanted by " + to_string(finding.at) + " (" + finding.policy + ")", "faint") +
        '\n';
    for (auto const& one : without_parts(finding)) {
      auto const names = listed(one.destinations);
      text_ += element("p", (names.empty() ? "" : names + ": ") + one.reason, "doubt") + '\n';
    }
    auto const rules = by_rule({&finding}, is_any_part);
    auto const shown = std::min(rules.size(), kMostRules);
    for (std::size_t i = 0; i < shown; ++i) put_rule(finding, rules[i]);
    if (shown < rules.size())
      text_ += element("p", "and " + std::to_string(rules.size() - shown) +
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
      text_ += element("p", "no chain of " + rule.device + " sees these packets");
    } else {
      std::string where = rule.device;
      if (!rule.table.empty()) where += ", table " + rule.table + ", chain " + rule.chain;
      if (rule.policy) where += ", policy";
      if (!rule.number.empty()) where += ", rule " + rule.number;
      if (!rule.name.empty()) where += " '" + rule.name + '\'';
      text_ += "<p>" + element("code", place_text(rule)) + ' ' + element("span", where, "faint") +
               "</p>\n" + element("pre", rule.text) + '\n';
    }
    text_ += element("p", doing_text(part) + ' ' + std::string(leg_text(part.leg)) + "packets:") +
             "\n<ul>\n";
    auto const shown = std::min(decided.boxes.size(), kMostBoxes);
    for (std::size_t i = 0; i < shown; ++i)
      text_ += "<li>" + element("code", packets_text(decided.boxes[i])) + "</li>\n";
    if (shown < decided.boxes.size())
      text_ +=
          element("li", "and " + std::to_string(decided.boxes.size() - shown) + " more") + '\n';
    text_ += "</ul>\n";
    for (auto const& words : part.undecided_by)
      text_ += "<p>hangs on " + element("code", words) + ": " + markup_text(settled_by(words)) +
               "</p>\n";
    bool const lost = part.verdict != Verdict::undecided && part.verdict != Verdict::allowed;
    if (fault && lost) {
      auto const advice = advice_for(decided);
      text_ += element("p", "To mend: " + advice.sentence) + '\n';
      std::string lines;
      for (auto const& line : advice.rules) lines += line + '\n';
      if (!lines.empty()) text_ += element("pre", lines) + '\n';
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

  void put_waivers() {
    bool const any = std::ranges::any_of(
        result_.findings, [](Finding const& one) { return one.waived && !one.holds; });
    if (!any) return;
    text_ +=
        "<h2>Waivers</h2>\n<table><tr><th>requirement</th><th>what happens</th>"
        "<th>reason</th></tr>\n";
    for (auto const& one : result_.findings)
      if (one.waived && !one.holds)
        text_ += "<tr>" + element("td", one.requirement) + element("td", verdict_text(one)) +
                 element("td", *one.waived) + "</tr>\n";
    text_ += "</table>\n";
  }

  void put_inputs() {
    text_ += "<h2>What was read</h2>\n<ul>\n";
    for (auto const& line : result_.inputs) text_ += element("li", line) + '\n';
    text_ += "</ul>\n";
    if (context_.inputs.empty()) return;
    text_ += "<table><tr><th>file</th><th>SHA-256</th></tr>\n";
    for (auto const& one : context_.inputs)
      text_ += "<tr><td>" + element("code", one.name) + "</td><td>" + element("code", one.sha256) +
               "</td></tr>\n";
    text_ += "</table>\n";
  }

  void put_notes() {
    if (result_.notes.empty()) return;
    text_ += "<h2>Notes</h2>\n<ul>\n";
    for (auto const& note : result_.notes)
      text_ += "<li>" + element("span", note.code, "faint") + ' ' + markup_text(note.message) +
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
