// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "report/advice.h"
#include "report/check_writers.h"
#include "report/joined.h"
#include "report/known.h"
#include "report/markdown_text.h"
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

std::string mark_of(Finding const& finding) {
  if (finding.holds) return "✅";
  if (finding.waived) return "☑️ waived";
  if (finding.known) return "☑️ known";
  return finding.verdict == Verdict::undecided ? "❔" : "❌";
}

class MarkdownReport {
 public:
  MarkdownReport(CheckResult const& result, ReportContext const& context)
      : result_(result), context_(context), culprits_(by_rule(blaming(), is_culprit)) {}

  std::string write() && {
    put_head();
    put_table();
    put_culprits();
    put_later();
    put_notes();
    return std::move(text_);
  }

 private:
  std::vector<Finding const*> blaming() const {
    std::vector<Finding const*> all;
    for (auto const& one : result_.findings)
      if (!one.holds) all.push_back(&one);
    return all;
  }

  void put_head() {
    text_ += "## " + markdown_text(result_.site) + ": " + verdict_word(result_.verdict) + "\n\n";
    for (auto const& line : status_lines(result_.status))
      text_ += "- " + markdown_text(line) + '\n';
    if (auto const known = known_tally(result_); !known.empty())
      text_ += "- " + markdown_text(known) + '\n';
    text_ += '\n';
  }

  void put_table() {
    text_ += "| | requirement | level | verdict | by |\n| --- | --- | --- | --- | --- |\n";
    for (auto const& one : result_.findings) {
      text_ += "| " + mark_of(one) + " | " + markdown_code(one.requirement) + "<br>" +
               markdown_text(one.title) + " | " + markdown_text(one.level) + " | " +
               markdown_text(verdict_text(one)) +
               (one.waived ? "; waived: " + markdown_text(waived_text(one)) : "") +
               (one.known ? "; " + markdown_text(known_text(*one.known)) : "") + " | " +
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
    if (further > 0) text += " and " + std::to_string(further) + " more";
    if (text.empty() && !finding.holds)
      for (auto const& one : without_parts(finding)) text += markdown_text(one.reason) + ' ';
    return text;
  }

  void put_culprits() {
    if (culprits_.empty()) return;
    text_ += "### The rules\n\n";
    auto const shown = std::min(culprits_.size(), kMostRules);
    for (std::size_t i = 0; i < shown; ++i) put_culprit(i + 1, culprits_[i]);
    if (shown < culprits_.size())
      text_ += "and " + std::to_string(culprits_.size() - shown) + " more rules\n\n";
  }

  void put_culprit(std::size_t number, Decided const& decided) {
    auto const& part = *decided.like;
    auto const& rule = part.rule;
    text_ += std::to_string(number) + ". ";
    if (rule.nothing) {
      text_ += "no chain of " + markdown_text(rule.device) + " sees these packets";
    } else {
      text_ += markdown_code(place_text(rule)) + (rule.policy ? " (policy)" : "") + ' ' +
               markdown_code(rule.text);
    }
    auto what = doing_text(part) + ' ' + std::string(leg_text(part.leg));
    what.erase(what.find_last_not_of(" ,") + 1);
    text_ += "  \n   " + markdown_text(what) + ":\n";
    auto const shown = std::min(decided.boxes.size(), kMostBoxes);
    for (std::size_t i = 0; i < shown; ++i)
      text_ += "   - " + markdown_text(packets_text(decided.boxes[i], kMostItems)) + '\n';
    if (shown < decided.boxes.size())
      text_ += "   - and " + std::to_string(decided.boxes.size() - shown) + " more\n";
    if (!part.undecided_by.empty())
      text_ += "\n   hangs on " + markdown_code(listed(part.undecided_by, kMostItems)) + ": " +
               markdown_text(listed(settled_by(part.undecided_by))) + '\n';
    bool const lost = part.verdict != Verdict::undecided && part.verdict != Verdict::allowed;
    if (lost) {
      auto const advice = advice_for(decided);
      text_ += "\n   To mend: " + markdown_text(advice.sentence) + '\n';
      if (!advice.rules.empty()) text_ += "\n" + code_block(advice.rules);
    }
    text_ += '\n';
  }

  void put_later() {
    if (result_.upcoming.empty()) return;
    text_ += "### What breaks later\n\n";
    for (auto const& [day, finding] : result_.upcoming)
      text_ += "- " + to_string(day) + ": " + markdown_code(finding.requirement) + ' ' +
               markdown_text(verdict_text(finding)) +
               (finding.waived ? "; waived: " + markdown_text(waived_text(finding)) : "") +
               (finding.known ? "; " + markdown_text(known_text(*finding.known)) : "") + '\n';
    text_ += '\n';
  }

  void put_notes() {
    text_ += "<details><summary>Notes</summary>\n\n";
    for (auto const& device : context_.devices)
      for (auto const& file : device.files)
        text_ += "- read " + markdown_code(file) + " of " + markdown_text(device.device) + '\n';
    for (auto const& note : result_.notes)
      text_ += "- " + markdown_text(note.code) + ' ' + markdown_text(note.message) + '\n';
    text_ += "\n</details>\n";
  }

  CheckResult const& result_;
  ReportContext const& context_;
  std::vector<Decided> culprits_;
  std::string text_;
};

}  // namespace

std::string markdown_check(CheckResult const& result, ReportContext const& context) {
  return MarkdownReport(result, context).write();
}

}  // namespace safeconduct
