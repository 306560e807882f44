// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/journey.h"
#include "verify/finding.h"
#include "verify/flow.h"

namespace safeconduct {

// Where a device gives the same packets one source or another, and nobody knows which (a
// translation behind "statistic mode random"), both go on along the path. What becomes of them
// there hangs on that.

// What it hangs on which of several streams a packet is in.
struct Choice {
  std::vector<RuleRef> rules;
  std::vector<std::string> words;
  bool some() const { return !words.empty(); }
};
// Adds what the streams that leave the device hang on, if any packet is in several of them.
void add_choice(DeviceRules const& device, Family family, LegDecision const& request,
                std::span<Stream const> streams, Choice& choice);

// Packets that one part has lost, and another not, or otherwise, are undecided.
void settle_doubled(Choice const& choice, std::vector<Part>& parts);

}  // namespace safeconduct
