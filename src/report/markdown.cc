// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "report/advice.h"
#include "report/check_wording.h"
#include "report/check_writers.h"
#include "report/joined.h"
#include "report/known.h"
#include "report/markdown_text.h"
#include "report/page_wording.h"
#include "report/settling.h"
#include "report/status_text.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostRules = 20;
constexpr std::size_t kMostItems = 8;
constexpr std::size_t kMostBoxes = 8;

// A block of code within an item of a list, by its indentation: what is in it cannot end it.
std::string code_block(std::vector<std::string> const& lines) {
  std::string text;
  for (auto const& line : lines) text += "       " + printable(line) + '\n';
  return text;
}

std::string mark_of(Finding const& finding, Speaker const& speaker) {
  if (finding.holds) return "✅";
  if (finding.waived) return "☑️ " + speaker.say(wording::kWaivedMark);
  if (finding.known) return "☑️ " + speaker.say(wording::kKnownMark);
  return finding.verdict == Verdict::undecided ? "❔" : "❌";
}

class MarkdownReport {
 public:
  MarkdownReport(CheckResult const& result, ReportContext const& context)
      : result_(result),
        context_(context),
        language_(context.language),
        speaker_(context.language),
        culprits_(by_rule(blaming(), is_culprit)) {}

  std::string write() && {
    put_head();
    put_table();
    put_culprits();
    put_later();
    put_notes();
    return std::move(text_);
  }

 private:
  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return speaker_.say(text, words);
  }

  // As part of a sentence that is Markdown already.
  std::string waived_or_known(Finding const& finding) const {
    std::string text;
    if (finding.waived)
      text +=
          "; " + say(wording::kWaivedBecause, {markdown_text(waived_words(finding, language_))});
    if (finding.known) text += "; " + markdown_text(known_text(*finding.known, language_));
    return text;
  }

  std::vector<Finding const*> blaming() const {
    std::vector<Finding const*> all;
    for (auto const& one : result_.findings)
      if (!one.holds) all.push_back(&one);
    return all;
  }

  void put_head() {
    text_ +=
        "## " + markdown_text(result_.site) + ": " + verdict_of_site(result_, language_) + "\n\n";
    for (auto const& line : status_lines(result_.status, language_))
      text_ += "- " + markdown_text(line) + '\n';
    if (auto const known = known_tally(result_, language_); !known.empty())
      text_ += "- " + markdown_text(known) + '\n';
    text_ += '\n';
  }

  void put_table() {
    text_ += "| |";
    for (auto const& column :
         {wording::kRequirement, wording::kLevel, wording::kVerdict, wording::kByColumn})
      text_ += ' ' + say(column) + " |";
    text_ += "\n| --- | --- | --- | --- | --- |\n";
    for (auto const& one : result_.findings) {
      text_ += "| " + mark_of(one, speaker_) + " | " + markdown_code(one.requirement) + "<br>" +
               markdown_text(one.title) + " | " + markdown_text(level_text(one.level, language_)) +
               " | " + markdown_text(verdict_text(one, language_)) + waived_or_known(one) + " | " +
               marks(one) + " |\n";
    }
    text_ += '\n';
  }

  std::string marks(Finding const& finding) const {
    std::string text;
    std::size_t further = 0;
    for (std::size_t i = 0; i < culprits_.size(); ++i) {
      auto const& named = culprits_[i].requirements;
      if (std::ranges::find(named, finding.requirement) == named.end()) continue;
      if (i < kMostRules) {
        text += (text.empty() ? "" : ", ") + std::to_string(i + 1);
      } else {
        ++further;
      }
    }
    if (further > 0) text += say(wording::kAndMore, {std::to_string(further)});
    if (text.empty() && !finding.holds)
      for (auto const& one : without_parts(finding))
        text += markdown_text(reason_text(one.reason, language_)) + ' ';
    return text;
  }

  void put_culprits() {
    if (culprits_.empty()) return;
    text_ += "### " + say(wording::kTheRules) + "\n\n";
    auto const shown = std::min(culprits_.size(), kMostRules);
    for (std::size_t i = 0; i < shown; ++i) put_culprit(i + 1, culprits_[i]);
    if (shown < culprits_.size())
      text_ += say(wording::kMoreRules, {std::to_string(culprits_.size() - shown)}) + "\n\n";
  }

  void put_culprit(std::size_t number, Decided const& decided) {
    auto const& part = *decided.like;
    RuleRef const& rule = part.rule;
    text_ += std::to_string(number) + ". ";
    if (rule.nothing) {
      text_ += say(wording::kNoChain, {markdown_text(rule.device)});
    } else {
      text_ += markdown_code(place_text(rule, language_)) +
               (rule.policy ? say(wording::kOfThePolicy) : "") + ' ' + markdown_code(rule.text);
    }
    text_ += "  \n   " + markdown_text(decision_heading(part, language_)) + ":\n";
    auto const shown = std::min(decided.boxes.size(), kMostBoxes);
    for (std::size_t i = 0; i < shown; ++i)
      text_ +=
          "   - " + markdown_text(packets_text(decided.boxes[i], kMostItems, language_)) + '\n';
    if (shown < decided.boxes.size())
      text_ +=
          "   - " + say(wording::kMoreLine, {std::to_string(decided.boxes.size() - shown)}) + '\n';
    if (!part.undecided_by.empty())
      text_ +=
          "\n   " + say(wording::kHangsOnWords) +
          markdown_code(listed(part.undecided_by, kMostItems, language_)) + ": " +
          markdown_text(listed(settled_by(part.undecided_by, language_), kNoLimit, language_)) +
          '\n';
    if (auto const advice = advice_for(decided, language_)) {
      text_ += "\n   " + say(wording::kMendSentence, {markdown_text(advice->sentence)}) + '\n';
      if (!advice->rules.empty()) text_ += "\n" + code_block(advice->rules);
    }
    text_ += '\n';
  }

  void put_later() {
    if (result_.upcoming.empty()) return;
    text_ += "### " + say(wording::kLater) + "\n\n";
    for (auto const& [day, finding] : result_.upcoming)
      text_ += "- " + to_string(day) + ": " + markdown_code(finding.requirement) + ' ' +
               markdown_text(verdict_text(finding, language_)) + waived_or_known(finding) + '\n';
    text_ += '\n';
  }

  void put_notes() {
    text_ += "<details><summary>" + say(wording::kNotes) + "</summary>\n\n";
    for (auto const& device : context_.devices)
      for (auto const& file : device.files)
        text_ += "- " +
                 say(wording::kReadFile, {markdown_code(file), markdown_text(device.device)}) +
                 '\n';
    for (auto const& note : result_.notes)
      text_ +=
          "- " + markdown_text(note.code) + ' ' + markdown_text(note_text(note, language_)) + '\n';
    text_ += "\n</details>\n";
  }

  CheckResult const& result_;
  ReportContext const& context_;
  Language language_;
  Speaker speaker_;
  std::vector<Decided> culprits_;
  std::string text_;
};

}  // namespace

std::string markdown_check(CheckResult const& result, ReportContext const& context) {
  return MarkdownReport(result, context).write();
}

}  // namespace safeconduct
