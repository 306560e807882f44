// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// When probes may begin: so many a second over all, and so many a second to one address, so that no
// target (or a device before it) takes them for a flood and stops answering. What failed is asked
// again at a pace that no limit of a router's ICMP errors hides (run.cc).

#include <chrono>
#include <map>

#include "net/address.h"

namespace safeconduct {

class Pacing {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Probes a second, at least 1 each.
  Pacing(unsigned rate, unsigned target_rate);

  // The next free moment to that address, at 'now' or later; it is taken by asking for it.
  Time of_target(Time now, Address const& target);
  // The next free moment over all, once that of the target has come.
  Time of_all(Time now);

 private:
  std::chrono::microseconds gap_;
  std::chrono::microseconds target_gap_;
  Time next_;
  std::map<Address, Time> next_of_;
};

}  // namespace safeconduct
