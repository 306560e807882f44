// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/judge_range.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "probe/answer_wording.h"

namespace safeconduct {
namespace {

bool asks(ProbeTask const& task, Observation const& o) {
  return task.range && task.dst == o.dst && task.port == o.dport && task.protocol == o.protocol &&
         task.requirement == o.requirement;
}

// A router's words for an address that leads nowhere, which a firewall may say as well.
bool leads_nowhere(Observation const& o) {
  constexpr std::array<std::string_view, 9> kWords{"upstream-host-unreachable",
                                                   "host-unreachable",
                                                   "address-unreachable",
                                                   "net-unreachable",
                                                   "no-route",
                                                   "host-unknown",
                                                   "net-unknown",
                                                   "host-isolated",
                                                   "time-exceeded"};
  return o.outcome == Outcome::unreachable && std::ranges::find(kWords, o.cause) != kWords.end();
}

// Proofs that name the service, and are not its own: no stranger has them.
bool imitates_the_service(Observation const& o) {
  return o.cause == "dns-bad-signature" || o.cause == "dns-certificate-not-valid-today";
}

void unproven(Observation& o, std::string_view cause, Translated text) {
  o.outcome = Outcome::unproven;
  o.cause = cause;
  o.detail = o.detail.empty() ? Said(text) : Said(wording::kAndBefore, {text, o.detail});
  o.verified = false;
}

}  // namespace

void judge_range(Observation& o, std::vector<ProbeTask> const& tasks) {
  auto const task = std::ranges::find_if(tasks, [&](ProbeTask const& one) { return asks(one, o); });
  if (task == tasks.end()) return;
  switch (o.outcome) {
    case Outcome::timeout:
      return unproven(o, "silent-in-range", wording::kSilentInRange);
    case Outcome::reset:
    case Outcome::unreachable:
    case Outcome::tarpit:
    case Outcome::intercepted:
    case Outcome::tls_intercepted:
      break;
    case Outcome::open:
    case Outcome::unproven:
    case Outcome::name_error:
    case Outcome::local_error:
    case Outcome::cancelled:
    case Outcome::not_tested:
      return;
  }
  bool const as_the_rules_say = name(o.outcome) == task->expected && o.by != Teller::target;
  if (as_the_rules_say) return;
  if (leads_nowhere(o)) return unproven(o, "nobody-in-range", wording::kNobodyInRange);
  if (o.by == Teller::before_target || imitates_the_service(o)) return;
  if (o.by == Teller::target) return unproven(o, kArrivesInRange, wording::kArrivesRefused);
  unproven(o, "stranger-in-range", wording::kStrangerInRange);
}

}  // namespace safeconduct
