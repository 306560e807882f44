// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/rule_generator.h"

namespace safeconduct::testing {

// The types that are drawn from.
std::vector<std::string> ipset_types();
// An empty set, as `ipset save` prints it.
std::string create_ipset(std::string const& name, std::string const& type, Family family);

struct Ipset {
  std::string name;
  std::size_t dimensions = 1;
  std::vector<Shot> aims;  // packets that its elements fit
};

// A random set, as `ipset save` prints it, into the rules' sets.
Ipset generate_ipset(Dice& dice, Family family, std::string const& name, KernelLimits const& limits,
                     GeneratedRules& rules);

}  // namespace safeconduct::testing
