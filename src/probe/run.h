// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Carries a plan out. One thread; every wait has its deadline; SIGINT and SIGTERM end it with what
// is known by then.

#include <functional>
#include <string>
#include <vector>

#include "packet/observation.h"
#include "probe/added_authorities.h"
#include "probe/heard.h"
#include "probe/plan.h"

namespace safeconduct {

struct ProbeSettings {
  WireOptions wire;
  std::string trust;  // a file of authorities for TLS; empty: those of the system
  // Those of the system's that were added on this host: they certify no service on the internet.
  std::vector<AddedAuthority> added;
  // Told how many of how many have ended; may be empty.
  std::function<void(std::size_t done, std::size_t all)> progress;
  // Told of each as it ends, in the order in which they end; may be empty.
  std::function<void(Observation const&)> seen;
};

struct ProbeRun {
  std::vector<Observation> observations;  // in the order of the plan
  bool interrupted = false;
};

ProbeRun run_probes(ProbePlan const& plan, ProbeSettings const& settings);

}  // namespace safeconduct
