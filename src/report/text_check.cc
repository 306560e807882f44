// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/text_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/diagnostic.h"
#include "report/joined.h"
#include "report/known.h"
#include "report/paper.h"
#include "report/text_culprits.h"
#include "report/words.h"
#include "verify/codes.h"
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

std::string count_text(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what);
}

// "2 of 7 hold; 4 blocked and 1 undecided", of the findings of a level.
std::string tally(std::vector<Finding> const& findings, bool recommended) {
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
  auto const add = [&](std::size_t count, std::string_view what) {
    if (count > 0) rest.push_back(count_text(count, what));
  };
  add(by_verdict[static_cast<std::size_t>(Verdict::blocked)], "blocked");
  add(by_verdict[static_cast<std::size_t>(Verdict::partial)], "blocked in part");
  add(by_verdict[static_cast<std::size_t>(Verdict::intercepted)], "intercepted");
  add(passing, "not stopped");
  add(by_verdict[static_cast<std::size_t>(Verdict::undecided)], "undecided");
  add(waived, "waived");
  auto text = std::to_string(holding) + " of " + std::to_string(total) +
              (holding == 1 ? " holds" : " hold");
  return text + (rest.empty() ? "" : ", " + listed(rest)) + '.';
}

class CheckReport {
 public:
  CheckReport(CheckResult const& result, ReportContext const& context, TextStyle const& style)
      : result_(result),
        verbose_(style.detail == Detail::verbose),
        quiet_(style.detail == Detail::quiet),
        later_(later_findings(result)),
        culprits_(by_rule(blaming(), is_culprit), context, verbose_),
        paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (quiet_) return std::move(paper_).take();
    if (verbose_) put_inputs();
    put_status();
    put_section(Section::lost, "What does not hold");
    put_section(Section::undecided, "What cannot be decided");
    put_upcoming();
    put_culprits();
    put_unknown_addresses();
    put_waived();
    put_holding();
    put_notes();
    return std::move(paper_).take();
  }

 private:
  void put_heading(std::string text) {
    paper_.blank();
    paper_.line(0, {{std::move(text), Ink::strong}});
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
    auto const required = tally(result_.findings, false);
    auto const recommended = tally(result_.findings, true);
    Phrase text{{result_.site + ": ", Ink::strong}, {verdict_word(result_.verdict), ink}};
    // What is waived still happens.
    if (result_.verdict == Verdict::allowed && result_.summary.waived > 0)
      text.push_back({" but for what is waived", Ink::doubtful});
    text.push_back({"."});
    if (!required.empty()) text.push_back({" Required: " + required});
    if (!recommended.empty()) text.push_back({" Recommended: " + recommended});
    if (auto const days = breaking_days(); !days.empty())
      text.push_back({" Breaks on " + listed(days) + '.', Ink::bad});
    if (auto const known = known_tally(result_); !known.empty())
      text.push_back({' ' + known, Ink::doubtful});
    paper_.paragraph(0, text);
  }

  void put_inputs() {
    paper_.blank();
    for (auto const& one : result_.inputs) paper_.paragraph(2, {{"read  ", Ink::faint}}, {{one}});
    if (!result_.regions.empty())
      paper_.paragraph(2, {{"for   ", Ink::faint}}, {{"regions " + listed(result_.regions)}});
  }

  void put_status() {
    auto const& status = result_.status;
    put_heading("What the users will see");
    if (!status.dns_text.empty()) {
      paper_.paragraph(2, {{"DNS  ", Ink::faint}}, {{status.dns_text, dns_ink()}, {dns_meaning()}});
      for (auto const& [family, state] : status.dns_by_family)
        paper_.paragraph(7, {{family + ": " + state, Ink::faint}});
    }
    if (!status.web_text.empty()) {
      paper_.paragraph(2, {{"Web  ", Ink::faint}}, {{status.web_text, web_ink()}, {web_meaning()}});
    }
    if (status.fail_open.value_or(false)) {
      paper_.paragraph(
          7, {{"Fails open", Ink::bad},
              {": direct web access is permitted, so browsing goes on past the gateway, without "
               "its protection, and nobody notices."}});
    } else if (!status.fail_open && status.web == "CloudServiceUnavailable") {
      paper_.paragraph(7, {{"Whether it fails open cannot be told: it depends on rules that are "
                            "undecided.",
                            Ink::doubtful}});
    } else if (status.web == "CloudServiceUnavailable") {
      paper_.paragraph(7, {{"Fails closed: direct web access is blocked too, so browsing stops."}});
    }
  }

  Ink dns_ink() const {
    auto const& dns = result_.status.dns;
    if (dns == "Open") return Ink::bad;
    return dns == "Encrypted" ? Ink::good : Ink::doubtful;
  }
  std::string dns_meaning() const {
    auto const& dns = result_.status.dns;
    if (dns == "Open" && result_.status.dns_text.ends_with("some clients"))
      return ": they get no answer from the service's resolvers, on port "
             "443 or on 53; they go back to the network's own DNS, and no policy applies to them.";
    if (dns == "Open")
      return ": no resolver of the service answers, on port 443 or on 53; the client goes back to "
             "the network's own DNS, and no policy applies.";
    if (dns == "Transparent")
      return ": port 443/udp of the resolvers cannot be reached, port 53/udp can; the policy "
             "applies, the queries can be read on the way.";
    return ".";
  }
  Ink web_ink() const {
    auto const& web = result_.status.web;
    if (web == "CloudServiceUnavailable") return Ink::bad;
    return web == "Protected" ? Ink::good : Ink::doubtful;
  }
  std::string web_meaning() const {
    auto const& web = result_.status.web;
    if (web == "CloudServiceUnavailable" && some_pass("swg"))
      return ": not every client reaches every address of the secure web gateway.";
    if (web == "CloudServiceUnavailable") return ": the secure web gateway cannot be reached.";
    return ".";
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
    put_heading("What breaks later");
    for (std::size_t i = 0; i < later_.size(); ++i) {
      auto const& finding = later_[i];
      bool const known = finding.verdict != Verdict::undecided;
      auto const ink = known ? Ink::bad : Ink::doubtful;
      auto const day = to_string(result_.upcoming[i].effective);
      auto const name = result_.upcoming[i].finding.requirement;
      put_finding(finding, ink, name + (known ? " breaks on " + day : " from " + day + " on"));
      if (finding.waived) paper_.paragraph(7, {{"waived: " + waived_text(finding)}});
      paper_.blank();
    }
  }

  // ---- findings

  void put_section(Section section, std::string const& heading) {
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
    head.push_back({verdict_text(finding), ink});
    if (finding.level == "recommended") head.push_back({" (recommended)", Ink::faint});
    if (finding.known) head.push_back({" (" + known_text(*finding.known) + ')', Ink::faint});
    if (auto const marks = culprits_.marks(finding.requirement); !marks.empty())
      head.push_back({(finding.verdict == Verdict::undecided ? ", hangs on " : ", by ") + marks});
    paper_.paragraph(0, {{finding.code + "  ", ink}}, head);
    if (!finding.impact.empty()) paper_.paragraph(7, {{finding.impact}});
    if (verbose_) put_source(7, finding);
    for (auto const& one : without_parts(finding)) put_unproven(one);
    if (!verbose_) return;
    for (auto const& one : by_rule({&finding}, is_no_culprit)) put_passing(one);
  }

  void put_source(std::size_t indent, Finding const& finding) {
    paper_.paragraph(
        indent, {{"wanted by " + to_string(finding.at) + " (" + finding.policy + ")", Ink::faint}});
  }

  void put_unproven(Unproven const& one) {
    auto const names = listed(one.destinations);
    paper_.paragraph(7, {{names.empty() ? "" : names + ": "}, {one.reason, Ink::doubtful}});
  }

  void put_passing(Decided const& decided) {
    paper_.blank();
    put_rule(paper_, 7, {}, decided, true);
  }

  void put_culprits() {
    if (culprits_.empty()) return;
    bool const lost =
        !in_section(Section::lost).empty() ||
        std::ranges::any_of(later_, [](auto const& f) { return f.verdict != Verdict::undecided; });
    put_heading(lost ? "The rules at fault" : "The rules that it hangs on");
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
    put_heading("Waived");
    for (auto const* one : findings) {
      paper_.paragraph(0, {{one->code + "  ", Ink::doubtful}},
                       {{one->requirement, Ink::strong},
                        {": " + verdict_text(*one) + "; waived: " + waived_text(*one)}});
    }
  }

  void put_unknown_addresses() {
    auto const findings = in_section(Section::unknown_address);
    if (findings.empty()) return;
    put_heading("Recommended, and not checked: no address is known");
    for (auto const* one : findings) {
      std::vector<std::string> names;
      for (auto const& unproven : without_parts(*one))
        for (auto const& name : unproven.destinations) names.push_back(name);
      paper_.paragraph(2, {{"??  ", Ink::doubtful}, {padded(*one, findings)}}, {{listed(names)}});
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
    put_heading("What holds");
    for (auto const* one : findings) {
      paper_.paragraph(2, {{"ok  ", Ink::good}, {padded(*one, findings)}}, {{deciding_text(*one)}});
      if (!verbose_) continue;
      put_source(7, *one);
      for (auto const& decided : by_rule({one}, is_any_part)) put_passing(decided);
      paper_.blank();
    }
  }

  // The rules that decide the requests, which is what a reader looks up: "fw.nft:12, 14".
  static std::string deciding_text(Finding const& finding) {
    std::set<std::pair<std::string, std::uint32_t>> places;
    bool nothing = false;
    for (auto const& flow : finding.flows) {
      for (auto const& part : flow.parts) {
        if (part.leg == Leg::request && !part.rule.nothing)
          places.emplace(part.rule.at.file, part.rule.at.line);
        nothing = nothing || part.rule.nothing;
      }
    }
    std::vector<std::string> texts;
    std::string file;
    for (auto const& [name, line] : places) {
      texts.push_back((name == file ? "" : name + ':') + std::to_string(line));
      file = name;
    }
    if (nothing) texts.emplace_back("no rule: no chain sees them");
    return (finding.expect_deny ? "stopped by " : "by ") + listed(texts, kMostPlaces);
  }

  // One note of what is left out stands for its like, unless all are asked for. What was assumed
  // is said one by one.
  void put_notes() {
    if (result_.notes.empty()) return;
    put_heading("Notes");
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
      text.push_back({note.message});
      paper_.paragraph(0, {{note.code + (note.code.empty() ? "" : "  "), Ink::faint}}, text);
    }
    put_left_out(left_out);
  }

  void put_left_out(std::size_t count) {
    if (count == 0) return;
    paper_.paragraph(7,
                     {{"and " + std::to_string(count) + " more of these (--verbose)", Ink::faint}});
  }

  CheckResult const& result_;
  bool verbose_;
  bool quiet_;
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
