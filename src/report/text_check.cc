// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/text_check.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/diagnostic.h"
#include "report/advice.h"
#include "report/joined.h"
#include "report/paper.h"
#include "report/witness.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostItems = 6;     // addresses or ports in a line, unless all are asked for
constexpr std::size_t kMostBoxes = 8;     // lines of packets a rule
constexpr std::size_t kMostCulprits = 5;  // rules a requirement

// A finding stands in the first of these sections that it fits.
enum class Section : std::uint8_t { lost, undecided, waived, holds };

Section section_of(Finding const& finding) {
  if (finding.holds) return Section::holds;
  if (finding.waived) return Section::waived;
  return finding.verdict == Verdict::undecided ? Section::undecided : Section::lost;
}

Ink ink_of(Section section) {
  switch (section) {
    case Section::lost:
      return Ink::bad;
    case Section::undecided:
    case Section::waived:
      return Ink::doubtful;
    case Section::holds:
      return Ink::good;
  }
  std::abort();  // not a Section
}

// A part that the finding is about: what must pass and does not, or the other way round.
bool is_culprit(Finding const& finding, Part const& part) {
  bool const passes = part.verdict == Verdict::allowed;
  return finding.expect_deny ? passes || part.verdict == Verdict::undecided : !passes;
}

std::string count_text(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what);
}

class CheckReport {
 public:
  CheckReport(CheckResult const& result, ReportContext const& context, TextStyle const& style)
      : result_(result),
        context_(context),
        verbose_(style.detail == Detail::verbose),
        quiet_(style.detail == Detail::quiet),
        most_items_(verbose_ ? kNoLimit : kMostItems),
        paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (quiet_) return std::move(paper_).take();
    if (verbose_) put_inputs();
    put_status();
    put_section(Section::lost, "What is lost");
    put_section(Section::undecided, "What cannot be decided");
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
    auto const holding = in_section(Section::holds).size();
    std::string text = ". " + std::to_string(holding) + " of " +
                       count_text(result_.findings.size(), "requirements") +
                       (holding == 1 ? " holds" : " hold");
    std::vector<std::string> rest;
    auto const add = [&](std::size_t count, std::string_view what) {
      if (count > 0) rest.push_back(count_text(count, what));
    };
    auto const& s = result_.summary;
    add(s.blocked, "blocked");
    add(s.partial, "blocked in part");
    add(s.intercepted, "intercepted");
    add(s.undecided, "undecided");
    add(s.waived, "waived");
    if (!rest.empty() && holding < result_.findings.size()) text += "; " + listed(rest);
    paper_.paragraph(0, {{result_.site + ": ", Ink::strong},
                         {std::string(result_.verdict == Verdict::partial ? "blocked in part"
                                                                          : name(result_.verdict)),
                          ink},
                         {text + '.'}});
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
    if (dns == "Open")
      return ": neither port 443 nor port 53 of the resolvers can be reached; the client goes "
             "back to the network's own DNS, and no policy applies.";
    if (dns == "Transparent")
      return ": port 443/udp of the resolvers cannot be reached, port 53/udp can; the policy "
             "applies, the queries can be read on the way.";
    if (dns == "Unknown") return ": the rules do not tell.";
    return ".";
  }
  Ink web_ink() const {
    auto const& web = result_.status.web;
    if (web == "CloudServiceUnavailable") return Ink::bad;
    return web == "Protected" ? Ink::good : Ink::doubtful;
  }
  std::string web_meaning() const {
    auto const& web = result_.status.web;
    if (web == "CloudServiceUnavailable") return ": the secure web gateway cannot be reached.";
    if (web == "Unknown") return ": the rules do not tell.";
    return ".";
  }

  // ---- findings

  void put_section(Section section, std::string const& heading) {
    auto const findings = in_section(section);
    if (findings.empty()) return;
    put_heading(heading);
    for (auto const* one : findings) {
      put_finding(*one, ink_of(section));
      paper_.blank();
    }
  }

  void put_finding(Finding const& finding, Ink ink) {
    Phrase head{{finding.requirement, Ink::strong}};
    if (!finding.title.empty()) head.push_back({" (" + finding.title + ')'});
    head.push_back({": "});
    head.push_back({verdict_text(finding), ink});
    if (finding.level == "recommended") head.push_back({" (recommended)", Ink::faint});
    paper_.paragraph(0, {{finding.code + "  ", ink}}, head);
    if (!finding.impact.empty()) paper_.paragraph(7, {{finding.impact}});
    if (verbose_) {
      paper_.paragraph(
          7, {{"wanted by " + to_string(finding.at) + " (" + finding.policy + ")", Ink::faint}});
    }
    auto const culprits =
        by_rule(finding, [&](Part const& part) { return is_culprit(finding, part); });
    auto const shown = verbose_ ? culprits.size() : std::min(culprits.size(), kMostCulprits);
    for (std::size_t i = 0; i < shown; ++i) put_culprit(culprits[i]);
    if (shown < culprits.size()) {
      paper_.paragraph(7, {{"and " + count_text(culprits.size() - shown, "further rules") +
                                " (--verbose names them)",
                            Ink::faint}});
    }
    for (auto const& one : without_parts(finding)) put_unproven(one);
    if (verbose_) put_passing_parts(finding);
  }

  void put_unproven(Unproven const& one) {
    paper_.paragraph(
        7, {{one.destinations.empty() ? "" : listed(one.destinations, most_items_) + ": "},
            {one.reason, Ink::doubtful}});
  }

  void put_culprit(Decided const& decided) {
    auto const& part = *decided.like;
    auto const& rule = part.rule;
    paper_.blank();
    put_rule_head(part);
    bool const first_time = quoted_.insert(place_text(rule)).second;
    if (first_time && !rule.line_text.empty() && rule.at.line != 0)
      put_quote(paper_, 9, {rule.at.line, rule.at.column, rule.text.size(), rule.line_text});
    put_doing(decided);
    if (!part.undecided_by.empty()) put_undecided_words(part);
    if (auto const command = trace_command(part, context_); !command.empty()) put_command(command);
    if (part.verdict != Verdict::undecided && part.verdict != Verdict::allowed) put_advice(decided);
  }

  void put_rule_head(Part const& part) {
    auto const& rule = part.rule;
    if (rule.nothing) {
      paper_.paragraph(7, {{"no chain of " + rule.device + " sees these packets"}});
      return;
    }
    std::string where;
    if (!rule.table.empty()) where = "table " + rule.table + ", chain " + rule.chain;
    if (!rule.device.empty()) where = rule.device + (where.empty() ? "" : ": ") + where;
    if (rule.policy) where += ", policy";
    Phrase head{{place_text(rule), Ink::place}};
    if (!where.empty()) head.push_back({"  (" + where + ")"});
    paper_.paragraph(7, head);
  }

  void put_doing(Decided const& decided) {
    auto const& part = *decided.like;
    auto const lead = doing_text(part) + ' ' + std::string(leg_text(part.leg));
    auto const shown = verbose_ ? decided.boxes.size() : std::min(decided.boxes.size(), kMostBoxes);
    if (decided.boxes.size() == 1) {
      paper_.paragraph(9, {{lead + packets_text(decided.boxes.front(), most_items_)}});
    } else {
      paper_.paragraph(9, {{lead.substr(0, lead.find_last_not_of(' ') + 1) + ':'}});
      for (std::size_t i = 0; i < shown; ++i)
        paper_.paragraph(11, {{packets_text(decided.boxes[i], most_items_)}});
      if (shown < decided.boxes.size())
        paper_.paragraph(11, {{"and more (--verbose lists all)", Ink::faint}});
    }
    if (!decided.regions.empty())
      paper_.paragraph(9, {{"region ", Ink::faint}}, {{listed(decided.regions, most_items_)}});
    for (std::size_t i = 0; i < std::min<std::size_t>(decided.ways.size(), 3); ++i)
      if (decided.ways[i].size() > 1)
        paper_.paragraph(9, {{"way    ", Ink::faint}}, {{way_text(decided.ways[i])}});
  }

  static std::string way_text(std::vector<std::string> const& way) {
    std::string text;
    for (auto const& chain : way) text += (text.empty() ? "" : " > ") + chain;
    return text;
  }

  void put_undecided_words(Part const& part) {
    for (auto const& words : part.undecided_by) {
      paper_.paragraph(9, {{"hangs on  ", Ink::faint}}, {{words, Ink::doubtful}});
      paper_.paragraph(19, {{advice_for_words(words)}});
    }
    for (auto const& rule : part.also)
      paper_.paragraph(9, {{"or on     ", Ink::faint}},
                       {{place_text(rule), Ink::place}, {"  " + rule.text}});
  }

  // Stays one command when it is copied over several lines.
  void put_command(std::vector<std::string> const& words) {
    std::string line = "$ " + words.front();
    std::size_t indent = 9;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (indent + columns(line) + 3 + columns(words[i]) > paper_.width()) {
        paper_.line(indent, {{line + " \\", Ink::faint}});
        line = words[i];
        indent = 13;
      } else {
        line += ' ' + words[i];
      }
    }
    paper_.line(indent, {{line, Ink::faint}});
  }

  void put_advice(Decided const& decided) {
    auto const advice = advice_for(decided);
    paper_.paragraph(9, {{"to mend: ", Ink::strong}}, {{advice.sentence}});
    for (auto const& rule : advice.rules) paper_.line(13, {{rule}});
  }

  void put_passing_parts(Finding const& finding) {
    auto const rest =
        by_rule(finding, [&](Part const& part) { return !is_culprit(finding, part); });
    for (auto const& one : rest) {
      paper_.blank();
      put_rule_head(*one.like);
      put_doing(one);
    }
  }

  // ---- the rest, a line each

  void put_waived() {
    auto const findings = in_section(Section::waived);
    if (findings.empty()) return;
    put_heading("Waived");
    for (auto const* one : findings) {
      paper_.paragraph(0, {{one->code + "  ", Ink::doubtful}},
                       {{one->requirement, Ink::strong},
                        {"  " + verdict_text(*one) + "; waived: " + *one->waived}});
    }
  }

  void put_holding() {
    auto const findings = in_section(Section::holds);
    if (findings.empty()) return;
    put_heading("What holds");
    std::size_t widest = 0;
    for (auto const* one : findings) widest = std::max(widest, columns(one->requirement));
    for (auto const* one : findings) {
      auto const pad = std::string(widest - columns(one->requirement) + 2, ' ');
      paper_.paragraph(2, {{"ok  ", Ink::good}, {one->requirement + pad}}, {{deciding_text(*one)}});
      if (verbose_) put_passing(*one);
    }
  }

  // The rules that decide the requests, which is what a reader looks up; verbose has all legs.
  std::string deciding_text(Finding const& finding) const {
    std::vector<std::string> places;
    for (auto const& flow : finding.flows) {
      for (auto const& part : flow.parts) {
        if (part.leg != Leg::request) continue;
        auto const place = part.rule.nothing
                               ? "no rule sees it"
                               : place_text(part.rule) + (part.rule.policy ? " (policy)" : "");
        if (std::ranges::find(places, place) == places.end()) places.push_back(place);
      }
    }
    return std::string(finding.expect_deny ? "stopped by " : "by ") + listed(places, most_items_);
  }

  void put_passing(Finding const& finding) {
    paper_.paragraph(
        6, {{"wanted by " + to_string(finding.at) + " (" + finding.policy + ")", Ink::faint}});
    put_passing_parts(finding);
    for (auto const& one :
         by_rule(finding, [&](Part const& p) { return is_culprit(finding, p); })) {
      put_rule_head(*one.like);
      put_doing(one);
    }
    paper_.blank();
  }

  void put_notes() {
    if (result_.notes.empty()) return;
    put_heading("Notes");
    for (auto const& note : result_.notes) {
      Phrase text;
      auto const place = to_string(note.at);
      if (!place.empty()) text.push_back({place + ": ", Ink::place});
      text.push_back({note.message});
      paper_.paragraph(0, {{note.code + (note.code.empty() ? "" : "  "), Ink::faint}}, text);
    }
  }

  CheckResult const& result_;
  ReportContext const& context_;
  bool verbose_;
  bool quiet_;
  std::size_t most_items_;
  Paper paper_;
  std::set<std::string> quoted_;  // places whose line was shown already
};

}  // namespace

std::string text_check(CheckResult const& result, ReportContext const& context,
                       TextStyle const& style) {
  return CheckReport(result, context, style).write();
}

}  // namespace safeconduct
