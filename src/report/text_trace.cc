// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "report/columns.h"
#include "report/paper.h"
#include "report/settling.h"
#include "report/trace_wording.h"
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

std::string verdict_words(TraceAnswer const& answer, Speaker const& speaker) {
  switch (answer.verdict) {
    case TraceVerdict::accept:
      return speaker.say(wording::kAccept);
    case TraceVerdict::drop:
      return speaker.say(wording::kDrop);
    case TraceVerdict::reject:
      return speaker.say(wording::kReject, {name(answer.how.with)});
    case TraceVerdict::intercept:
      return speaker.say(wording::kIntercept);
    case TraceVerdict::undecided:
      return speaker.say(wording::kTraceUndecided);
  }
  std::abort();  // not a TraceVerdict
}

void put_rule(Paper& paper, RuleRef const& rule, Speaker const& speaker) {
  if (rule.nothing) {
    paper.paragraph(2, {{speaker.say(wording::kNoChainSees)}});
    return;
  }
  auto const where =
      speaker.say(rule.policy ? wording::kByPolicyOf : wording::kInChain, {rule.table, rule.chain});
  paper.paragraph(2, {{speaker.say(wording::kByRule), Ink::faint}},
                  {{place_text(rule, speaker.language()), Ink::place}, {where}});
  if (!rule.line_text.empty() && rule.at.line != 0)
    put_quote(
        paper, 5,
        {rule.at.line, rule.translated ? 0 : rule.at.column, rule.text.size(), rule.line_text});
}

}  // namespace

std::string text_trace(TraceQuestion const& question, TraceAnswer const& answer,
                       TextStyle const& style) {
  Speaker const speaker(style.language);
  Paper paper(style.width, style.colour);
  paper.paragraph(0, {{to_string(question.packet) + ": ", Ink::strong},
                      {verdict_words(answer, speaker), ink_of(answer.verdict)}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  put_rule(paper, answer.rule, speaker);
  std::string way;
  for (auto const& chain : answer.way) way += (way.empty() ? "" : " > ") + chain;
  if (!way.empty()) paper.paragraph(2, {{speaker.say(wording::kTraceWay), Ink::faint}}, {{way}});
  if (!question.packet.at(Field::ct_state) && answer.state != CtState::new_)
    paper.paragraph(2, {{speaker.say(wording::kTraceTakenAs), Ink::faint}},
                    {{speaker.say(wording::kTraceUnseen, {name(answer.state)})}});
  if (answer.rewritten)
    paper.paragraph(2, {{speaker.say(wording::kTraceThen), Ink::faint}},
                    {{to_string(*answer.rewritten)}});
  if (!answer.rewritten_text.empty())
    paper.paragraph(2, {{speaker.say(wording::kTraceThen), Ink::faint}}, {{answer.rewritten_text}});
  for (auto const& words : answer.undecided_by) {
    auto const lead = speaker.say(wording::kTraceHangsOn);
    paper.paragraph(2, {{lead, Ink::faint}}, {{words, Ink::doubtful}});
    paper.paragraph(2 + columns(lead), {{settled_by(words, style.language)}});
  }
  return std::move(paper).take();
}

std::string text_trace(std::vector<TraceHop> const& hops, TextStyle const& style) {
  std::string text;
  for (auto const& hop : hops) {
    Paper paper(style.width, style.colour);
    paper.line(0, {{Speaker(style.language).say(wording::kAtDevice, {hop.device}), Ink::strong}});
    text += std::move(paper).take() + text_trace(hop.question, hop.answer, style);
  }
  return text;
}

}  // namespace safeconduct
