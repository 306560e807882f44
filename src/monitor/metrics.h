// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a run of probes came to, as metrics: names and units as OpenMetrics has them, states as sets
// of which one is 1. Labels hold what the policies and this program name, never what a peer sends,
// so that their number is bounded.

#include <cstddef>
#include <optional>
#include <string>

#include "monitor/metric.h"
#include "verify/observed.h"

namespace safeconduct {

// Of the program's runs so far.
struct RunAccount {
  std::string version;
  std::size_t runs = 0;    // that came to an end
  std::size_t failed = 0;  // that could not run: a file that cannot be read, ...
  std::size_t missed = 0;  // that another one was in the way of
  double started = 0;      // the last one, seconds since 1970
  double duration = 0;     // seconds
  double changed = 0;      // when the client's status or a verdict last differed from before
};

// Without a result: what there is to say before the first run has ended.
Metrics metrics_of(ObservedResult const* result, RunAccount const& account);

// Of what a change is told by: client status and the verdicts of requirements.
std::string state_of(ObservedResult const& result);

}  // namespace safeconduct
