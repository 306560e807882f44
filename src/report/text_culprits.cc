// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/text_culprits.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "report/advice.h"
#include "report/settling.h"
#include "report/witness.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostItems = 6;  // addresses or ports in a line, unless all are asked for
constexpr std::size_t kMostBoxes = 8;  // lines of packets a rule
constexpr std::size_t kMostWays = 3;
constexpr std::size_t kMostAlso = 3;  // further rules that an undecided part hangs on
// Of a blocklist a rule for each address may be at fault: nobody reads a hundred of them.
constexpr std::size_t kMostCulprits = 20;
constexpr std::size_t kOfEachRequirement = 3;  // these are shown in any case

std::string chain_text(RuleRef const& rule) {
  std::string where;
  // Without a site the device is called by its file, which has just been named.
  if (rule.device != rule.at.file) where = rule.device;
  if (!rule.table.empty())
    where +=
        (where.empty() ? "" : ": ") + std::string("table ") + rule.table + ", chain " + rule.chain;
  if (rule.policy) where += ", policy";
  if (!rule.number.empty()) where += ", rule " + rule.number;
  if (!rule.name.empty()) where += (rule.number.empty() ? ", rule '" : " '") + rule.name + '\'';
  return where;
}

std::string way_text(std::vector<std::string> const& way) {
  std::string text;
  for (auto const& chain : way) text += (text.empty() ? "" : " > ") + chain;
  return text;
}

void put_packets(Paper& paper, std::size_t indent, Decided const& decided, bool all) {
  auto const& part = *decided.like;
  auto const most = all ? kNoLimit : kMostItems;
  auto lead = doing_text(part) + ' ' + std::string(leg_text(part.leg));
  if (decided.boxes.size() == 1) {
    paper.paragraph(indent, {{lead + packets_text(decided.boxes.front(), most)}});
    return;
  }
  lead.erase(lead.find_last_not_of(" ,") + 1);
  paper.paragraph(indent, {{lead + ':'}});
  auto const shown = all ? decided.boxes.size() : std::min(decided.boxes.size(), kMostBoxes);
  for (std::size_t i = 0; i < shown; ++i)
    paper.paragraph(indent + 2, {{packets_text(decided.boxes[i], most)}});
  if (shown < decided.boxes.size())
    paper.paragraph(indent + 2, {{"and " + std::to_string(decided.boxes.size() - shown) +
                                      " more (--verbose lists all)",
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

void put_advice(Paper& paper, std::size_t indent, Decided const& decided) {
  auto const advice = advice_for(decided);
  paper.paragraph(indent, {{"to mend: ", Ink::strong}}, {{advice.sentence}});
  for (auto const& rule : advice.rules) paper.line(indent + 4, {{rule}});
}

std::string stop_text(NextStop const& stop) {
  Part like;
  like.verdict = stop.verdict;
  like.how = stop.how;
  auto const them = std::string(leg_text(stop.leg)) + "them";
  if (stop.how.kind != How::Kind::reject) return doing_text(like) + ' ' + them;
  auto how = doing_text(like);  // "refuses, with a TCP reset,"
  how.pop_back();
  return "refuses " + them + how.substr(how.find(','));
}

// What comes after the rule, once it is mended.
void put_next(Paper& paper, std::size_t indent, Decided const& decided, bool all) {
  if (!decided.mended) return;
  constexpr std::size_t kMostNext = 4;
  auto const shown = all ? decided.next.size() : std::min(decided.next.size(), kMostNext);
  for (std::size_t i = 0; i < shown; ++i) {
    auto const& stop = decided.next[i];
    paper.paragraph(indent, {{"then: ", Ink::strong}},
                    {{place_text(stop.rule), Ink::place},
                     {"  (" + chain_text(stop.rule) + ") " + stop_text(stop)}});
  }
  if (shown < decided.next.size())
    paper.paragraph(indent + 6, {{"and " + std::to_string(decided.next.size() - shown) +
                                      " further rules (--verbose)",
                                  Ink::faint}});
  auto const count = decided.next.size() + 1;
  bool const diverted = decided.like->verdict == Verdict::intercepted ||
                        std::ranges::any_of(decided.next, [](NextStop const& stop) {
                          return stop.verdict == Verdict::intercepted;
                        });
  // What several parts need together was tried for each of them alone: rules that divert may then
  // have hidden one another.
  if (*decided.mended && (count == 1 || !diverted || decided.boxes.size() == 1))
    paper.paragraph(
        indent, {{"then: ", Ink::strong}},
        {{count == 1 ? std::string("they pass; mending this is enough")
                     : "they pass; mending these " + std::to_string(count) + " is enough"}});
}

// The words by what would decide them: many interfaces, one advice.
void put_undecided_words(Paper& paper, std::size_t indent, Part const& part, bool all) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_advice;
  for (auto const& words : part.undecided_by) {
    auto advice = settled_by(words);
    auto found = std::ranges::find(by_advice, advice, [](auto const& one) { return one.first; });
    if (found == by_advice.end()) found = by_advice.insert(found, {std::move(advice), {}});
    found->second.push_back(words);
  }
  for (auto const& [advice, words] : by_advice) {
    paper.paragraph(indent, {{"hangs on  ", Ink::faint}},
                    {{listed(words, all ? kNoLimit : kMostItems), Ink::doubtful}});
    paper.paragraph(indent + 10, {{advice}});
  }
  auto const shown = all ? part.also.size() : std::min(part.also.size(), kMostAlso);
  auto const lead = part.verdict == Verdict::undecided ? "also on   " : "may stop them first  ";
  for (std::size_t i = 0; i < shown; ++i)
    paper.paragraph(indent, {{lead, Ink::faint}},
                    {{place_text(part.also[i]), Ink::place}, {"  " + part.also[i].text}});
  if (shown < part.also.size())
    paper.paragraph(indent + 10, {{"and " + std::to_string(part.also.size() - shown) +
                                       " further rules (--verbose)",
                                   Ink::faint}});
}

}  // namespace

void put_rule(Paper& paper, std::size_t indent, Phrase const& lead, Decided const& decided,
              bool all) {
  auto const& rule = decided.like->rule;
  if (rule.nothing) {
    paper.paragraph(indent, lead, {{"no chain of " + rule.device + " sees these packets"}});
  } else {
    paper.paragraph(indent, lead,
                    {{place_text(rule), Ink::place}, {"  (" + chain_text(rule) + ')'}});
  }
  std::size_t below = indent;
  for (auto const& piece : lead) below += columns(piece.text);
  if (!rule.line_text.empty() && rule.at.line != 0)
    put_quote(
        paper, below,
        {rule.at.line, rule.translated ? 0 : rule.at.column, rule.text.size(), rule.line_text});
  put_packets(paper, below, decided, all);
  if (!decided.regions.empty())
    paper.paragraph(below, {{"region ", Ink::faint}},
                    {{listed(decided.regions, all ? kNoLimit : kMostItems)}});
  if (!decided.paths.empty())
    paper.paragraph(below, {{"path   ", Ink::faint}},
                    {{listed(decided.paths, all ? kNoLimit : kMostItems)}});
  for (std::size_t i = 0; i < std::min(decided.ways.size(), kMostWays); ++i)
    if (decided.ways[i].size() > 1)
      paper.paragraph(below, {{"way    ", Ink::faint}}, {{way_text(decided.ways[i])}});
}

Culprits::Culprits(std::vector<Decided> decided, ReportContext const& context, bool verbose)
    : decided_(std::move(decided)), context_(context), verbose_(verbose), shown_(chosen()) {}

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
  if (further > 0) text += " and " + std::to_string(further) + " more";
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
    put_rule(paper, 0, {{lead, Ink::strong}}, decided, verbose_);
    put_undecided_words(paper, below, part, verbose_);
    put_command(paper, below, trace_command(part, context_));
    bool const lost = part.verdict != Verdict::undecided && part.verdict != Verdict::allowed;
    if (lost) put_advice(paper, below, decided);
    if (lost) put_next(paper, below, decided, verbose_);
  }
  auto const left = std::ranges::count(shown_, false);
  if (left == 0) return;
  paper.blank();
  paper.paragraph(
      0, {{"and " + std::to_string(left) + " more rules (--verbose lists all)", Ink::faint}});
}

}  // namespace safeconduct
