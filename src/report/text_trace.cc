// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "report/paper.h"
#include "report/settling.h"
#include "report/trace_writers.h"
#include "report/words.h"

namespace safeconduct {
namespace {

Ink ink_of(TraceVerdict verdict) {
  switch (verdict) {
    case TraceVerdict::accept:
      return Ink::good;
    case TraceVerdict::drop:
    case TraceVerdict::reject:
    case TraceVerdict::intercept:
      return Ink::bad;
    case TraceVerdict::undecided:
      return Ink::doubtful;
  }
  std::abort();  // not a TraceVerdict
}

std::string verdict_words(TraceAnswer const& answer) {
  auto text = std::string(name(answer.verdict));
  if (answer.verdict == TraceVerdict::reject) text += " with " + std::string(name(answer.how.with));
  return text;
}

void put_rule(Paper& paper, RuleRef const& rule) {
  if (rule.nothing) {
    paper.paragraph(2, {{"no chain sees it, so it passes"}});
    return;
  }
  std::string where = "  (table " + rule.table + ", chain " + rule.chain;
  if (rule.policy) where += ", policy";
  paper.paragraph(2, {{"by ", Ink::faint}}, {{place_text(rule), Ink::place}, {where + ')'}});
  if (!rule.line_text.empty() && rule.at.line != 0)
    put_quote(
        paper, 5,
        {rule.at.line, rule.translated ? 0 : rule.at.column, rule.text.size(), rule.line_text});
}

}  // namespace

std::string text_trace(TraceQuestion const& question, TraceAnswer const& answer,
                       TextStyle const& style) {
  Paper paper(style.width, style.colour);
  paper.paragraph(0, {{to_string(question.packet) + ": ", Ink::strong},
                      {verdict_words(answer), ink_of(answer.verdict)}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  put_rule(paper, answer.rule);
  std::string way;
  for (auto const& chain : answer.way) way += (way.empty() ? "" : " > ") + chain;
  if (!way.empty()) paper.paragraph(2, {{"way ", Ink::faint}}, {{way}});
  if (answer.rewritten)
    paper.paragraph(2, {{"then ", Ink::faint}}, {{to_string(*answer.rewritten)}});
  if (!answer.rewritten_text.empty())
    paper.paragraph(2, {{"then ", Ink::faint}}, {{answer.rewritten_text}});
  for (auto const& words : answer.undecided_by) {
    paper.paragraph(2, {{"hangs on ", Ink::faint}}, {{words, Ink::doubtful}});
    paper.paragraph(11, {{settled_by(words)}});
  }
  return std::move(paper).take();
}

std::string text_trace(std::vector<TraceHop> const& hops, TextStyle const& style) {
  std::string text;
  for (auto const& hop : hops) {
    Paper paper(style.width, style.colour);
    paper.line(0, {{"at " + hop.device, Ink::strong}});
    text += std::move(paper).take() + text_trace(hop.question, hop.answer, style);
  }
  return text;
}

}  // namespace safeconduct
