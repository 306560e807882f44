// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/observed_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "packet/field.h"
#include "report/words.h"

namespace safeconduct {
namespace {

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
  if (o.reported) {
    text += ", by the client's log";
  } else if (o.outcome == Outcome::open) {
    text += o.verified ? ", verified" : ", not verified";
  }
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

// What is worth a line without --verbose.
bool tells(std::string_view kind) {
  for (std::string_view const one :
       {"icmp", "issuer", "certificate", "control", "path", "quic", "resolved", "ranges",
        "asked-again", "server", "txt", "first-bytes", "rule-trace"})
    if (kind == one) return true;
  return false;
}

// Where read evidence stands.
std::string place_of(Evidence const& one) {
  if (one.file.empty()) return {};
  if (one.line > 0) return one.file + ':' + std::to_string(one.line) + "  ";
  if (one.packet > 0) return one.file + " packet " + std::to_string(one.packet) + "  ";
  return {};
}

// With its place, as far as it is known.
std::string note_text(Note const& note) {
  return note.message + (note.at.file.empty() ? "" : " (" + to_string(note.at) + ')');
}

}  // namespace

Ink ink_of(Verdict verdict) {
  if (verdict == Verdict::allowed) return Ink::good;
  return verdict == Verdict::undecided ? Ink::doubtful : Ink::bad;
}

std::string counts_text(CheckSummary const& summary) {
  std::vector<std::string> counts;
  auto const add = [&](std::size_t count, std::string_view word) {
    if (count > 0) counts.push_back(std::to_string(count) + ' ' + std::string(word));
  };
  add(summary.allowed, "allowed");
  add(summary.blocked, "blocked");
  add(summary.partial, "blocked in part");
  add(summary.intercepted, "intercepted");
  add(summary.undecided, "undecided");
  return listed(counts);
}

void put_status(Paper& paper, ClientStatus const& status) {
  paper.blank();
  auto const good = [](bool fine) { return fine ? Ink::good : Ink::doubtful; };
  paper.paragraph(
      2, {{"DNS  ", Ink::faint}},
      {{status.dns_text, status.dns == "Open" ? Ink::bad : good(status.dns == "Encrypted")}});
  for (auto const& [family, state] : status.dns_by_family)
    paper.paragraph(7, {{family + ": " + state, Ink::faint}});
  paper.paragraph(
      2, {{"Web  ", Ink::faint}},
      {{status.web_text,
        status.web == "CloudServiceUnavailable" ? Ink::bad : good(status.web == "Protected")}});
}

void put_target(Paper& paper, Observation const& o) {
  paper.paragraph(2, {{flow_text(o) + "  "}}, {{outcome_text(o), ink_of(o)}});
}

void put_observation(Paper& paper, Seen const& seen, bool verbose) {
  auto const& o = seen.observation;
  put_target(paper, o);
  bool const fine = o.outcome == Outcome::open && o.verified;
  if (!fine || verbose) {
    if (!o.detail.empty()) paper.paragraph(6, {{o.detail}});
    for (auto const& one : o.evidence)
      if (verbose || tells(one.kind))
        paper.paragraph(6, {{one.kind + ": ", Ink::faint}}, {{place_of(one) + one.text}});
  }
  auto const agreement = agreement_text(seen.beside.agreement);
  if (agreement.empty()) return;
  bool const same = seen.beside.agreement == Agreement::agree;
  if (same && fine && !verbose) return;
  auto text = agreement;
  if (!seen.beside.rules.empty() && !seen.beside.rules.front().nothing)
    text += ", " + place_text(seen.beside.rules.front());
  if (!seen.beside.reason.empty()) text += ": " + seen.beside.reason;
  paper.paragraph(6, {{"rules: ", Ink::faint}}, {{text, same ? Ink::plain : Ink::doubtful}});
}

void put_notes(Paper& paper, Notes const& notes, bool places) {
  if (notes.empty()) return;
  paper.blank();
  paper.line(0, {{"Notes", Ink::strong}});
  paper.blank();
  for (auto const& note : notes)
    paper.paragraph(2, {{note.code + "  ", Ink::faint}},
                    {{places ? note_text(note) : note.message}});
}

}  // namespace safeconduct
