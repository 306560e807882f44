// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/observed_text.h"
#include "report/paper.h"
#include "report/probe_report.h"
#include "report/probe_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

class ProbeText {
 public:
  ProbeText(ObservedResult const& result, TextStyle const& style)
      : result_(result), style_(style), paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (style_.detail == Detail::quiet) return std::move(paper_).take();
    put_status(paper_, result_.status, style_.language);
    for (auto const& one : result_.requirements) put_requirement(one);
    put_notes(paper_, result_.notes, style_.language);
    return std::move(paper_).take();
  }

 private:
  bool verbose() const { return style_.detail == Detail::verbose; }

  void put_verdict() {
    auto const language = style_.language;
    Speaker const speaker(language);
    Phrase text{{speaker.say(wording::kSiteOnTheWire, {result_.site}), Ink::strong},
                {verdict_word(result_.verdict, language), ink_of(result_.verdict)},
                {speaker.say(wording::kProbed, {counts_text(result_.summary, language)})}};
    if (result_.interrupted) text.push_back({speaker.say(wording::kInterrupted), Ink::doubtful});
    paper_.paragraph(0, text);
  }

  void put_requirement(ObservedRequirement const& one) {
    paper_.blank();
    paper_.line(0,
                {{one.finding.requirement, Ink::strong},
                 {": "},
                 {verdict_word(one.finding.verdict, style_.language), ink_of(one.finding.verdict)},
                 {level_in_brackets(one.finding.level, style_.language), Ink::faint}});
    for (auto const& seen : one.seen) put_observation(paper_, seen, verbose(), style_.language);
  }

  ObservedResult const& result_;
  TextStyle const& style_;
  Paper paper_;
};

}  // namespace

std::string text_probe(ObservedResult const& result, TextStyle const& style) {
  return ProbeText(result, style).write();
}

}  // namespace safeconduct
