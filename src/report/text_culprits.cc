// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/text_culprits.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "report/advice.h"
#include "report/check_wording.h"
#include "report/settling.h"
#include "report/witness.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostInLine = 6;  // addresses or ports in a line, unless all are asked for
constexpr std::size_t kMostBoxes = 8;   // lines of packets a rule
constexpr std::size_t kMostWays = 3;
constexpr std::size_t kMostAlso = 3;  // further rules that an undecided part hangs on
// Of a blocklist a rule for each address may be at fault: nobody reads a hundred of them.
constexpr std::size_t kMostCulprits = 20;
constexpr std::size_t kOfEachRequirement = 3;  // these are shown in any case

std::string chain_text(RuleRef const& rule, Speaker const& speaker) {
  std::string where;
  // Without a site the device is called by its file, which has just been named.
  if (rule.device != rule.at.file) where = rule.device;
  if (!rule.table.empty())
    where += (where.empty() ? "" : ": ") +
             speaker.say(wording::kTableAndChain, {rule.table, rule.chain});
  if (rule.policy) where += speaker.say(wording::kOfPolicy);
  if (!rule.number.empty()) where += speaker.say(wording::kRuleNumber, {rule.number});
  if (!rule.name.empty())
    where += rule.number.empty() ? speaker.say(wording::kRuleName, {rule.name})
                                 : " '" + rule.name + '\'';
  return where;
}

std::string way_text(std::vector<std::string> const& way) {
  std::string text;
  for (auto const& chain : way) text += (text.empty() ? "" : " > ") + chain;
  return text;
}

void put_packets(Paper& paper, std::size_t indent, Decided const& decided, bool all,
                 Speaker const& speaker) {
  auto const& part = *decided.like;
  auto const language = speaker.language();
  auto const most = all ? kNoLimit : kMostInLine;
  if (decided.boxes.size() == 1) {
    auto const packets = packets_text(decided.boxes.front(), most, language);
    paper.paragraph(indent, {{decision_text(part, packets, language)}});
    return;
  }
  paper.paragraph(indent, {{decision_heading(part, language) + ':'}});
  auto const shown = all ? decided.boxes.size() : std::min(decided.boxes.size(), kMostBoxes);
  for (std::size_t i = 0; i < shown; ++i)
    paper.paragraph(indent + 2, {{packets_text(decided.boxes[i], most, language)}});
  if (shown < decided.boxes.size())
    paper.paragraph(
        indent + 2,
        {{speaker.say(wording::kMoreVerbose, {std::to_string(decided.boxes.size() - shown)}),
          Ink::faint}});
}

// Stays one command when it is copied over several lines.
void put_command(Paper& paper, std::size_t indent, std::vector<std::string> const& words) {
  if (words.empty()) return;
  std::string line = "$ " + words.front();
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (indent + columns(line) + 3 + columns(words[i]) > paper.width()) {
      paper.line(indent, {{line + " \\", Ink::faint}});
      line = "    " + words[i];
    } else {
      line += ' ' + words[i];
    }
  }
  paper.line(indent, {{line, Ink::faint}});
}

void put_advice(Paper& paper, std::size_t indent, Decided const& decided, Speaker const& speaker) {
  auto const advice = advice_for(decided, speaker.language());
  if (!advice) return;
  paper.paragraph(indent, {{speaker.say(wording::kToMend), Ink::strong}}, {{advice->sentence}});
  for (auto const& rule : advice->rules) paper.line(indent + 4, {{rule}});
}

void put_further_rules(Paper& paper, std::size_t indent, std::size_t count,
                       Speaker const& speaker) {
  if (count == 0) return;
  paper.paragraph(indent,
                  {{speaker.say(wording::kFurtherRules, {std::to_string(count)}), Ink::faint}});
}

// What comes after the rule, once it is mended.
void put_next(Paper& paper, std::size_t indent, Decided const& decided, bool all,
              Speaker const& speaker) {
  if (!decided.mended) return;
  constexpr std::size_t kMostNext = 4;
  Phrase const then{{speaker.say(wording::kThen), Ink::strong}};
  auto const shown = all ? decided.next.size() : std::min(decided.next.size(), kMostNext);
  for (std::size_t i = 0; i < shown; ++i) {
    auto const& stop = decided.next[i];
    paper.paragraph(
        indent, then,
        {{place_text(stop.rule, speaker.language()), Ink::place},
         {"  (" + chain_text(stop.rule, speaker) + ") " + stop_text(stop, speaker.language())}});
  }
  put_further_rules(paper, indent + 6, decided.next.size() - shown, speaker);
  auto const count = decided.next.size() + 1;
  bool const diverted = decided.like->verdict == Verdict::intercepted ||
                        std::ranges::any_of(decided.next, [](NextStop const& stop) {
                          return stop.verdict == Verdict::intercepted;
                        });
  // What several parts need together was tried for each of them alone: rules that divert may then
  // have hidden one another.
  if (*decided.mended && (count == 1 || !diverted || decided.boxes.size() == 1))
    paper.paragraph(indent, then,
                    {{count == 1 ? speaker.say(wording::kEnough)
                                 : speaker.say(wording::kTheseEnough, {std::to_string(count)})}});
}

// The words by what would decide them: many interfaces, one advice.
void put_undecided_words(Paper& paper, std::size_t indent, Part const& part, bool all,
                         Speaker const& speaker) {
  auto const language = speaker.language();
  std::vector<std::pair<std::string, std::vector<std::string>>> by_advice;
  for (auto const& words : part.undecided_by) {
    auto advice = settled_by(words, language);
    auto found = std::ranges::find(by_advice, advice, [](auto const& one) { return one.first; });
    if (found == by_advice.end()) found = by_advice.insert(found, {std::move(advice), {}});
    found->second.push_back(words);
  }
  auto const hangs_on = speaker.say(wording::kHangsOn);
  auto const below = indent + columns(hangs_on);
  for (auto const& [advice, words] : by_advice) {
    paper.paragraph(indent, {{hangs_on, Ink::faint}},
                    {{listed(words, all ? kNoLimit : kMostInLine, language), Ink::doubtful}});
    paper.paragraph(below, {{advice}});
  }
  auto const shown = all ? part.also.size() : std::min(part.also.size(), kMostAlso);
  auto const lead =
      speaker.say(part.verdict == Verdict::undecided ? wording::kAlsoOn : wording::kMayStopFirst);
  for (std::size_t i = 0; i < shown; ++i)
    paper.paragraph(indent, {{lead, Ink::faint}},
                    {{place_text(part.also[i], language), Ink::place}, {"  " + part.also[i].text}});
  put_further_rules(paper, below, part.also.size() - shown, speaker);
}

}  // namespace

void put_rule(Paper& paper, std::size_t indent, Phrase const& lead, Decided const& decided,
              bool all, Language language) {
  Speaker const speaker(language);
  RuleRef const& rule = decided.like->rule;
  if (rule.nothing) {
    paper.paragraph(indent, lead, {{speaker.say(wording::kNoChain, {rule.device})}});
  } else {
    paper.paragraph(
        indent, lead,
        {{place_text(rule, language), Ink::place}, {"  (" + chain_text(rule, speaker) + ')'}});
  }
  std::size_t below = indent;
  for (auto const& piece : lead) below += columns(piece.text);
  if (!rule.line_text.empty() && rule.at.line != 0)
    put_quote(
        paper, below,
        {rule.at.line, rule.translated ? 0 : rule.at.column, rule.text.size(), rule.line_text});
  put_packets(paper, below, decided, all, speaker);
  auto const most = all ? kNoLimit : kMostInLine;
  if (!decided.regions.empty())
    paper.paragraph(below, {{speaker.say(wording::kRegion), Ink::faint}},
                    {{listed(decided.regions, most, language)}});
  if (!decided.paths.empty())
    paper.paragraph(below, {{speaker.say(wording::kPath), Ink::faint}},
                    {{listed(decided.paths, most, language)}});
  for (std::size_t i = 0; i < std::min(decided.ways.size(), kMostWays); ++i)
    if (decided.ways[i].size() > 1)
      paper.paragraph(below, {{speaker.say(wording::kWay), Ink::faint}},
                      {{way_text(decided.ways[i])}});
}

Culprits::Culprits(std::vector<Decided> decided, ReportContext const& context, bool verbose,
                   Language language)
    : decided_(std::move(decided)),
      context_(context),
      verbose_(verbose),
      speaker_(language),
      shown_(chosen()) {}

std::vector<bool> Culprits::chosen() const {
  std::vector<bool> shown(decided_.size(), verbose_);
  std::map<std::string_view, std::size_t> count;  // of those shown, by requirement
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    auto const& named = decided_[i].requirements;
    if (i < kMostCulprits ||
        std::ranges::any_of(
            named, [&](std::string const& one) { return count[one] < kOfEachRequirement; }))
      shown[i] = true;
    if (shown[i])
      for (auto const& one : named) ++count[one];
  }
  return shown;
}

std::string Culprits::marks(std::string const& requirement) const {
  std::string text;
  std::size_t further = 0;
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    auto const& named = decided_[i].requirements;
    if (std::ranges::find(named, requirement) == named.end()) continue;
    if (shown_[i]) {
      text += (text.empty() ? "[" : " [") + std::to_string(i + 1) + ']';
    } else {
      ++further;
    }
  }
  if (further > 0) text += speaker_.say(wording::kAndMore, {std::to_string(further)});
  return text;
}

void Culprits::put(Paper& paper) const {
  for (std::size_t i = 0; i < decided_.size(); ++i) {
    if (!shown_[i]) continue;
    auto const& decided = decided_[i];
    auto const& part = *decided.like;
    auto const lead = '[' + std::to_string(i + 1) + "] ";
    auto const below = lead.size();
    paper.blank();
    put_rule(paper, 0, {{lead, Ink::strong}}, decided, verbose_, speaker_.language());
    put_undecided_words(paper, below, part, verbose_, speaker_);
    put_command(paper, below, trace_command(part, context_));
    put_advice(paper, below, decided, speaker_);
    bool const lost = part.verdict != Verdict::undecided && part.verdict != Verdict::allowed;
    if (lost) put_next(paper, below, decided, verbose_, speaker_);
  }
  auto const left = std::ranges::count(shown_, false);
  if (left == 0) return;
  paper.blank();
  paper.paragraph(0,
                  {{speaker_.say(wording::kMoreRulesVerbose, {std::to_string(left)}), Ink::faint}});
}

}  // namespace safeconduct
