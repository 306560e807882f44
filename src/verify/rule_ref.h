// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

// A decider, as a report names it.
RuleRef rule_ref(DeviceRules const& device, Decider decider);
// "inet filter/forward", "inet filter/lan-out".
std::vector<std::string> way_names(DeviceRules const& device, std::vector<ChainId> const& way);
// The index of an interface of that name; nullopt for the empty name.
std::optional<std::uint32_t> interface_index(Ruleset const& rules, std::string_view name);

}  // namespace safeconduct
