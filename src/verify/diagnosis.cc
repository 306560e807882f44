// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/diagnosis.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "base/codes.h"
#include "packet/observation_words.h"
#include "verify/client_status.h"
#include "verify/note_wording.h"

namespace safeconduct {
namespace {

// "a, b, c and 3 more"
Said some_of(std::vector<std::string> const& names) {
  constexpr std::size_t kMost = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() <= kMost) return text;
  return {wording::kSomeMore, {text, std::to_string(names.size() - kMost)}};
}

// One note of all requirements that the evidence is silent about.
void join_silence(Notes& notes) {
  std::vector<std::string> silent;
  std::erase_if(notes, [&](Note const& note) {
    if (note.code != code::kNotProbed) return false;
    silent.push_back(note.message.english().substr(0, note.message.english().find(' ')));
    return true;
  });
  if (silent.empty()) return;
  notes.push_back(
      {std::string(code::kNotInEvidence), {wording::kEvidenceSilent, {some_of(silent)}}, {}});
}

bool in_utc(Observation const& o) { return o.last.ends_with('Z'); }

// Does the newer observation of a target stand for it? One that decides goes before one that does
// not; times of different clocks are not compared, and the failure stands.
bool stands_before(Observation const& newer, Observation const& older) {
  auto const decided = [](Observation const& o) { return verdict_of(o) != Verdict::undecided; };
  if (decided(newer) != decided(older)) return decided(newer);
  if (in_utc(newer) != in_utc(older)) return verdict_of(newer) != Verdict::allowed;
  return newer.last >= older.last;
}

// Of each target what was seen last: a client that lost its resolvers has answers before, too.
std::vector<Finding> as_it_ended(std::vector<ObservedRequirement> const& requirements) {
  std::vector<Finding> findings;
  for (auto const& one : requirements) {
    findings.push_back(one.finding);
    std::map<std::tuple<Family, std::uint32_t, std::optional<Address>, std::uint16_t>, Seen const*>
        last;
    std::size_t told = 0;  // of the flows; behind them stand those of which nothing was seen
    for (auto const& seen : one.seen) {
      if (!seen.flow) continue;
      ++told;
      auto const& o = seen.observation;
      auto const [place, is_new] = last.try_emplace({o.family, o.protocol, o.dst, o.dport}, &seen);
      if (!is_new && stands_before(o, place->second->observation)) place->second = &seen;
    }
    std::vector<FlowResult> flows;
    for (auto const& [target, seen] : last) flows.push_back(one.finding.flows[*seen->flow]);
    std::copy(one.finding.flows.begin() + static_cast<std::ptrdiff_t>(told),
              one.finding.flows.end(), std::back_inserter(flows));
    findings.back().flows = std::move(flows);
  }
  return findings;
}

// Resolvers that nothing is seen of, in families of which something is: that they fail is not
// known, and the client needs one only.
void add_unseen(std::vector<Finding>& findings, Wanted const& wanted) {
  auto const is_dns = [](Finding const& one) {
    return one.feature == name(Feature::dns) || one.feature == name(Feature::dns_encrypted);
  };
  std::vector<Family> families;
  for (auto const& one : findings)
    if (is_dns(one))
      for (auto const& flow : one.flows) families.push_back(flow.family);
  for (auto const& one : wanted.requirements) {
    if (one.requirement->expect != Expect::allow) continue;
    auto found = std::ranges::find(findings, one.requirement->id, &Finding::requirement);
    if (found == findings.end()) {
      Finding unseen;
      unseen.requirement = one.requirement->id;
      unseen.feature = std::string(name(one.requirement->feature));
      findings.push_back(std::move(unseen));
      found = findings.end() - 1;
    }
    if (!is_dns(*found)) continue;
    for (auto const& flow : one.flows) {
      bool const asked = std::ranges::find(families, flow.family) != families.end();
      bool const seen = std::ranges::any_of(found->flows, [&](FlowResult const& other) {
        return other.family == flow.family && other.protocol == flow.protocol &&
               !(other.dst & flow.dst).empty();
      });
      if (!asked || seen) continue;
      FlowResult silent;
      silent.family = flow.family;
      silent.protocol = flow.protocol;
      silent.dst = flow.dst;
      found->flows.push_back(std::move(silent));
    }
  }
}

bool was(std::vector<StateChange> const& timeline, std::string_view subject,
         std::string_view state) {
  return std::ranges::any_of(timeline, [&](StateChange const& one) {
    return one.subject == subject && one.state == state;
  });
}

// Is that the last state of the subject?
bool ended_as(std::vector<StateChange> const& timeline, std::string_view subject,
              std::string_view state) {
  std::string_view last;
  for (auto const& one : timeline)
    if (one.subject == subject) last = one.state;
  return last == state;
}

std::string dns_over(Family family) { return "DNS over " + std::string(name(family)); }

// Where the log speaks of both families, and not both are lost.
void name_families(ClientStatus& status, std::vector<StateChange> const& timeline,
                   std::vector<Family> const& open) {
  for (auto const family : {Family::ip4, Family::ip6}) {
    bool const told = std::ranges::any_of(
        timeline, [&](StateChange const& one) { return one.subject == dns_over(family); });
    bool const lost = std::ranges::find(open, family) != open.end();
    auto const found =
        std::ranges::find(status.dns_by_family, family, &std::pair<Family, DnsState>::first);
    if (found != status.dns_by_family.end()) {
      if (lost) found->second = DnsState::open;
    } else if (told && open.size() == 1) {
      status.dns_by_family.emplace_back(family, lost ? DnsState::open : DnsState::unknown);
    }
  }
  if (status.dns_by_family.size() < 2 || open.size() == 2) status.dns_by_family.clear();
}

// What the client's own log says goes before what is concluded.
void take_own_word(ClientStatus& status, std::vector<StateChange> const& timeline,
                   std::optional<bool> fail_open) {
  auto const unprotected = name(DnsState::open);
  auto const unavailable = name(WebState::unavailable);
  std::vector<Family> open;
  for (auto const family : {Family::ip4, Family::ip6})
    if (was(timeline, dns_over(family), unprotected)) open.push_back(family);
  if (!open.empty()) {
    status.dns = DnsState::open;
    bool const still = std::ranges::any_of(
        open, [&](Family family) { return ended_as(timeline, dns_over(family), unprotected); });
    status.dns_text = still ? "Unprotected" : "Unprotected for a while";
    name_families(status, timeline, open);
  }
  if (was(timeline, "web", unavailable)) {
    status.web = WebState::unavailable;
    status.web_text = ended_as(timeline, "web", name(WebState::is_protected))
                          ? "Cloud Service Unavailable for a while"
                          : "Cloud Service Unavailable";
  }
  if (status.web == WebState::unavailable) status.fail_open = fail_open;
}

// Each outcome once, by name: there are not many.
Said state_of(std::vector<Observation const*> const& seen) {
  std::map<std::string_view, Translated> outcomes;
  for (auto const* o : seen) outcomes.emplace(name(o->outcome), words_of(o->outcome));
  Said text;
  for (auto const& [outcome, words] : outcomes)
    text = text.empty() ? Said(words) : Said(wording::kOutcomes, {text, words});
  return text;
}

using TargetKey =
    std::tuple<std::string, Family, std::uint32_t, std::optional<Address>, std::uint16_t>;
using ByTarget = std::map<TargetKey, std::vector<Observation const*>>;

ByTarget by_target(std::vector<Observation> const& observations) {
  ByTarget found;
  for (auto const& o : observations)
    found[{o.requirement, o.family, o.protocol, o.dst, o.dport}].push_back(&o);
  return found;
}

}  // namespace

Diagnosis diagnosed(Wanted const& wanted, DiagnosisInput input) {
  Diagnosis diagnosis;
  diagnosis.result = observed(wanted, std::move(input.observations));
  join_silence(diagnosis.result.notes);
  auto& status = diagnosis.result.status;
  auto findings = as_it_ended(diagnosis.result.requirements);
  add_unseen(findings, wanted);
  status = client_status(findings, [] { return std::optional<bool>(); }, kWhatWasSeen);
  take_own_word(status, input.timeline, input.fail_open);
  diagnosis.timeline = std::move(input.timeline);
  for (auto const family : {Family::ip4, Family::ip6})
    for (auto const& one : wanted.requirements) {
      auto const flow = std::ranges::find_if(one.flows, [&](WantedFlow const& candidate) {
        return candidate.family == family && !candidate.src.empty();
      });
      if (flow == one.flows.end()) continue;
      diagnosis.clients.push_back({family, flow->src.intervals().front().first});
      break;
    }
  return diagnosis;
}

std::vector<Difference> differences(std::vector<Observation> const& before,
                                    std::vector<Observation> const& now) {
  auto const old_targets = by_target(before);
  auto const new_targets = by_target(now);
  std::vector<Difference> found;
  auto const add = [&](TargetKey const& key, Said was, Said is) {
    if (was == is) return;
    auto const& [requirement, family, protocol, dst, dport] = key;
    found.push_back({requirement, family, protocol, dst, dport, std::move(was), std::move(is)});
  };
  for (auto const& [key, seen] : new_targets) {
    auto const old = old_targets.find(key);
    add(key, old == old_targets.end() ? "" : state_of(old->second), state_of(seen));
  }
  for (auto const& [key, seen] : old_targets)
    if (!new_targets.contains(key)) add(key, state_of(seen), "");
  return found;
}

}  // namespace safeconduct
