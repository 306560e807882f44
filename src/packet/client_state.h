// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a client said of itself, when: the steps of its protection, from its own logs.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "packet/observation.h"

namespace safeconduct {

struct StateChange {
  Said subject;       // "DNS over IPv4", "DNS over IPv6", "web"
  std::string state;  // the vendor's word: "Open", "CloudServiceUnavailable", ..., "Unknown"
  Said text;          // the same, for the operator, with what it rests on
  std::string at;     // "2024-08-27T03:07:53", by the client's clock, without a zone
  std::string utc;    // the same in UTC, where the zone is known: "2024-08-26T18:07:53Z"
  std::vector<Evidence> evidence;
  bool operator==(StateChange const&) const = default;
};

// How the clock of a client's log stands to that of a capture.
struct ClockMatch {
  int offset_minutes = 0;   // log minus UTC: the client's zone
  double residual_s = 0;    // what is left: the fault of one of the two clocks
  std::size_t matched = 0;  // steps of the log that the capture shows at that time
  std::size_t steps = 0;    // of the log, while the capture ran
  bool operator==(ClockMatch const&) const = default;
};

}  // namespace safeconduct
