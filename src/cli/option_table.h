// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the command line takes, as the commands declare it: completion and manuals are written from
// this, and never kept by hand.

#include <string>
#include <string_view>
#include <vector>

#include "cli/choices.h"

namespace safeconduct {

struct OptionEntry {
  std::vector<std::string> names;  // "--quiet", "-q"; none: an argument without a name
  std::string value;               // FILE, ID, RULES; empty: it takes none
  std::string what;                // one line
  bool repeats = false;
  std::vector<std::string> words;  // that it takes; none: any text
  Offer offer = Offer::nothing;
};

struct CommandTable {
  std::string name;
  std::string what;
  std::vector<OptionEntry> options;
};

// In the order of 'safeconduct --help'.
std::vector<CommandTable> command_tables();

}  // namespace safeconduct
