// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From what was counted to what became of each requirement. Pure.

#include <optional>
#include <string>
#include <vector>

#include "evidence/capture_targets.h"
#include "evidence/hosts_seen.h"
#include "evidence/name_lookups.h"
#include "evidence/tallies.h"
#include "packet/observation.h"

namespace safeconduct {

struct CaptureSeen {
  Wanted const& wanted;
  CaptureTargets const& targets;
  Tallies const& tallies;
  NameLookups const& names;
  HostsSeen const& hosts;
  std::string file;
  CaptureTime first = 0;
  CaptureTime last = 0;
  std::optional<double> fastest_ms;  // handshake in this capture
};

std::vector<Observation> judge_capture(CaptureSeen const& seen);

// What one ending says of a requirement that is probed in that way.
struct EndingWord {
  Outcome outcome = Outcome::unproven;
  std::string cause;
  Said detail;
  Teller by = Teller::unknown;
  bool verified = false;
  int weight = 0;  // of several that decide alike the heaviest speaks
};
// 'plain': no more than a handshake is required. 'issuer': that the policy expects; may be empty.
EndingWord word_for(Ending ending, Told const& told, bool plain, std::string const& issuer);

}  // namespace safeconduct
