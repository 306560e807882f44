// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/waive.h"

#include <algorithm>

#include "base/codes.h"
#include "verify/note_wording.h"
#include "verify/part_code.h"

namespace safeconduct {
namespace {

// Nothing said: everything.
bool names(std::vector<Placed<std::string>> const& scope, std::string_view value) {
  return scope.empty() ||
         std::ranges::find(scope, value, &Placed<std::string>::value) != scope.end();
}

}  // namespace

struct Waiving::Piece {
  std::string_view region;
  std::string_view device;
  std::string_view code;
};

Waiving::Waiving(std::span<Waiver const> waivers, IngressRanges const& ranges, Date as_of)
    : as_of_(as_of) {
  for (auto const& one : waivers) {
    Entry entry{&one, {}, Use::none};
    for (auto const& said : one.regions) {
      auto const* const region = find_region(ranges, said.value);
      entry.regions.push_back(region == nullptr ? said.value : region->id);
    }
    entries_.push_back(std::move(entry));
  }
}

std::vector<Waiving::Piece> Waiving::failing(Finding const& finding) {
  std::vector<Piece> pieces;
  bool const later = finding.code == code::kBreaksLater || finding.code == code::kElementsExpire;
  for (auto const& flow : finding.flows) {
    if (flow.parts.empty() && flow.verdict != Verdict::allowed)
      pieces.push_back({flow.region, {}, later ? finding.code : code_of(flow)});
    for (auto const& part : flow.parts)
      if (!is_as_expected(finding, part))
        pieces.push_back(
            {flow.region, part.rule->device, later ? finding.code : code_of(finding, part)});
  }
  if (pieces.empty()) pieces.push_back({{}, {}, finding.code});
  return pieces;
}

bool Waiving::covers(Entry const& entry, Piece const& piece) {
  bool const region = entry.regions.empty() ||
                      std::ranges::find(entry.regions, piece.region) != entry.regions.end();
  return region && names(entry.waiver->devices, piece.device) &&
         names(entry.waiver->codes, piece.code);
}

void Waiving::apply(Finding& finding, Date day) {
  if (finding.holds) return;
  std::vector<Entry*> candidates;
  for (auto& one : entries_)
    if (one.waiver->requirement.value == finding.requirement) candidates.push_back(&one);
  if (candidates.empty()) return;
  std::vector<Entry*> touched;
  std::vector<Entry const*> needed;
  bool whole = true;
  for (auto const& piece : failing(finding)) {
    bool covered = false;
    for (auto* one : candidates) {
      if (!covers(*one, piece)) continue;
      if (one->waiver->expires < day) {
        if (one->waiver->expires < as_of_) one->use = std::max(one->use, Use::expired);
        continue;
      }
      touched.push_back(one);
      if (!covered && std::ranges::find(needed, one) == needed.end()) needed.push_back(one);
      covered = true;
    }
    whole = whole && covered;
  }
  for (auto* one : touched) one->use = std::max(one->use, whole ? Use::whole : Use::part);
  if (!whole) return;
  finding.waived.emplace();
  for (auto const* one : needed) {
    auto const& waiver = *one->waiver;
    *finding.waived += (finding.waived->empty() ? "" : "; ") + waiver.reason;
    finding.waivers.push_back({waiver.reason, waiver.owner, waiver.expires, waiver.at});
  }
}

Said Waiving::no_effect(Entry const& entry, bool asked) const {
  auto const& waiver = *entry.waiver;
  bool const owned = !waiver.owner.empty();
  Said const who(wording::kOwnedBy, {waiver.owner});
  Said const of(wording::kWaiverOf, {waiver.requirement.value});
  if (waiver.expires < as_of_) {
    auto const day = to_string(waiver.expires);
    bool const counts = entry.use != Use::none;
    if (!owned)
      return {counts ? wording::kWaiverExpiredCounts : wording::kWaiverExpired, {of, day}};
    return {counts ? wording::kWaiverOwnedExpiredCounts : wording::kWaiverOwnedExpired,
            {of, day, who}};
  }
  auto const which = owned ? Said(wording::kWaiverOwned, {of, who}) : of;
  if (!asked) return {wording::kWaiverNotAsked, {which}};
  return {entry.use == Use::part ? wording::kWaiverOfPart : wording::kWaiverOfNothing, {which}};
}

Notes Waiving::notes(std::span<Finding const> findings,
                     std::set<std::string> const& required) const {
  Notes notes;
  for (auto const& one : entries_) {
    if (one.use == Use::whole || !required.contains(one.waiver->requirement.value)) continue;
    bool const asked = std::ranges::find(findings, one.waiver->requirement.value,
                                         &Finding::requirement) != findings.end();
    notes.push_back({std::string(code::kWaiverWithoutUse), no_effect(one, asked), one.waiver->at});
  }
  return notes;
}

bool is_of_waivers(Note const& note) {
  return note.code == code::kWaiverWithoutUse || note.code == code::kWaiverNotCounted;
}

std::string waived_text(Finding const& finding) {
  if (finding.waivers.empty()) return finding.waived.value_or("");
  std::string text;
  for (auto const& one : finding.waivers) {
    auto const who = one.owner.empty() ? std::string() : "owner " + one.owner;
    text += (text.empty() ? "" : "; ") + one.reason + " (" + who + (who.empty() ? "" : ", ") +
            "until " + to_string(one.expires) + ')';
  }
  return text;
}

}  // namespace safeconduct
