// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "packet/field.h"
#include "report/diagnosis_report.h"
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

std::string target_text(Difference const& one) {
  return std::string(one.protocol == l4::udp ? "udp " : "tcp ") +
         (one.dst ? to_string(*one.dst) : std::string(name(one.family))) + " port " +
         std::to_string(one.dport);
}

std::string times_text(Observation const& o) {
  if (o.first.empty()) return {};
  auto text = std::to_string(o.count) + (o.count == 1 ? " time, " : " times, ") + o.first;
  if (o.last != o.first) text += " to " + o.last;
  return text;
}

class DiagnosisText {
 public:
  DiagnosisText(Diagnosis const& diagnosis, TextStyle const& style)
      : diagnosis_(diagnosis),
        result_(diagnosis.result),
        style_(style),
        paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (style_.detail == Detail::quiet) return std::move(paper_).take();
    put_status(paper_, result_.status);
    put_fail_open();
    put_timeline();
    for (auto const& one : result_.requirements) put_requirement(one);
    put_causes();
    put_baseline();
    put_files();
    put_notes(paper_, result_.notes, true);
    return std::move(paper_).take();
  }

 private:
  bool verbose() const { return style_.detail == Detail::verbose; }

  void put_verdict() {
    auto const counts = counts_text(result_.summary);
    paper_.paragraph(0,
                     {{result_.site + ": ", Ink::strong},
                      {verdict_word(result_.verdict), ink_of(result_.verdict)},
                      {counts.empty() ? " by the evidence. It speaks of no requirement."
                                      : " by the evidence. Requirements seen: " + counts + '.'}});
  }

  void put_fail_open() {
    auto const& open = result_.status.fail_open;
    if (!open || result_.status.web != "CloudServiceUnavailable") return;
    paper_.paragraph(7, {{*open ? "fail-open: web traffic goes out unprotected, and nobody notices"
                                : "fail-closed: no web traffic",
                          *open ? Ink::bad : Ink::doubtful}});
  }

  void heading(std::string text) {
    paper_.blank();
    paper_.line(0, {{std::move(text), Ink::strong}});
    paper_.blank();
  }

  void put_timeline() {
    if (diagnosis_.timeline.empty()) return;
    heading("States, by the client's own log");
    for (auto const& one : diagnosis_.timeline) {
      auto const at = one.utc.empty() ? one.at + " local" : one.utc;
      paper_.paragraph(2, {{at + "  ", Ink::faint}}, {{one.subject + ": " + one.text}});
      for (auto const& line : one.evidence) paper_.line(6, {{place_text(line), Ink::place}});
    }
    paper_.blank();
    put_clock();
  }

  static std::string place_text(Evidence const& one) {
    if (one.line > 0) return one.file + ':' + std::to_string(one.line);
    if (one.packet > 0) return one.file + " packet " + std::to_string(one.packet);
    return one.file;
  }

  void put_clock() {
    if (!diagnosis_.clock) {
      bool const captured = std::ranges::any_of(
          diagnosis_.files, [](EvidenceFile const& one) { return one.kind == "capture"; });
      paper_.paragraph(2, {{captured ? "Logs have the client's local time, without a zone; the "
                                       "captures do not tell it: they show too little of what the "
                                       "logs speak of."
                                     : "Logs have the client's local time, without a zone."}});
      return;
    }
    auto const& clock = *diagnosis_.clock;
    auto text = "The client's clock is " + zone_text(clock) + ": " + std::to_string(clock.matched) +
                " of " + std::to_string(clock.steps) +
                " questions of its log are in the capture at that time";
    if (std::abs(clock.residual_s) >= 2)
      text += ", and it is " + tenths(clock.residual_s) + " s " +
              (clock.residual_s > 0 ? "fast" : "slow");
    paper_.paragraph(2, {{text + '.'}});
  }

  void put_requirement(ObservedRequirement const& one) {
    paper_.blank();
    paper_.line(
        0, {{one.finding.requirement, Ink::strong},
            {": "},
            {verdict_word(one.finding.verdict), ink_of(one.finding.verdict)},
            {one.finding.level == "required" ? "" : " (" + one.finding.level + ')', Ink::faint}});
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
    for (auto const& seen : group.first(group.size() - 1)) put_target(paper_, seen.observation);
    auto const& seen = group.back();
    auto const& o = seen.observation;
    put_observation(paper_, seen, verbose());
    if (auto const times = times_text(o); !times.empty())
      paper_.paragraph(6, {{times, Ink::faint}});
    put_evidence(o.evidence);
    bool const fine = o.outcome == Outcome::open && !verbose();
    if (fine) return;
    std::vector<Observation const*> all;
    for (auto const& one : group) all.push_back(&one.observation);
    if (auto const filter = wireshark_filter(all); !filter.empty())
      paper_.line(6, {{"Wireshark: ", Ink::faint}, {filter}});
    if (auto const command = trace_command(diagnosis_, o); !command.empty())
      paper_.line(6, {{"ask the rules: ", Ink::faint}, {command}});
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
      paper_.line(6, {{place_text(one), Ink::place}});
      paper_.paragraph(8, {{one.text}});
    }
    if (more > 0)
      paper_.paragraph(6, {{"and " + std::to_string(more) + " more places", Ink::faint}});
  }

  void put_causes() {
    if (result_.causes.empty()) return;
    heading("What may be behind it");
    for (auto const& one : result_.causes) {
      paper_.paragraph(2, {{one.likelihood + "  ", Ink::strong}}, {{one.text}});
      for (auto const& text : one.speaks_for)
        paper_.paragraph(6, {{"for: ", Ink::faint}}, {{text}});
      for (auto const& text : one.speaks_against)
        paper_.paragraph(6, {{"against: ", Ink::faint}}, {{text}});
    }
    paper_.blank();
    paper_.line(2, {{"Ask again from a client: ", Ink::faint}, {diagnosis_.probe_command}});
  }

  void put_baseline() {
    if (!diagnosis_.differences) return;
    heading("Beside the baseline");
    if (diagnosis_.differences->empty()) paper_.paragraph(2, {{"It shows the same."}});
    for (auto const& one : *diagnosis_.differences)
      paper_.paragraph(2, {{one.requirement + "  ", Ink::strong}},
                       {{target_text(one) + ": " + (one.before.empty() ? "nothing" : one.before) +
                         " then, " + (one.now.empty() ? "nothing" : one.now) + " now"}});
  }

  void put_files() {
    heading("Read");
    for (auto const& one : diagnosis_.files)
      paper_.line(2, {{one.file, Ink::place}, {one.text.empty() ? "" : "  " + one.text}});
    if (!diagnosis_.system.empty())
      paper_.paragraph(2, {{"system: ", Ink::faint}}, {{diagnosis_.system}});
  }

  Diagnosis const& diagnosis_;
  ObservedResult const& result_;
  TextStyle const& style_;
  Paper paper_;
};

}  // namespace

std::string text_diagnosis(Diagnosis const& diagnosis, TextStyle const& style) {
  return DiagnosisText(diagnosis, style).write();
}

}  // namespace safeconduct
