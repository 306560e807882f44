// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "packet/observation_words.h"
#include "verify/cause_wording.h"
#include "verify/observed.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostTold = 6;  // observations that are named for a cause

std::string likelihood_of(Observation const& o) {
  switch (o.by) {
    case Teller::this_host:
    case Teller::before_target:
      return "certain";
    case Teller::target:
      return "likely";  // a device may speak in its name
    case Teller::nobody:
    case Teller::unknown:
      break;
  }
  bool const proof = o.outcome == Outcome::intercepted || o.outcome == Outcome::tls_intercepted;
  return proof ? "likely" : "possible";
}

Said against(Observation const& o) {
  if (o.reported) return wording::kLogIsVague;
  if (o.outcome == Outcome::timeout) return wording::kSilenceIsVague;
  if (o.cause == "issuer-not-trusted") return wording::kOwnAuthority;
  if (o.by == Teller::target) return wording::kDeviceMaySpeak;
  if (o.cause == "dns-certificate-not-valid-today") return wording::kClockMayBeWrong;
  return {};
}

std::size_t rank(ProbableCause const& cause) {
  constexpr std::array<std::string_view, 3> order{"certain", "likely", "possible"};
  return static_cast<std::size_t>(std::ranges::find(order, cause.likelihood) - order.begin());
}

void add(std::vector<ProbableCause>& causes, Observation const& o) {
  auto const likelihood = likelihood_of(o);
  auto found = std::ranges::find_if(causes, [&](ProbableCause const& one) {
    return one.code == o.cause && one.likelihood == likelihood;
  });
  if (found == causes.end()) {
    causes.push_back({o.cause, likelihood, o.detail, {}, {}});
    found = causes.end() - 1;
    if (auto text = against(o); !text.empty()) found->speaks_against.push_back(std::move(text));
  }
  if (found->speaks_for.size() >= kMostTold) return;
  Said text(wording::kTargetOutcome, {target_words(o), words_of(o.outcome)});
  for (auto const& one : o.evidence)
    if (one.kind == "icmp" || one.kind == "control" || one.kind == "issuer" || one.kind == "path")
      text += "; " + one.kind + ": " + one.text;
  found->speaks_for.push_back(std::move(text));
}

}  // namespace

std::vector<ProbableCause> probable_causes(std::vector<ObservedRequirement> const& requirements) {
  std::vector<ProbableCause> causes;
  for (auto const& requirement : requirements)
    for (auto const& seen : requirement.seen) {
      auto const& o = seen.observation;
      bool const idle = o.outcome == Outcome::cancelled || o.outcome == Outcome::not_tested;
      if (o.outcome != Outcome::open && !idle) add(causes, o);
    }
  std::ranges::stable_sort(causes, {}, rank);
  return causes;
}

}  // namespace safeconduct
