// SPDX-License-Identifier: GPL-3.0-or-later
// What the way to a target, and the answers of others, add to an observation.
#include <algorithm>
#include <utility>

#include "packet/field.h"
#include "probe/classify.h"
#include "probe/path.h"

namespace safeconduct {
namespace {

std::string named(std::optional<Address> const& router, unsigned ttl) {
  return "hop " + std::to_string(ttl) + (router ? " (" + to_string(*router) + ')' : "");
}

// It ended at 'end' though the way goes on.
void ended_early(Observation& o, unsigned end, std::optional<Address> before,
                 std::optional<Address> at) {
  o.by = Teller::before_target;
  o.evidence.push_back({"path", "ends at hop " + std::to_string(end) +
                                    ", though the way to the target goes on behind it"});
  auto const where = end == 1 ? named(at, 1) : named(before, end - 1) + " or " + named(at, end);
  if (o.outcome == Outcome::reset && o.cause == "reset") {
    o.cause = "reset-before-target";
    o.detail = "refused with a TCP reset by a device on the way, in the target's name: " + where;
  } else if (o.outcome == Outcome::open || o.outcome == Outcome::unproven) {
    o.outcome = Outcome::intercepted;
    o.cause = o.question.starts_with("TXT") ? "dns-short-path" : "tcp-short-path";
    o.detail = "answered by a device on the way, not by the target: " + where;
    o.verified = false;
  } else if (o.outcome == Outcome::intercepted || o.outcome == Outcome::tls_intercepted) {
    o.detail += "; it sits at " + where;
  } else if (o.outcome == Outcome::unreachable) {
    o.cause = o.cause == "closed-at-target" ? "port-unreachable" : o.cause;
    o.detail = "refused by a device on the way, in the target's name: " + where;
  }
}

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
    case Outcome::open:
      return !observation.verified;
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

void judge_path(Observation& o, std::vector<Hop> own, std::vector<Hop> const& control) {
  auto const end = end_of_path(own);
  auto const router = [&](unsigned ttl) {
    auto const found = router_at(own, ttl);
    return found ? found : router_at(control, ttl);
  };
  auto const known = std::max(known_hops(own), known_hops(control));
  auto const control_end = end_of_path(control);
  o.evidence.push_back({"path", path_text(own)});
  if (!control.empty()) o.evidence.push_back({"path-control", path_text(control)});
  if (end && known >= *end) {
    ended_early(o, *end, router(*end - 1), router(*end));
  } else if (end && control_end == end && o.outcome == Outcome::reset && o.cause == "reset") {
    o.by = Teller::target;
    o.cause = "closed-at-target";
    o.detail =
        "refused at the end of the way, where other packets of ours end as well: nothing "
        "listens at the target, and no rule on the way stops it";
  } else if (o.outcome == Outcome::timeout) {
    auto const last = known_hops(own);
    if (last > 0)
      o.detail = named(router(last), last) +
                 " is the last that speaks: it drops these packets, or "
                 "what stands behind it does";
    if (last > 0 && (known > last || control_end.value_or(0) > last)) o.cause = "silent-drop";
  }
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
      o.evidence.push_back({"control", "the target answers on " + same_target});
    }
    if (!same_port.empty()) o.evidence.push_back({"control", same_port + " answers on this port"});
    if (others > 0 && others == others_silent)
      o.evidence.push_back({"control", "no other target answers on this port either"});
    if (!same_target.empty() && o.path.empty())
      o.detail =
          "dropped silently on the way, or left unanswered by the target, which answers on " +
          same_target;
  }
}

}  // namespace safeconduct
