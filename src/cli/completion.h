// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Scripts that complete command lines of this program, written from the table of its options. What
// stands in data files (policies, providers, regions, dialects) they ask the program for.

#include <span>
#include <string>
#include <string_view>

#include "cli/option_table.h"

namespace safeconduct {

std::string bash_completion(std::span<CommandTable const> commands);
std::string zsh_completion(std::span<CommandTable const> commands);
std::string fish_completion(std::span<CommandTable const> commands);

// In single quotes, as all three take it: a quote inside ends them, stands alone, and begins anew.
std::string shell_quoted(std::string_view text);

// "a b c"
std::string spaced(std::span<std::string const> words);

// Asked of the program itself, not of the file system.
bool is_asked(Offer offer);

}  // namespace safeconduct
