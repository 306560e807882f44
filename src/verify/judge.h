// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/journey.h"
#include "verify/finding.h"
#include "verify/rule_ref.h"
#include "verify/verify.h"

namespace safeconduct {

// What becomes of a conversation at one device: the region by what can be said of it, and the parts
// with their rules. Every packet of the region is in exactly one of the sets.
struct Judgement {
  PacketSet allowed;
  PacketSet blocked;
  PacketSet intercepted;
  PacketSet undecided;
  std::vector<Part> parts;
  bool over_budget = false;
};

// Judged by what happens to the packet, not rule by rule: where every way that an unknown leads
// leads to the same end, it is certain.
Judgement judge(DeviceRules const& device, RuleNames& names, Conversation const& conversation,
                std::vector<LegDecision> const& legs);
// The same of the requests in 'region' alone, which are among those of the conversation; the legs
// have no pieces beyond it.
Judgement judge(DeviceRules const& device, RuleNames& names, Conversation const& conversation,
                PacketSet region, std::vector<LegDecision> const& legs);

// One packet of a part as it arrives at the device, for 'trace'.
Packet witness(Conversation const& conversation, LegDecision const& leg, BoxProduct const& product);

// What had to be assumed, in the words of the rules: "limit rate 5/second".
std::string words_of(Ruleset const& rules, Family family, Assumption const& assumption);

}  // namespace safeconduct
