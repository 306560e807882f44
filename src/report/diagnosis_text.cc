// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <span>
#include <utility>

#include "packet/observation_words.h"
#include "report/diagnosis_report.h"
#include "report/diagnosis_wording.h"
#include "report/observed_text.h"
#include "report/paper.h"
#include "report/words.h"

namespace safeconduct {
namespace {

std::string two(long number) {
  return std::string(number < 10 ? "0" : "") + std::to_string(number);
}

// "UTC-07:00"
std::string zone_text(ClockMatch const& clock) {
  auto const minutes = std::abs(clock.offset_minutes);
  return std::string("UTC") + (clock.offset_minutes < 0 ? '-' : '+') + two(minutes / 60) + ':' +
         two(minutes % 60);
}

std::string tenths(double number) {
  auto const scaled = std::llround(std::abs(number) * 10);
  return std::to_string(scaled / 10) + '.' + std::to_string(scaled % 10);
}

Said target_of(Difference const& one) {
  return target_words(one.protocol, one.dst ? to_string(*one.dst) : std::string(name(one.family)),
                      one.dport);
}

Said state_words(Said const& state) { return state.empty() ? Said(wording::kNothing) : state; }

std::string times_text(Observation const& o, Speaker const& speaker) {
  if (o.first.empty()) return {};
  auto const when = o.last == o.first ? o.first : speaker.say(wording::kFromTo, {o.first, o.last});
  return speaker.say(o.count == 1 ? wording::kOneTime : wording::kTimes,
                     {std::to_string(o.count), when});
}

std::string likelihood_text(std::string const& likelihood, Speaker const& speaker) {
  for (auto const& known : {wording::kCertain, wording::kLikely, wording::kPossible})
    if (likelihood == known.english()) return speaker.say(known);
  return likelihood;
}

class DiagnosisText {
 public:
  DiagnosisText(Diagnosis const& diagnosis, TextStyle const& style)
      : diagnosis_(diagnosis),
        result_(diagnosis.result),
        style_(style),
        language_(style.language),
        speaker_(style.language),
        paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (style_.detail == Detail::quiet) return std::move(paper_).take();
    put_status(paper_, result_.status, language_);
    put_fail_open();
    put_timeline();
    for (auto const& one : result_.requirements) put_requirement(one);
    put_causes();
    put_baseline();
    put_files();
    put_notes(paper_, result_.notes, language_, true);
    return std::move(paper_).take();
  }

 private:
  bool verbose() const { return style_.detail == Detail::verbose; }
  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return speaker_.say(text, words);
  }

  void put_verdict() {
    auto const counts = counts_text(result_.summary, language_);
    paper_.paragraph(0, {{say(wording::kSiteByEvidence, {result_.site}), Ink::strong},
                         {verdict_word(result_.verdict, language_), ink_of(result_.verdict)},
                         {counts.empty() ? say(wording::kNothingSeen)
                                         : say(wording::kSeenByEvidence, {counts})}});
  }

  void put_fail_open() {
    auto const& open = result_.status.fail_open;
    if (!open || result_.status.web != WebState::unavailable) return;
    paper_.paragraph(7, {{say(*open ? wording::kFailOpenNow : wording::kFailClosedNow),
                          *open ? Ink::bad : Ink::doubtful}});
  }

  void heading(Translated text) {
    paper_.blank();
    paper_.line(0, {{say(text), Ink::strong}});
    paper_.blank();
  }

  void put_timeline() {
    if (diagnosis_.timeline.empty()) return;
    heading(wording::kStates);
    for (auto const& one : diagnosis_.timeline) {
      auto const at = one.utc.empty() ? say(wording::kLocalTime, {one.at}) : one.utc;
      paper_.paragraph(2, {{at + "  ", Ink::faint}},
                       {{(one.subject + ": " + one.text).in(language_)}});
      for (auto const& line : one.evidence)
        paper_.line(6, {{place_text(line, language_), Ink::place}});
    }
    paper_.blank();
    put_clock();
  }

  void put_clock() {
    if (!diagnosis_.clock) {
      bool const captured = std::ranges::any_of(
          diagnosis_.files, [](EvidenceFile const& one) { return one.kind == "capture"; });
      paper_.paragraph(2, {{say(captured ? wording::kNoZoneByCapture : wording::kNoZone)}});
      return;
    }
    auto const& clock = *diagnosis_.clock;
    auto const fault = clock.residual_s > 0 ? wording::kClockFast : wording::kClockSlow;
    paper_.paragraph(2, {{say(std::abs(clock.residual_s) >= 2 ? fault : wording::kClock,
                              {zone_text(clock), std::to_string(clock.matched),
                               std::to_string(clock.steps), tenths(clock.residual_s)})}});
  }

  void put_requirement(ObservedRequirement const& one) {
    paper_.blank();
    paper_.line(0, {{one.finding.requirement, Ink::strong},
                    {": "},
                    {verdict_word(one.finding.verdict, language_), ink_of(one.finding.verdict)},
                    {level_in_brackets(one.finding.level, language_), Ink::faint}});
    for (std::size_t i = 0; i < one.seen.size();) {
      auto end = i + 1;
      while (end < one.seen.size() && one_story(one.seen[i], one.seen[end])) ++end;
      put_seen(std::span(one.seen).subspan(i, end - i));
      i = end;
    }
  }

  // Do the two differ in nothing but the address? A log often tells one thing of several.
  static bool one_story(Seen const& one, Seen const& other) {
    auto like = other.observation;
    like.dst = one.observation.dst;
    return like == one.observation && one.beside.agreement == other.beside.agreement &&
           one.beside.rules == other.beside.rules;
  }

  void put_seen(std::span<Seen const> group) {
    for (auto const& seen : group.first(group.size() - 1))
      put_target(paper_, seen.observation, language_);
    auto const& seen = group.back();
    auto const& o = seen.observation;
    put_observation(paper_, seen, verbose(), language_);
    if (auto const times = times_text(o, speaker_); !times.empty())
      paper_.paragraph(6, {{times, Ink::faint}});
    put_evidence(o.evidence);
    bool const fine = o.outcome == Outcome::open && !verbose();
    if (fine) return;
    std::vector<Observation const*> all;
    for (auto const& one : group) all.push_back(&one.observation);
    if (auto const filter = wireshark_filter(all); !filter.empty())
      paper_.line(6, {{say(wording::kWireshark), Ink::faint}, {filter}});
    if (auto const command = trace_command(diagnosis_, o); !command.empty())
      paper_.line(6, {{say(wording::kAskTheRules), Ink::faint}, {command}});
  }

  // With --verbose they are there already.
  void put_evidence(std::vector<Evidence> const& evidence) {
    constexpr std::size_t kMost = 2;
    std::size_t shown = 0;
    std::size_t more = 0;
    for (auto const& one : evidence) {
      if ((one.line == 0 && one.packet == 0) || verbose()) continue;
      if (shown == kMost) {
        ++more;
        continue;
      }
      ++shown;
      paper_.line(6, {{place_text(one, language_), Ink::place}});
      paper_.paragraph(8, {{one.text.in(language_)}});
    }
    if (more > 0)
      paper_.paragraph(6, {{say(wording::kMorePlaces, {std::to_string(more)}), Ink::faint}});
  }

  void put_causes() {
    if (result_.causes.empty()) return;
    heading(wording::kMayBeBehind);
    for (auto const& one : result_.causes) {
      paper_.paragraph(2, {{likelihood_text(one.likelihood, speaker_) + "  ", Ink::strong}},
                       {{one.text.in(language_)}});
      for (auto const& text : one.speaks_for)
        paper_.paragraph(6, {{say(wording::kSpeaksFor), Ink::faint}}, {{text.in(language_)}});
      for (auto const& text : one.speaks_against)
        paper_.paragraph(6, {{say(wording::kSpeaksAgainst), Ink::faint}}, {{text.in(language_)}});
    }
    paper_.blank();
    paper_.line(2, {{say(wording::kAskAgain), Ink::faint}, {diagnosis_.probe_command}});
  }

  void put_baseline() {
    if (!diagnosis_.differences) return;
    heading(wording::kBesideBaseline);
    if (diagnosis_.differences->empty()) paper_.paragraph(2, {{say(wording::kShowsTheSame)}});
    for (auto const& one : *diagnosis_.differences)
      paper_.paragraph(2, {{one.requirement + "  ", Ink::strong}},
                       {{Said(wording::kThenAndNow,
                              {target_of(one), state_words(one.before), state_words(one.now)})
                             .in(language_)}});
  }

  void put_files() {
    heading(wording::kReadFiles);
    for (auto const& one : diagnosis_.files)
      paper_.line(
          2, {{one.file, Ink::place}, {one.text.empty() ? "" : "  " + one.text.in(language_)}});
    if (!diagnosis_.system.empty())
      paper_.paragraph(2, {{say(wording::kSystem), Ink::faint}}, {{diagnosis_.system}});
  }

  Diagnosis const& diagnosis_;
  ObservedResult const& result_;
  TextStyle const& style_;
  Language language_;
  Speaker speaker_;
  Paper paper_;
};

}  // namespace

std::string text_diagnosis(Diagnosis const& diagnosis, TextStyle const& style) {
  return DiagnosisText(diagnosis, style).write();
}

}  // namespace safeconduct
