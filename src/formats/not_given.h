// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Rules that are in force on a device and stand in none of its files: what they do, nobody knows.

#include <string>

#include "rules/builder.h"

namespace safeconduct {

// Chains of that family at every hook, ahead of all others, of which nothing is known but 'what'
// they are.
void add_unknown_chains(RulesetBuilder& builder, Family family, std::string const& table,
                        std::string const& what, Span span);

// For what exports said is in force, unless another file of the device has it.
void add_not_given(RulesetBuilder& builder);

}  // namespace safeconduct
