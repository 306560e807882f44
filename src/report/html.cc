// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>
#include <vector>

#include "report/advice.h"
#include "report/check_wording.h"
#include "report/check_writers.h"
#include "report/html_page.h"
#include "report/joined.h"
#include "report/known.h"
#include "report/markup.h"
#include "report/page_wording.h"
#include "report/settling.h"
#include "report/status_text.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostOfRequirement =
    200;  // of a requirement: a page stays one that a browser opens
constexpr std::size_t kMostBoxes = 50;

std::string_view class_of(Finding const& finding) {
  if (finding.holds) return "good";
  return finding.waived || finding.known || finding.verdict == Verdict::undecided ? "doubt" : "bad";
}

std::string verdict_of_row(Finding const& finding, Speaker const& speaker) {
  auto text = verdict_text(finding, speaker.language());
  if (!finding.waived && !finding.known) return text;
  return text + speaker.say(wording::kComma) +
         speaker.say(finding.waived ? wording::kWaivedMark : wording::kKnownMark);
}

class HtmlReport {
 public:
  HtmlReport(CheckResult const& result, ReportContext const& context)
      : result_(result),
        context_(context),
        language_(context.language),
        speaker_(context.language) {}

  std::string write() && {
    put_head();
    put_summary();
    put_matrix();
    put_heading(wording::kOneByOne);
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
  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return speaker_.say(text, words);
  }

  std::string heads(std::initializer_list<Translated> columns) const {
    std::string cells;
    for (auto const& one : columns) cells += html_element("th", say(one));
    return cells;
  }

  void put_heading(Translated heading) { text_ += html_element("h2", say(heading)) + '\n'; }

  void put_head() {
    auto const title = result_.site + ": " + verdict_of_site(result_, language_);
    text_ += html_head(language_, title);
  }

  void put_summary() {
    auto const ink = result_.verdict == Verdict::allowed     ? "good"
                     : result_.verdict == Verdict::undecided ? "doubt"
                                                             : "bad";
    text_ += "<h1>" + markup_text(result_.site) + ": <span class=\"" + ink + "\">" +
             markup_text(verdict_of_site(result_, language_)) + "</span></h1>\n";
    std::string made = context_.tool + ' ' + context_.version;
    if (!context_.as_of.empty()) made += say(wording::kForDay, {context_.as_of});
    if (!result_.regions.empty())
      made += say(wording::kForRegions, {listed(result_.regions, kNoLimit, language_)});
    text_ += html_element("p", made, "faint") + "\n<ul>\n";
    for (auto const& line : status_lines(result_.status, language_))
      text_ += html_element("li", line) + '\n';
    if (auto const known = known_tally(result_, language_); !known.empty())
      text_ += html_element("li", known) + '\n';
    text_ += "</ul>\n";
    auto const& sum = result_.summary;
    auto const counted =
        say(wording::kSummary, {std::to_string(sum.allowed), std::to_string(sum.blocked),
                                std::to_string(sum.partial), std::to_string(sum.intercepted),
                                std::to_string(sum.undecided), std::to_string(sum.waived)});
    text_ += html_element("p", counted) + '\n';
  }

  void put_choice(std::string_view id, Translated label, bool chosen) {
    auto const name = std::string(id);
    text_ += "<input type=\"radio\" name=\"show\" id=\"" + name + '"' + (chosen ? " checked" : "") +
             "><label for=\"" + name + "\">" + markup_text(say(label)) + "</label>\n";
  }

  void put_matrix() {
    put_heading(wording::kWhatIsRequired);
    text_ += "<section class=\"filter\">\n";
    put_choice("all", wording::kShowAll, true);
    put_choice("only-failing", wording::kShowFailing, false);
    put_choice("only-undecided", wording::kShowUndecided, false);
    text_ +=
        "<table><tr class=\"head\">" +
        heads({wording::kRequirement, wording::kLevel, wording::kVerdict, wording::kWhatBreaks}) +
        "</tr>\n";
    for (std::size_t i = 0; i < result_.findings.size(); ++i) {
      auto const& one = result_.findings[i];
      std::string row_class = one.holds ? "holds" : "";
      if (!one.holds && one.verdict == Verdict::undecided) row_class = "undecided";
      text_ += "<tr" + (row_class.empty() ? "" : " class=\"" + row_class + '"') +
               "><td><a href=\"#r" + std::to_string(i) + "\">" + markup_text(one.requirement) +
               "</a><br>" + html_element("span", one.title, "faint") + "</td><td>" +
               markup_text(level_text(one.level, language_)) + "</td><td>" +
               html_element("span", verdict_of_row(one, speaker_),
                            std::string("word ") + std::string(class_of(one))) +
               "</td><td>" + (one.holds ? "" : markup_text(one.impact)) + "</td></tr>\n";
    }
    text_ += "</table></section>\n";
  }

  void put_finding(Finding const& finding, std::string const& id, std::string const& when) {
    text_ +=
        "<details id=\"" + id + '"' + (finding.holds ? "" : " open") + "><summary>" +
        html_element("code", finding.requirement) + ' ' + markup_text(finding.title) + ": " +
        html_element("span", verdict_of_row(finding, speaker_) + (when.empty() ? "" : ' ' + when),
                     std::string("word ") + std::string(class_of(finding)));
    if (!finding.code.empty()) text_ += ' ' + html_element("span", finding.code, "faint");
    text_ += "</summary>\n";
    if (!finding.holds && !finding.impact.empty())
      text_ += html_element("p", finding.impact) + '\n';
    if (finding.waived)
      text_ +=
          html_element("p", say(wording::kWaivedParagraph, {waived_words(finding, language_)})) +
          '\n';
    if (finding.known)
      text_ +=
          html_element("p", say(wording::kDoesNotCount, {known_text(*finding.known, language_)})) +
          '\n';
    text_ += html_element("p", say(wording::kWantedBy, {to_string(finding.at), finding.policy}),
                          "faint") +
             '\n';
    for (auto const& one : without_parts(finding)) {
      auto const names = listed(one.destinations, kNoLimit, language_);
      text_ += html_element(
                   "p", (names.empty() ? "" : names + ": ") + reason_text(one.reason, language_),
                   "doubt") +
               '\n';
    }
    auto const rules = by_rule({&finding}, is_any_part);
    auto const shown = std::min(rules.size(), kMostOfRequirement);
    for (std::size_t i = 0; i < shown; ++i) put_rule(finding, rules[i]);
    if (shown < rules.size())
      text_ += html_element(
                   "p", say(wording::kMoreRulesInJson, {std::to_string(rules.size() - shown)})) +
               '\n';
    text_ += "</details>\n";
  }

  void put_rule(Finding const& finding, Decided const& decided) {
    auto const& part = *decided.like;
    RuleRef const& rule = part.rule;
    bool const fault = is_culprit(finding, part);
    auto const ink = !fault ? "good" : part.verdict == Verdict::undecided ? "doubt" : "bad";
    text_ += std::string("<div class=\"rule ") + ink + "\">\n";
    if (rule.nothing) {
      text_ += html_element("p", say(wording::kNoChain, {rule.device}));
    } else {
      std::string where = rule.device;
      if (!rule.table.empty())
        where += say(wording::kComma) + say(wording::kTableAndChain, {rule.table, rule.chain});
      if (rule.policy) where += say(wording::kOfPolicy);
      if (!rule.number.empty()) where += say(wording::kRuleNumber, {rule.number});
      if (!rule.name.empty()) where += " '" + rule.name + '\'';
      text_ += "<p>" + html_element("code", place_text(rule, language_)) + ' ' +
               html_element("span", where, "faint") + "</p>\n" + html_element("pre", rule.text) +
               '\n';
    }
    text_ += html_element("p", decision_text(part, say(wording::kPackets), language_) + ':') +
             "\n<ul>\n";
    auto const shown = std::min(decided.boxes.size(), kMostBoxes);
    for (std::size_t i = 0; i < shown; ++i)
      text_ += "<li>" + html_element("code", packets_text(decided.boxes[i], kNoLimit, language_)) +
               "</li>\n";
    if (shown < decided.boxes.size())
      text_ += html_element(
                   "li", say(wording::kMoreLine, {std::to_string(decided.boxes.size() - shown)})) +
               '\n';
    text_ += "</ul>\n";
    for (auto const& words : part.undecided_by)
      text_ += "<p>" + markup_text(say(wording::kHangsOnWords)) + html_element("code", words) +
               ": " + markup_text(settled_by(words, language_)) + "</p>\n";
    auto const advice = advice_for(decided, language_);
    if (fault && advice) {
      text_ += html_element("p", say(wording::kMendSentence, {advice->sentence})) + '\n';
      std::string lines;
      for (auto const& line : advice->rules) lines += line + '\n';
      if (!lines.empty()) text_ += html_element("pre", lines) + '\n';
    }
    text_ += "</div>\n";
  }

  void put_later() {
    if (result_.upcoming.empty()) return;
    put_heading(wording::kLater);
    for (std::size_t i = 0; i < result_.upcoming.size(); ++i) {
      auto const& [day, finding] = result_.upcoming[i];
      put_finding(finding, "u" + std::to_string(i), say(wording::kFromDay, {to_string(day)}));
    }
  }

  void put_waivers(Finding const& finding) {
    auto const row = [&](std::string const& reason, std::string const& owner,
                         std::string const& until) {
      text_ += "<tr>" + html_element("td", finding.requirement) +
               html_element("td", verdict_text(finding, language_)) + html_element("td", reason) +
               html_element("td", owner) + html_element("td", until) + "</tr>\n";
    };
    if (finding.waivers.empty()) row(*finding.waived, "", "");
    for (auto const& one : finding.waivers) row(one.reason, one.owner, to_string(one.expires));
  }

  void put_waivers() {
    bool const any = std::ranges::any_of(
        result_.findings, [](Finding const& one) { return one.waived && !one.holds; });
    if (!any) return;
    put_heading(wording::kWaivers);
    text_ += "<table><tr>" +
             heads({wording::kRequirement, wording::kWhatHappens, wording::kReason,
                    wording::kOwnerColumn, wording::kUntil}) +
             "</tr>\n";
    for (auto const& one : result_.findings)
      if (one.waived && !one.holds) put_waivers(one);
    text_ += "</table>\n";
  }

  void put_inputs() {
    put_heading(wording::kWhatWasRead);
    text_ += "<ul>\n";
    for (auto const& line : result_.inputs) text_ += html_element("li", line) + '\n';
    text_ += "</ul>\n";
    if (context_.inputs.empty()) return;
    text_ += "<table><tr>" + heads({wording::kFile}) + "<th>SHA-256</th></tr>\n";
    for (auto const& one : context_.inputs)
      text_ += "<tr><td>" + html_element("code", one.name) + "</td><td>" +
               html_element("code", one.sha256) + "</td></tr>\n";
    text_ += "</table>\n";
  }

  void put_notes() {
    if (result_.notes.empty()) return;
    put_heading(wording::kNotes);
    text_ += "<ul>\n";
    for (auto const& note : result_.notes)
      text_ += "<li>" + html_element("span", note.code, "faint") + ' ' +
               markup_text(note_text(note, language_)) + "</li>\n";
    text_ += "</ul>\n";
  }

  CheckResult const& result_;
  ReportContext const& context_;
  Language language_;
  Speaker speaker_;
  std::string text_;
};

}  // namespace

std::string html_check(CheckResult const& result, ReportContext const& context) {
  return HtmlReport(result, context).write();
}

}  // namespace safeconduct
