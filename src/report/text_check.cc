// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/text_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/codes.h"
#include "base/diagnostic.h"
#include "report/check_wording.h"
#include "report/joined.h"
#include "report/known.h"
#include "report/paper.h"
#include "report/text_culprits.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostPlaces = 6;  // rules in a line of "What holds"

// A finding stands in the first of these sections that it fits.
enum class Section : std::uint8_t { lost, undecided, unknown_address, waived, holds };

Section section_of(Finding const& finding) {
  if (finding.holds) return Section::holds;
  if (finding.waived) return Section::waived;
  if (finding.verdict != Verdict::undecided) return Section::lost;
  // What is only recommended, and known by name alone, would bury the rest.
  return finding.level == "recommended" && finding.code == code::kUnresolved
             ? Section::unknown_address
             : Section::undecided;
}

Ink ink_of(Section section) { return section == Section::lost ? Ink::bad : Ink::doubtful; }

bool is_no_culprit(Finding const& finding, Part const& part) { return !is_culprit(finding, part); }

// "2 of 7 hold; 4 blocked and 1 undecided", of the findings of a level.
std::string tally(std::vector<Finding> const& findings, bool recommended, Speaker const& speaker) {
  std::array<std::size_t, 5> by_verdict{};
  std::size_t total = 0;
  std::size_t holding = 0;
  std::size_t waived = 0;
  std::size_t passing = 0;  // and must not
  for (auto const& one : findings) {
    if ((one.level == "recommended") != recommended) continue;
    ++total;
    if (one.holds) {
      ++holding;
    } else if (one.waived) {
      ++waived;
    } else if (one.expect_deny && one.verdict != Verdict::undecided) {
      ++passing;
    } else {
      ++by_verdict[static_cast<std::size_t>(one.verdict)];
    }
  }
  if (total == 0) return {};
  std::vector<std::string> rest;
  auto const add = [&](std::size_t count, Translated what) {
    if (count > 0) rest.push_back(speaker.say(what, {std::to_string(count)}));
  };
  add(by_verdict[static_cast<std::size_t>(Verdict::blocked)], wording::kCountBlocked);
  add(by_verdict[static_cast<std::size_t>(Verdict::partial)], wording::kCountPartial);
  add(by_verdict[static_cast<std::size_t>(Verdict::intercepted)], wording::kCountIntercepted);
  add(passing, wording::kCountNotStopped);
  add(by_verdict[static_cast<std::size_t>(Verdict::undecided)], wording::kCountUndecided);
  add(waived, wording::kCountWaived);
  auto const text = speaker.say(holding == 1 ? wording::kOneHolds : wording::kSomeHold,
                                {std::to_string(holding), std::to_string(total)});
  if (rest.empty()) return speaker.say(wording::kTally, {text});
  return speaker.say(wording::kTallyWithRest, {text, listed(rest, kNoLimit, speaker.language())});
}

class CheckReport {
 public:
  CheckReport(CheckResult const& result, ReportContext const& context, TextStyle const& style)
      : result_(result),
        verbose_(style.detail == Detail::verbose),
        quiet_(style.detail == Detail::quiet),
        language_(style.language),
        speaker_(style.language),
        later_(later_findings(result)),
        culprits_(by_rule(blaming(), is_culprit), context, verbose_, style.language),
        paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (quiet_) return std::move(paper_).take();
    if (verbose_) put_inputs();
    put_status();
    put_section(Section::lost, wording::kNotHolding);
    put_section(Section::undecided, wording::kNotDecided);
    put_upcoming();
    put_culprits();
    put_unknown_addresses();
    put_waived();
    put_holding();
    put_notes();
    return std::move(paper_).take();
  }

 private:
  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return speaker_.say(text, words);
  }

  void put_heading(Translated text) {
    paper_.blank();
    paper_.line(0, {{say(text), Ink::strong}});
    paper_.blank();
  }

  std::vector<Finding const*> in_section(Section section) const {
    std::vector<Finding const*> found;
    for (auto const& one : result_.findings)
      if (section_of(one) == section) found.push_back(&one);
    std::ranges::stable_partition(found,
                                  [](Finding const* one) { return one->level != "recommended"; });
    return found;
  }

  // ---- the first lines

  void put_verdict() {
    auto const ink = result_.verdict == Verdict::allowed     ? Ink::good
                     : result_.verdict == Verdict::undecided ? Ink::doubtful
                                                             : Ink::bad;
    auto const required = tally(result_.findings, false, speaker_);
    auto const recommended = tally(result_.findings, true, speaker_);
    Phrase text{{result_.site + ": ", Ink::strong}, {verdict_of_site(result_, language_), ink}};
    // What is waived still happens.
    if (result_.verdict == Verdict::allowed && result_.summary.waived > 0)
      text.push_back({say(wording::kButWaived), Ink::doubtful});
    text.push_back({say(wording::kFullStop)});
    if (!required.empty()) text.push_back({say(wording::kRequired, {required})});
    if (!recommended.empty()) text.push_back({say(wording::kRecommended, {recommended})});
    if (auto const days = breaking_days(); !days.empty())
      text.push_back({say(wording::kBreaksOnDays, {listed(days, kNoLimit, language_)}), Ink::bad});
    if (auto const known = known_tally(result_, language_); !known.empty())
      text.push_back({say(wording::kAndKnown, {known}), Ink::doubtful});
    paper_.paragraph(0, text);
  }

  void put_inputs() {
    paper_.blank();
    for (auto const& one : result_.inputs)
      paper_.paragraph(2, {{say(wording::kRead), Ink::faint}}, {{one}});
    if (!result_.regions.empty())
      paper_.paragraph(2, {{say(wording::kFor), Ink::faint}},
                       {{say(wording::kRegions, {listed(result_.regions, kNoLimit, language_)})}});
  }

  void put_status() {
    auto const& status = result_.status;
    put_heading(wording::kUsersSee);
    if (!status.dns_text.empty()) {
      paper_.paragraph(
          2, {{"DNS  ", Ink::faint}},
          {{client_state_text(status.dns_text, language_), dns_ink()}, {dns_meaning()}});
      for (auto const& [family, state] : status.dns_by_family)
        paper_.paragraph(
            7, {{std::string(name(family)) + ": " + std::string(name(state)), Ink::faint}});
    }
    if (!status.web_text.empty()) {
      paper_.paragraph(
          2, {{"Web  ", Ink::faint}},
          {{client_state_text(status.web_text, language_), web_ink()}, {web_meaning()}});
    }
    if (status.fail_open.value_or(false)) {
      paper_.paragraph(7, {{say(wording::kFailsOpen), Ink::bad}, {say(wording::kFailsOpenMeans)}});
    } else if (!status.fail_open && status.web == WebState::unavailable) {
      paper_.paragraph(7, {{say(wording::kFailOpenUnknown), Ink::doubtful}});
    } else if (status.web == WebState::unavailable) {
      paper_.paragraph(7, {{say(wording::kFailsClosed)}});
    }
  }

  Ink dns_ink() const {
    auto const dns = result_.status.dns;
    if (dns == DnsState::open) return Ink::bad;
    return dns == DnsState::encrypted ? Ink::good : Ink::doubtful;
  }
  std::string dns_meaning() const {
    switch (result_.status.dns) {
      case DnsState::open:
        return say(result_.status.dns_of_some ? wording::kSomeOpen : wording::kOpen);
      case DnsState::transparent:
        return say(wording::kTransparent);
      case DnsState::encrypted:
      case DnsState::unknown:
        break;
    }
    return say(wording::kFullStop);
  }
  Ink web_ink() const {
    auto const web = result_.status.web;
    if (web == WebState::unavailable) return Ink::bad;
    return web == WebState::is_protected ? Ink::good : Ink::doubtful;
  }
  std::string web_meaning() const {
    if (result_.status.web != WebState::unavailable) return say(wording::kFullStop);
    return say(some_pass("swg") ? wording::kSomeUnavailable : wording::kUnavailable);
  }

  // Is only a part of what the status rests on lost?
  bool some_pass(std::string_view feature) const {
    auto const passes = [&](FlowResult const& flow) {
      return flow.verdict != Verdict::blocked && flow.verdict != Verdict::intercepted;
    };
    return std::ranges::any_of(result_.findings, [&](Finding const& one) {
      return one.feature.starts_with(feature) && std::ranges::any_of(one.flows, passes);
    });
  }

  // ---- later days

  // Named apart from today's findings on the same requirements.
  static std::vector<Finding> later_findings(CheckResult const& result) {
    std::vector<Finding> findings;
    for (auto const& one : result.upcoming) {
      findings.push_back(one.finding);
      findings.back().requirement += " from " + to_string(one.effective) + " on";
    }
    return findings;
  }

  // The days from which something required is known not to pass.
  std::vector<std::string> breaking_days() const {
    std::vector<std::string> days;
    for (auto const& [day, finding] : result_.upcoming) {
      bool const counts = finding.level != "recommended" && !finding.waived &&
                          finding.verdict != Verdict::undecided;
      if (counts && (days.empty() || days.back() != to_string(day))) days.push_back(to_string(day));
    }
    return days;
  }

  void put_upcoming() {
    if (later_.empty()) return;
    put_heading(wording::kLater);
    for (std::size_t i = 0; i < later_.size(); ++i) {
      auto const& finding = later_[i];
      bool const known = finding.verdict != Verdict::undecided;
      auto const ink = known ? Ink::bad : Ink::doubtful;
      auto const day = to_string(result_.upcoming[i].effective);
      auto const name = result_.upcoming[i].finding.requirement;
      put_finding(finding, ink, say(known ? wording::kBreaksOn : wording::kFromOn, {name, day}));
      if (finding.waived)
        paper_.paragraph(7, {{say(wording::kWaivedBecause, {waived_words(finding, language_)})}});
      paper_.blank();
    }
  }

  // ---- findings

  void put_section(Section section, Translated heading) {
    auto const findings = in_section(section);
    if (findings.empty()) return;
    put_heading(heading);
    for (auto const* one : findings) {
      put_finding(*one, ink_of(section), one->requirement);
      paper_.blank();
    }
  }

  // 'called': what the finding is about.
  void put_finding(Finding const& finding, Ink ink, std::string const& called) {
    Phrase head{{called, Ink::strong}};
    if (!finding.title.empty()) head.push_back({" (" + finding.title + ')'});
    head.push_back({": "});
    head.push_back({verdict_text(finding, language_), ink});
    if (finding.level == "recommended")
      head.push_back({say(wording::kOnlyRecommended), Ink::faint});
    if (finding.known)
      head.push_back({" (" + known_text(*finding.known, language_) + ')', Ink::faint});
    if (auto const marks = culprits_.marks(finding.requirement); !marks.empty())
      head.push_back(
          {say(finding.verdict == Verdict::undecided ? wording::kFindingHangsOn : wording::kBy,
               {marks})});
    paper_.paragraph(0, {{finding.code + "  ", ink}}, head);
    if (!finding.impact.empty()) paper_.paragraph(7, {{finding.impact}});
    if (verbose_) put_source(7, finding);
    for (auto const& one : without_parts(finding)) put_unproven(one);
    if (!verbose_) return;
    for (auto const& one : by_rule({&finding}, is_no_culprit)) put_passing(one);
  }

  void put_source(std::size_t indent, Finding const& finding) {
    paper_.paragraph(
        indent, {{say(wording::kWantedBy, {to_string(finding.at), finding.policy}), Ink::faint}});
  }

  void put_unproven(Unproven const& one) {
    auto const names = listed(one.destinations, kNoLimit, language_);
    paper_.paragraph(7, {{names.empty() ? "" : names + ": "},
                         {reason_text(one.reason, language_), Ink::doubtful}});
  }

  void put_passing(Decided const& decided) {
    paper_.blank();
    put_rule(paper_, 7, {}, decided, true, language_);
  }

  void put_culprits() {
    if (culprits_.empty()) return;
    bool const lost =
        !in_section(Section::lost).empty() ||
        std::ranges::any_of(later_, [](auto const& f) { return f.verdict != Verdict::undecided; });
    put_heading(lost ? wording::kAtFault : wording::kHangingOn);
    culprits_.put(paper_);
    paper_.blank();
  }

  // The findings whose rules are named, in the order of their sections.
  std::vector<Finding const*> blaming() const {
    auto all = in_section(Section::lost);
    for (auto const* one : in_section(Section::undecided)) all.push_back(one);
    for (auto const& one : later_) all.push_back(&one);
    return all;
  }

  // ---- the rest, a line each

  void put_waived() {
    auto const findings = in_section(Section::waived);
    if (findings.empty()) return;
    put_heading(wording::kWaivedOnes);
    for (auto const* one : findings) {
      paper_.paragraph(0, {{one->code + "  ", Ink::doubtful}},
                       {{one->requirement, Ink::strong},
                        {": " + say(wording::kAndWaived, {verdict_text(*one, language_),
                                                          waived_words(*one, language_)})}});
    }
  }

  void put_unknown_addresses() {
    auto const findings = in_section(Section::unknown_address);
    if (findings.empty()) return;
    put_heading(wording::kNoAddress);
    for (auto const* one : findings) {
      std::vector<std::string> names;
      for (auto const& unproven : without_parts(*one))
        for (auto const& name : unproven.destinations) names.push_back(name);
      paper_.paragraph(2, {{"??  ", Ink::doubtful}, {padded(*one, findings)}},
                       {{listed(names, kNoLimit, language_)}});
    }
  }

  static std::string padded(Finding const& finding, std::vector<Finding const*> const& among) {
    std::size_t widest = 0;
    for (auto const* one : among) widest = std::max(widest, columns(one->requirement));
    return finding.requirement +
           std::string(widest + 2 - std::min(widest, columns(finding.requirement)), ' ');
  }

  void put_holding() {
    auto const findings = in_section(Section::holds);
    if (findings.empty()) return;
    put_heading(wording::kHolding);
    for (auto const* one : findings) {
      paper_.paragraph(2, {{"ok  ", Ink::good}, {padded(*one, findings)}}, {{deciding_text(*one)}});
      if (!verbose_) continue;
      put_source(7, *one);
      for (auto const& decided : by_rule({one}, is_any_part)) put_passing(decided);
      paper_.blank();
    }
  }

  // The rules that decide the requests, which is what a reader looks up: "fw.nft:12, 14".
  std::string deciding_text(Finding const& finding) const {
    std::set<std::pair<std::string, std::uint32_t>> places;
    bool nothing = false;
    for (auto const& flow : finding.flows) {
      for (auto const& part : flow.parts) {
        if (part.leg == Leg::request && !part.rule->nothing)
          places.emplace(part.rule->at.file, part.rule->at.line);
        nothing = nothing || part.rule->nothing;
      }
    }
    std::vector<std::string> texts;
    std::string file;
    for (auto const& [name, line] : places) {
      texts.push_back((name == file ? "" : name + ':') + std::to_string(line));
      file = name;
    }
    if (nothing) texts.push_back(say(wording::kNoRule));
    return say(finding.expect_deny ? wording::kStoppedBy : wording::kPassesBy,
               {listed(texts, kMostPlaces, language_)});
  }

  // One note of what is left out stands for its like, unless all are asked for. What was assumed
  // is said one by one.
  void put_notes() {
    if (result_.notes.empty()) return;
    put_heading(wording::kNotes);
    std::string last;
    std::size_t left_out = 0;
    for (auto const& note : result_.notes) {
      if (!verbose_ && note.code.starts_with("SC91") && note.code == last) {
        ++left_out;
        continue;
      }
      put_left_out(std::exchange(left_out, 0));
      last = note.code;
      Phrase text;
      auto const place = to_string(note.at);
      if (verbose_ && !place.empty()) text.push_back({place + ": ", Ink::place});
      text.push_back({note_text(note, language_)});
      paper_.paragraph(0, {{note.code + (note.code.empty() ? "" : "  "), Ink::faint}}, text);
    }
    put_left_out(left_out);
  }

  void put_left_out(std::size_t count) {
    if (count == 0) return;
    paper_.paragraph(7, {{say(wording::kMoreOfThese, {std::to_string(count)}), Ink::faint}});
  }

  CheckResult const& result_;
  bool verbose_;
  bool quiet_;
  Language language_;
  Speaker speaker_;
  std::vector<Finding> later_;
  Culprits culprits_;
  Paper paper_;
};

}  // namespace

std::string text_check(CheckResult const& result, ReportContext const& context,
                       TextStyle const& style) {
  return CheckReport(result, context, style).write();
}

}  // namespace safeconduct
