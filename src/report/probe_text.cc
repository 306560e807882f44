// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "packet/field.h"
#include "report/paper.h"
#include "report/probe_report.h"
#include "report/words.h"

namespace safeconduct {
namespace {

Ink ink_of(Verdict verdict) {
  if (verdict == Verdict::allowed) return Ink::good;
  return verdict == Verdict::undecided ? Ink::doubtful : Ink::bad;
}

Ink ink_of(Observation const& o) {
  if (o.outcome == Outcome::open && !o.verified) return Ink::plain;
  return ink_of(verdict_of(o));
}

// "udp 208.67.222.222 port 53"
std::string flow_text(Observation const& o) {
  auto text = std::string(o.protocol == l4::udp ? "udp " : "tcp ");
  text += o.dst ? to_string(*o.dst) : o.name + " (" + std::string(name(o.family)) + ')';
  return text + " port " + std::to_string(o.dport);
}

std::string outcome_text(Observation const& o) {
  auto text = std::string(name(o.outcome));
  if (o.outcome == Outcome::open) text += o.verified ? ", verified" : ", not verified";
  if (o.rtt_ms && o.count > 0) {
    auto const tenths = std::llround(*o.rtt_ms * 10);
    text += " (" + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " ms)";
  }
  return text;
}

std::string agreement_text(Agreement agreement) {
  switch (agreement) {
    case Agreement::not_asked:
      return {};
    case Agreement::agree:
      return "the rules say the same";
    case Agreement::rules_allow_wire_does_not:
      return "the rules allow it, the wire does not";
    case Agreement::rules_block_wire_passes:
      return "the rules block it, the wire passes it";
    case Agreement::other_failure:
      return "the rules block it in another way";
    case Agreement::undecided:
      return "beside the rules: undecided";
  }
  std::abort();  // not an Agreement
}

class ProbeText {
 public:
  ProbeText(ObservedResult const& result, TextStyle const& style)
      : result_(result), style_(style), paper_(style.width, style.colour) {}

  std::string write() && {
    put_verdict();
    if (style_.detail == Detail::quiet) return std::move(paper_).take();
    put_status();
    for (auto const& one : result_.requirements) put_requirement(one);
    put_notes();
    return std::move(paper_).take();
  }

 private:
  bool verbose() const { return style_.detail == Detail::verbose; }

  void put_verdict() {
    std::vector<std::string> counts;
    auto const add = [&](std::size_t count, std::string_view word) {
      if (count > 0) counts.push_back(std::to_string(count) + ' ' + std::string(word));
    };
    add(result_.summary.allowed, "allowed");
    add(result_.summary.blocked, "blocked");
    add(result_.summary.partial, "blocked in part");
    add(result_.summary.intercepted, "intercepted");
    add(result_.summary.undecided, "undecided");
    Phrase text{{result_.site + ": ", Ink::strong},
                {verdict_word(result_.verdict), ink_of(result_.verdict)},
                {" on the wire. Requirements probed: " + listed(counts) + '.'}};
    if (result_.interrupted) text.push_back({" Interrupted.", Ink::doubtful});
    paper_.paragraph(0, text);
  }

  void put_status() {
    paper_.blank();
    auto const& status = result_.status;
    auto const good = [](bool fine) { return fine ? Ink::good : Ink::doubtful; };
    paper_.paragraph(
        2, {{"DNS  ", Ink::faint}},
        {{status.dns_text, status.dns == "Open" ? Ink::bad : good(status.dns == "Encrypted")}});
    for (auto const& [family, state] : status.dns_by_family)
      paper_.paragraph(7, {{family + ": " + state, Ink::faint}});
    paper_.paragraph(
        2, {{"Web  ", Ink::faint}},
        {{status.web_text,
          status.web == "CloudServiceUnavailable" ? Ink::bad : good(status.web == "Protected")}});
  }

  void put_requirement(ObservedRequirement const& one) {
    paper_.blank();
    paper_.line(
        0, {{one.finding.requirement, Ink::strong},
            {": "},
            {verdict_word(one.finding.verdict), ink_of(one.finding.verdict)},
            {one.finding.level == "required" ? "" : " (" + one.finding.level + ')', Ink::faint}});
    for (auto const& seen : one.seen) put_observation(seen);
  }

  void put_observation(Seen const& seen) {
    auto const& o = seen.observation;
    paper_.paragraph(2, {{flow_text(o) + "  "}}, {{outcome_text(o), ink_of(o)}});
    bool const fine = o.outcome == Outcome::open && o.verified;
    if (!fine || verbose()) {
      if (!o.detail.empty()) paper_.paragraph(6, {{o.detail}});
      for (auto const& one : o.evidence)
        if (verbose() || tells(one.kind))
          paper_.paragraph(6, {{one.kind + ": ", Ink::faint}}, {{one.text}});
    }
    auto const agreement = agreement_text(seen.beside.agreement);
    if (agreement.empty()) return;
    bool const same = seen.beside.agreement == Agreement::agree;
    if (same && fine && !verbose()) return;
    auto text = agreement;
    if (!seen.beside.rules.empty() && !seen.beside.rules.front().nothing)
      text += ", " + place_text(seen.beside.rules.front());
    if (!seen.beside.reason.empty()) text += ": " + seen.beside.reason;
    paper_.paragraph(6, {{"rules: ", Ink::faint}}, {{text, same ? Ink::plain : Ink::doubtful}});
  }

  // What is worth a line without --verbose.
  static bool tells(std::string_view kind) {
    for (std::string_view const one :
         {"icmp", "issuer", "certificate", "control", "path", "resolved", "ranges", "asked-again",
          "server", "txt", "first-bytes"})
      if (kind == one) return true;
    return false;
  }

  void put_notes() {
    if (result_.notes.empty()) return;
    paper_.blank();
    paper_.line(0, {{"Notes", Ink::strong}});
    paper_.blank();
    for (auto const& note : result_.notes)
      paper_.paragraph(2, {{note.code + "  ", Ink::faint}}, {{note.message}});
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
