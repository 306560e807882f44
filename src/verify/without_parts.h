// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Flows whose packets no rule is held against: undecided as a whole, for the reason that they say.

#include <optional>
#include <span>
#include <string>

#include "policy/wanted.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

// Does the export have the rules of that family? (iptables-save is of one alone.)
bool covers(Ruleset const& rules, Family family);

// That nobody gave the device's rules of that family, and what would; nullopt: they are there.
std::optional<std::string> rules_missing(DeviceRules const& device, Family family);

// Where it goes to, no address tells.
FlowResult unresolved_flow(Requirement const& requirement, Unresolved const& unresolved);

}  // namespace safeconduct
