// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "rules/ruleset.h"

namespace safeconduct {

// What RulesetBuilder::finish does once all files are read; see there.
Result<void> link(Ruleset& rules, std::span<std::string const> interfaces);

}  // namespace safeconduct
