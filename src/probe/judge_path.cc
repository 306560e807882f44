// SPDX-License-Identifier: GPL-3.0-or-later
// What the way to a target, and the answers of others, add to an observation.
#include <algorithm>
#include <utility>

#include "packet/field.h"
#include "probe/answer_wording.h"
#include "probe/classify.h"
#include "probe/path.h"
#include "probe/way_wording.h"

namespace safeconduct {
namespace {

Said named(std::optional<Address> const& router, unsigned ttl) {
  if (!router) return {wording::kHop, {std::to_string(ttl)}};
  return {wording::kHopAt, {std::to_string(ttl), to_string(*router)}};
}

bool is_dns(Observation const& o) { return o.question.starts_with("TXT"); }

// It ended at 'end' though the way goes on.
void ended_early(Observation& o, unsigned end, std::optional<Address> before,
                 std::optional<Address> at) {
  o.by = Teller::before_target;
  o.evidence.push_back({"path", {wording::kEndsAtHop, {std::to_string(end)}}});
  auto const where =
      end == 1 ? named(at, 1) : Said(wording::kEitherHop, {named(before, end - 1), named(at, end)});
  if (o.outcome == Outcome::reset && o.cause == "reset") {
    o.cause = "reset-before-target";
    o.detail = {wording::kResetOnTheWay, {where}};
  } else if (o.outcome == Outcome::open || o.outcome == Outcome::unproven) {
    o.outcome = Outcome::intercepted;
    o.cause = is_dns(o) ? "dns-short-path" : "tcp-short-path";
    o.detail = {wording::kAnsweredOnTheWay, {where}};
    o.verified = false;
  } else if (o.outcome == Outcome::intercepted || o.outcome == Outcome::tls_intercepted) {
    o.detail = {wording::kSitsAt, {o.detail, where}};
  } else if (o.outcome == Outcome::unreachable) {
    o.cause = o.cause == "closed-at-target" ? "port-unreachable" : o.cause;
    o.detail = {wording::kRefusedOnTheWay, {where}};
  }
}

bool passes(Observation const& o) {
  return o.outcome == Outcome::open || o.outcome == Outcome::unproven;
}

// Whoever passes on what the service says shows its certificate as well.
void relay_not_excluded(Observation& o) {
  if (!o.verified || !is_dns(o)) return;
  o.verified = false;
  o.cause = "relay-not-excluded";
  o.detail = wording::kRelayNotExcluded;
}

// A router behind a translation of the destination is heard in the target's name.
void judge_translation(Observation& o, std::vector<Hop> const& own,
                       std::vector<Hop> const& control) {
  if (!o.dst) return;
  auto const at = translated_at(own, *o.dst);
  if (!at) return;
  o.evidence.push_back({"dnat", {wording::kExpiredInTargetsName, {std::to_string(*at)}}});
  if (!passes(o)) return;
  o.verified = false;
  if (known_hops(control, o.dst) < *at) return;  // may be the service's own balancer
  o.outcome = Outcome::intercepted;
  o.cause = is_dns(o) ? "dns-translated" : "tcp-translated";
  o.by = Teller::before_target;
  o.detail = {wording::kTranslatedOnTheWay, {std::to_string(*at)}};
}

// Ways of equal cost may differ by a hop; boxes that answer for others stand near.
constexpr unsigned kNear = 3;

std::string flow_text(Observation const& o) {
  return std::string(o.protocol == l4::udp ? "udp " : "tcp ") + std::to_string(o.dport);
}

bool target_spoke(Observation const& o) {
  return o.outcome == Outcome::open || o.outcome == Outcome::unproven ||
         ((o.outcome == Outcome::reset || o.outcome == Outcome::unreachable) &&
          o.by == Teller::target);
}

}  // namespace

bool path_matters(Observation const& observation) {
  switch (observation.outcome) {
    case Outcome::reset:
    case Outcome::intercepted:
    case Outcome::tls_intercepted:
    case Outcome::unproven:
      return true;
    case Outcome::open:  // judge_reach
      return false;
    case Outcome::unreachable:
      return observation.by == Teller::target;
    case Outcome::timeout:
    case Outcome::tarpit:
    case Outcome::name_error:
    case Outcome::local_error:
    case Outcome::cancelled:
    case Outcome::not_tested:
      return false;
  }
  return false;
}

bool may_pass(Observation const& o) {
  switch (o.outcome) {
    case Outcome::timeout:
    case Outcome::unreachable:
    case Outcome::tarpit:
      return true;
    case Outcome::unproven:
      return o.cause == "dns-server-failure" || o.cause == "dns-cut-short";
    case Outcome::open:
    case Outcome::reset:
    case Outcome::intercepted:
    case Outcome::tls_intercepted:
    case Outcome::name_error:
    case Outcome::local_error:
    case Outcome::cancelled:
    case Outcome::not_tested:
      return false;
  }
  return false;
}

bool judge_reach(Observation& o, std::vector<Hop> const& control, Hop const& at_reach) {
  auto const reach = known_hops(control, o.dst);
  if (reach == 0 && end_of_path(control) != 1U) return false;
  bool const expired = at_reach.what == Hop::What::expired && at_reach.by != o.dst;
  if (reach > 0 && !expired && at_reach.what != Hop::What::silent) return false;
  o.evidence.push_back({"path-control", path_text(control)});
  if (reach > 0)
    o.evidence.push_back({"path",
                          {reach == 1 ? wording::kNobodyWithinHop : wording::kNobodyWithinHops,
                           {std::to_string(reach)}}});
  return true;
}

void judge_without_path(Observation& o, Said why) {
  o.evidence.push_back({"path", std::move(why)});
  relay_not_excluded(o);
}

void judge_own_reset(Observation& o) {
  o.outcome = Outcome::local_error;
  o.cause = "own-rules";
  o.detail = wording::kOwnRulesReset;
  o.by = Teller::this_host;
  o.evidence.push_back({"loopback", wording::kOverLoopback});
}

void judge_path(Observation& o, std::vector<Hop> own, std::vector<Hop> const& control) {
  auto const end = end_of_path(own);
  auto const router = [&](unsigned ttl) {
    auto const found = router_at(own, ttl);
    return found ? found : router_at(control, ttl);
  };
  auto const reach = known_hops(control, o.dst);
  auto const known = std::max(known_hops(own, o.dst), reach);
  auto const control_end = end_of_path(control);
  o.evidence.push_back({"path", path_text(own)});
  if (!control.empty()) o.evidence.push_back({"path-control", path_text(control)});
  judge_translation(o, own, control);
  if (end && known == *end && *end > kNear && passes(o)) {
    o.evidence.push_back({"path", wording::kAnsweredNearer});
    o.verified = false;
  } else if (end && known >= *end) {
    ended_early(o, *end, router(*end - 1), router(*end));
  } else if (end && control_end == end && o.outcome == Outcome::reset && o.cause == "reset") {
    o.by = Teller::target;
    o.cause = "closed-at-target";
    o.detail = wording::kRefusedAtTheEnd;
  } else if (o.outcome == Outcome::timeout) {
    auto const last = known_hops(own, o.dst);
    if (last > 0) o.detail = {wording::kLastThatSpeaks, {named(router(last), last)}};
    if (last > 0 && (known > last || control_end.value_or(0) > last)) o.cause = "silent-drop";
  }
  if (reach == 0 && control_end != 1U) relay_not_excluded(o);
  o.path = std::move(own);
}

void judge_silence(std::vector<Observation>& observations) {
  for (auto& o : observations) {
    if (o.outcome != Outcome::timeout) continue;
    std::string same_target;
    std::string same_port;
    std::size_t others = 0;
    std::size_t others_silent = 0;
    for (auto const& other : observations) {
      if (&other == &o || other.family != o.family || !other.dst) continue;
      bool const spoke = target_spoke(other);
      bool const port = other.protocol == o.protocol && other.dport == o.dport;
      if (other.dst == o.dst && !port && spoke) same_target = flow_text(other);
      if (other.dst == o.dst || !port) continue;
      ++others;
      if (spoke) same_port = to_string(*other.dst);
      others_silent += other.outcome == Outcome::timeout ? 1 : 0;
    }
    if (!same_target.empty()) {
      o.cause = "silent-drop";
      o.evidence.push_back({"control", {wording::kTargetAnswersOn, {same_target}}});
    }
    if (!same_port.empty())
      o.evidence.push_back({"control", {wording::kAnswersOnPort, {same_port}}});
    if (others > 0 && others == others_silent)
      o.evidence.push_back({"control", wording::kNoOtherAnswers});
    if (!same_target.empty() && o.path.empty())
      o.detail = {wording::kDroppedSilently, {same_target}};
  }
}

}  // namespace safeconduct
