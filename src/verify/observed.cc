// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/observed.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/codes.h"
#include "packet/field.h"
#include "packet/observation_words.h"
#include "verify/cause_wording.h"
#include "verify/client_status.h"
#include "verify/note_wording.h"
#include "verify/outcome.h"
#include "verify/unasked.h"

namespace safeconduct {
namespace {

// A name without an address of one family says nothing of that family.
bool says_nothing(Observation const& o) {
  return o.outcome == Outcome::not_tested && o.cause == "no-address-of-the-family";
}

Finding finding_of(WantedRequirement const& wanted) {
  auto const& requirement = *wanted.requirement;
  Finding finding;
  finding.requirement = requirement.id;
  finding.title = requirement.title;
  finding.feature = std::string(name(requirement.feature));
  finding.level = std::string(name(wanted.level));
  finding.any_of = requirement.any_of;
  for (auto const& state : requirement.breaks) finding.breaks.push_back(state.value);
  finding.impact = requirement.impact;
  if (wanted.policy != nullptr) finding.policy = wanted.policy->id;
  finding.at = requirement.at;
  return finding;
}

FlowResult flow_of(Observation const& o) {
  FlowResult flow;
  flow.family = o.family;
  flow.protocol = o.protocol;
  if (o.dst)
    flow.dst =
        AddressSet(interval(Prefix{*o.dst, static_cast<std::uint8_t>(address_bits(o.family))}));
  flow.dport = PortSet(Interval<std::uint32_t>{o.dport, o.dport});
  flow.destination_name = o.name;
  flow.verdict = verdict_of(o);
  return flow;
}

std::string code_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed:
      return {};
    case Verdict::blocked:
    case Verdict::partial:
      return std::string(code::kBlocked);
    case Verdict::intercepted:
      return std::string(code::kIntercepted);
    case Verdict::undecided:
      return std::string(code::kUndecided);
  }
  std::abort();  // not a Verdict
}

FlowResult flow_of(Unasked const& part) {
  FlowResult flow;
  flow.family = part.flow->family;
  flow.protocol = part.flow->protocol;
  flow.dst = part.dst;
  if (part.flow->ports)
    flow.dport = PortSet(Interval<std::uint32_t>{part.flow->ports->first, part.flow->ports->last});
  flow.verdict = Verdict::undecided;
  return flow;
}

Note note_on(Finding const& finding, std::vector<Unasked> const& parts) {
  Said text;
  for (auto const& part : parts)
    text = text.empty() ? part.text : Said(wording::kAndAlso, {text, part.text});
  return {std::string(code::kNotProbed),
          {wording::kPassesButUnasked, {finding.requirement, text}},
          finding.at};
}

void count(CheckSummary& summary, Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed:
      ++summary.allowed;
      break;
    case Verdict::blocked:
      ++summary.blocked;
      break;
    case Verdict::partial:
      ++summary.partial;
      break;
    case Verdict::intercepted:
      ++summary.intercepted;
      break;
    case Verdict::undecided:
      ++summary.undecided;
      break;
  }
}

// ---- beside the rules

bool covers(FlowResult const& flow, Observation const& o) {
  return o.dst && flow.family == o.family && flow.protocol == o.protocol &&
         flow.dst.contains(o.dst->bits) && flow.dport.contains(o.dport);
}

bool covers(Part const& part, Observation const& o) {
  bool const from_here = !o.src || part.src.empty() || part.src.contains(o.src->bits);
  return from_here && part.dst.contains(o.dst->bits) && part.dport.contains(o.dport);
}

// The parts that speak of what was sent; of all sources where this host is none of the clients.
std::vector<Part const*> parts_about(CheckResult const& check, Observation const& o) {
  std::vector<Part const*> found;
  std::vector<Part const*> of_others;
  for (auto const& finding : check.findings) {
    if (finding.requirement != o.requirement) continue;
    for (auto const& flow : finding.flows) {
      if (!covers(flow, o)) continue;
      for (auto const& part : flow.parts) {
        if (!part.dst.contains(o.dst->bits) || !part.dport.contains(o.dport)) continue;
        of_others.push_back(&part);
        if (covers(part, o)) found.push_back(&part);
      }
    }
  }
  return found.empty() ? of_others : found;
}

// An address of a range that nobody need serve (probe/judge_range.h): its host refuses, so that
// whatever the rules are for, it passed them.
bool arrived(Observation const& o) { return o.cause == kArrivesInRange; }

// What the wire says of the way, whoever is at its end.
Verdict way_of(Observation const& o) { return arrived(o) ? Verdict::allowed : verdict_of(o); }

std::string seen_as(Observation const& o) {
  if (arrived(o)) return "open";
  if (o.outcome == Outcome::tls_intercepted) return "intercepted";
  return std::string(name(o.outcome));
}

Said place_of(std::vector<RuleRef> const& rules) {
  if (rules.empty()) return {};
  return {wording::kInBrackets, {to_string(rules.front().at)}};
}

// "intercepted" is a verdict's word; all others are outcomes'.
Said expected_words(std::string const& expected) {
  for (auto const one : {Outcome::open, Outcome::timeout, Outcome::reset, Outcome::unreachable,
                         Outcome::intercepted})
    if (expected == name(one)) return words_of(one);
  return expected;
}

Said reason_for(Beside const& beside, Observation const& o) {
  switch (beside.agreement) {
    case Agreement::not_asked:
    case Agreement::agree:
      return {};
    case Agreement::rules_allow_wire_does_not:
      if (o.by == Teller::target) return wording::kTargetRefuses;
      return wording::kDeviceBeyond;
    case Agreement::rules_block_wire_passes:
      return wording::kExportDiffers + place_of(beside.rules);
    case Agreement::other_failure:
      return {wording::kStoppedInPlace, {expected_words(beside.expected), place_of(beside.rules)}};
    case Agreement::undecided:
      return beside.verdict == Verdict::undecided ? wording::kRulesDoNotDecide
                                                  : wording::kWireDoesNotDecide;
  }
  std::abort();  // not an Agreement
}

Beside beside_of(CheckResult const& check, Observation const& o) {
  Beside beside;
  if (!o.dst) return beside;
  auto const parts = parts_about(check, o);
  if (parts.empty()) return beside;
  std::vector<Verdict> verdicts;
  for (auto const* part : parts) {
    verdicts.push_back(part->verdict);
    if (std::ranges::find(beside.rules, *part->rule) == beside.rules.end())
      beside.rules.push_back(part->rule);
  }
  beside.verdict = combined(verdicts);
  auto const* const first = *std::ranges::max_element(
      parts, {}, [](Part const* p) { return p->verdict != Verdict::allowed; });
  beside.expected = expected_outcome(*first);
  auto const wire = way_of(o);
  bool const one_way = std::ranges::all_of(
      parts, [&](Part const* part) { return expected_outcome(*part) == beside.expected; });
  if (wire == Verdict::undecided || beside.verdict == Verdict::undecided || !one_way) {
    beside.agreement = Agreement::undecided;
  } else if (beside.expected == seen_as(o) ||
             (o.reported && wire != Verdict::allowed && beside.verdict != Verdict::allowed)) {
    beside.agreement = Agreement::agree;  // a log that says it is lost does not say how
  } else if (beside.verdict == Verdict::allowed) {
    beside.agreement = Agreement::rules_allow_wire_does_not;
  } else if (wire == Verdict::allowed) {
    beside.agreement = Agreement::rules_block_wire_passes;
  } else {
    beside.agreement = Agreement::other_failure;
  }
  beside.reason = reason_for(beside, o);
  return beside;
}

}  // namespace

std::string_view name(Agreement agreement) {
  switch (agreement) {
    case Agreement::not_asked:
      return "not-asked";
    case Agreement::agree:
      return "agree";
    case Agreement::rules_allow_wire_does_not:
      return "rules-allow-wire-does-not";
    case Agreement::rules_block_wire_passes:
      return "rules-block-wire-passes";
    case Agreement::other_failure:
      return "other-failure";
    case Agreement::undecided:
      return "undecided";
  }
  std::abort();  // not an Agreement
}

std::string expected_outcome(Part const& part) {
  if (part.verdict == Verdict::allowed) return "open";
  if (part.verdict == Verdict::intercepted) return "intercepted";
  if (part.verdict == Verdict::undecided) return "unknown";
  if (part.how.kind == How::Kind::drop || part.leg != Leg::request) return "timeout";
  if (part.how.with == RejectWith::tcp_reset) return "reset";
  return "unreachable";
}

Verdict verdict_of(Observation const& observation) {
  switch (observation.outcome) {
    case Outcome::open:
      return Verdict::allowed;
    case Outcome::timeout:
    case Outcome::reset:
    case Outcome::unreachable:
    case Outcome::tarpit:
      return Verdict::blocked;
    case Outcome::intercepted:
    case Outcome::tls_intercepted:
      return Verdict::intercepted;
    case Outcome::unproven:
    case Outcome::name_error:
    case Outcome::local_error:
    case Outcome::cancelled:
    case Outcome::not_tested:
      return Verdict::undecided;
  }
  std::abort();  // not an Outcome
}

namespace {

// Of nothing, nothing follows; nor of what is recommended alone, where more is required (what must
// not pass, for one, is not sent).
bool says_enough(Wanted const& wanted, std::span<ObservedRequirement const> seen,
                 std::span<Finding const> findings) {
  auto const is_required = [](Finding const& one) { return one.level == name(Level::required); };
  bool const more = std::ranges::any_of(
      wanted.requirements, [](auto const& one) { return one.level == Level::required; });
  return !seen.empty() && (!more || std::ranges::any_of(findings, is_required));
}

}  // namespace

ObservedResult observed(Wanted const& wanted, std::vector<Observation> observations,
                        std::span<Family const> probed) {
  ObservedResult result;
  std::vector<Finding> findings;
  for (auto const& one : wanted.requirements) {
    auto const parts = unasked(one, observations, probed);
    ObservedRequirement requirement;
    requirement.finding = finding_of(one);
    std::vector<Verdict> verdicts;
    for (auto& o : observations) {
      if (o.requirement != requirement.finding.requirement) continue;
      std::optional<std::size_t> flow;
      if (!says_nothing(o)) {
        flow = requirement.finding.flows.size();
        requirement.finding.flows.push_back(flow_of(o));
        verdicts.push_back(requirement.finding.flows.back().verdict);
      }
      requirement.seen.push_back({std::move(o), {}, flow});
      o.requirement.clear();
    }
    if (requirement.seen.empty()) {
      // Required, and nothing is known of it: that is no "ready".
      if (one.level != Level::required || one.requirement->expect != Expect::allow) continue;
      findings.push_back(requirement.finding);
      result.notes.push_back({std::string(code::kNotProbed),
                              {wording::kNothingProbed, {requirement.finding.requirement}},
                              one.requirement->at});
      continue;
    }
    requirement.finding.verdict = combined(verdicts);
    for (auto const& part : parts) requirement.finding.flows.push_back(flow_of(part));
    if (requirement.finding.verdict == Verdict::allowed && !parts.empty()) {
      requirement.finding.verdict = Verdict::undecided;
      result.notes.push_back(note_on(requirement.finding, parts));
    }
    requirement.finding.holds = requirement.finding.verdict == Verdict::allowed;
    requirement.finding.code = code_for(requirement.finding.verdict);
    count(result.summary, requirement.finding.verdict);
    findings.push_back(requirement.finding);
    result.requirements.push_back(std::move(requirement));
  }
  result.causes = probable_causes(result.requirements);
  result.verdict = says_enough(wanted, result.requirements, findings) ? site_verdict(findings)
                                                                      : Verdict::undecided;
  result.status = client_status(findings, [] { return std::optional<bool>(); }, kWhatWasSeen);
  return result;
}

void lay_beside(ObservedResult& result, CheckResult const& check) {
  result.beside_rules = true;
  for (auto& requirement : result.requirements)
    for (auto& seen : requirement.seen) seen.beside = beside_of(check, seen.observation);
}

bool failed(ObservedResult const& result, std::string_view fail_on) {
  if (fail_on == "none") return false;
  if (result.verdict != Verdict::allowed) return true;
  return fail_on == name(Level::recommended) &&
         std::ranges::any_of(result.requirements,
                             [](ObservedRequirement const& one) { return !one.finding.holds; });
}

}  // namespace safeconduct
