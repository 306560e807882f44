// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One run of probes as a command wants it: what is asked for is read, planned, sent, and laid
// beside the rules.

#include <optional>
#include <string>

#include "cli/options.h"
#include "cli/world.h"
#include "policy/wanted.h"
#include "probe/plan.h"
#include "probe/run.h"
#include "verify/observed.h"
#include "verify/verify.h"

namespace safeconduct {

class ProbeSession {
 public:
  // Options and world outlive it.
  static Result<ProbeSession> prepare(ProbeOptions const& options, World const& world);

  ProbePlan const& plan() const& { return plan_; }
  std::string const& site() const& { return site_; }
  // 'settings' say what is told meanwhile; how packets are sent is the options' matter.
  Result<ObservedResult> run(ProbeSettings settings);

 private:
  ProbeSession(ProbeOptions const& options, World const& world)
      : options_(&options), world_(&world) {}

  ProbeOptions const* options_;
  World const* world_;
  std::string site_;
  CheckInput input_;
  Wanted wishes_;
  ProbePlan plan_;
  std::optional<CheckResult> check_;  // of the rules, where there are any
};

}  // namespace safeconduct
