// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/observed_text.h"

#include <cstdlib>
#include <utility>

#include "packet/field.h"
#include "packet/observation_words.h"
#include "report/check_wording.h"
#include "report/evidence_wording.h"
#include "report/probe_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

Ink ink_of(Observation const& o) {
  if (o.outcome == Outcome::open && !o.verified) return Ink::plain;
  return ink_of(verdict_of(o));
}

// "udp 208.67.222.222 port 53"; a name with the family that it is asked in.
Said flow_words(Observation const& o) {
  if (o.dst) return target_words(o);
  return target_words(o.protocol, o.name + " (" + std::string(name(o.family)) + ')', o.dport);
}

std::string outcome_text(Observation const& o, Language language) {
  Said words(words_of(o.outcome));
  if (o.reported) {
    words = {wording::kByTheLog, {words}};
  } else if (o.outcome == Outcome::open) {
    words = {o.verified ? wording::kVerified : wording::kNotVerified, {words}};
  }
  auto text = words.in(language);
  if (o.rtt_ms && o.count > 0) text += " (" + milliseconds_text(*o.rtt_ms) + ')';
  return text;
}

Translated agreement_words(Agreement agreement) {
  switch (agreement) {
    case Agreement::not_asked:
      return {};
    case Agreement::agree:
      return wording::kRulesAgree;
    case Agreement::rules_allow_wire_does_not:
      return wording::kRulesAllow;
    case Agreement::rules_block_wire_passes:
      return wording::kRulesBlock;
    case Agreement::other_failure:
      return wording::kRulesBlockOtherwise;
    case Agreement::undecided:
      return wording::kRulesUndecided;
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

// "path: "; what has no word of its own is called as formats for programs call it.
std::string kind_text(std::string const& kind, Language language) {
  Speaker const speaker(language);
  for (auto const& known : wording::kEvidenceKinds)
    if (kind == known.english()) return speaker.say(wording::kEvidenceKind, {known.in(language)});
  return speaker.say(wording::kEvidenceKind, {kind});
}

void put_beside(Paper& paper, Beside const& beside, Language language) {
  Said text(agreement_words(beside.agreement));
  if (!beside.rules.empty() && !beside.rules.front().nothing)
    text = {wording::kWithPlace, {text, place_text(beside.rules.front(), language)}};
  if (!beside.reason.empty()) text = {wording::kWithReason, {text, beside.reason}};
  bool const same = beside.agreement == Agreement::agree;
  paper.paragraph(6, {{Speaker(language).say(wording::kRulesLead), Ink::faint}},
                  {{text.in(language), same ? Ink::plain : Ink::doubtful}});
}

// With its place, as far as it is known.
std::string note_with_place(Note const& note, Language language) {
  auto const text = note_text(note, language);
  if (note.at.file.empty()) return text;
  return Speaker(language).say(wording::kNoteAt, {text, to_string(note.at)});
}

}  // namespace

Ink ink_of(Verdict verdict) {
  if (verdict == Verdict::allowed) return Ink::good;
  return verdict == Verdict::undecided ? Ink::doubtful : Ink::bad;
}

std::string counts_text(CheckSummary const& summary, Language language) {
  std::vector<std::string> counts;
  auto const add = [&](std::size_t count, Translated words) {
    if (count > 0) counts.push_back(Speaker(language).say(words, {std::to_string(count)}));
  };
  add(summary.allowed, wording::kCountAllowed);
  add(summary.blocked, wording::kCountBlocked);
  add(summary.partial, wording::kCountPartial);
  add(summary.intercepted, wording::kCountIntercepted);
  add(summary.undecided, wording::kCountUndecided);
  return listed(counts, kNoLimit, language);
}

std::string level_in_brackets(std::string_view level, Language language) {
  if (level == "required") return {};
  return Speaker(language).say(wording::kLevelInBrackets, {level_text(level, language)});
}

void put_status(Paper& paper, ClientStatus const& status, Language language) {
  Speaker const speaker(language);
  paper.blank();
  auto const good = [](bool fine) { return fine ? Ink::good : Ink::doubtful; };
  paper.paragraph(
      2, {{speaker.say(wording::kDnsLead), Ink::faint}},
      {{client_state_text(status.dns_text, language),
        status.dns == DnsState::open ? Ink::bad : good(status.dns == DnsState::encrypted)}});
  for (auto const& [family, state] : status.dns_by_family)
    paper.paragraph(7, {{std::string(name(family)) + ": " + std::string(name(state)), Ink::faint}});
  paper.paragraph(
      2, {{speaker.say(wording::kWebLead), Ink::faint}},
      {{client_state_text(status.web_text, language),
        status.web == WebState::unavailable ? Ink::bad
                                            : good(status.web == WebState::is_protected)}});
}

void put_target(Paper& paper, Observation const& o, Language language) {
  paper.paragraph(2, {{flow_words(o).in(language) + "  "}},
                  {{outcome_text(o, language), ink_of(o)}});
}

void put_observation(Paper& paper, Seen const& seen, bool verbose, Language language) {
  auto const& o = seen.observation;
  put_target(paper, o, language);
  bool const fine = o.outcome == Outcome::open && o.verified;
  if (!fine || verbose) {
    if (!o.detail.empty()) paper.paragraph(6, {{o.detail.in(language)}});
    for (auto const& one : o.evidence) {
      if (!verbose && !tells(one.kind)) continue;
      auto const place =
          one.line > 0 || one.packet > 0 ? place_text(one, language) + "  " : std::string();
      paper.paragraph(6, {{kind_text(one.kind, language), Ink::faint}},
                      {{place + one.text.in(language)}});
    }
  }
  bool const same = seen.beside.agreement == Agreement::agree;
  if (seen.beside.agreement == Agreement::not_asked || (same && fine && !verbose)) return;
  put_beside(paper, seen.beside, language);
}

std::string place_text(Evidence const& one, Language language) {
  if (one.line > 0) return one.file + ':' + std::to_string(one.line);
  if (one.packet > 0)
    return Speaker(language).say(wording::kPacketNumber, {one.file, std::to_string(one.packet)});
  return one.file;
}

void put_notes(Paper& paper, Notes const& notes, Language language, bool places) {
  if (notes.empty()) return;
  paper.blank();
  paper.line(0, {{Speaker(language).say(wording::kNotes), Ink::strong}});
  paper.blank();
  for (auto const& note : notes)
    paper.paragraph(2, {{note.code + "  ", Ink::faint}},
                    {{places ? note_with_place(note, language) : note_text(note, language)}});
}

}  // namespace safeconduct
