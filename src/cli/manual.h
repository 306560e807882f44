// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Manual pages, in the man(7) macros of roff, written from the table of options.

#include <span>
#include <string>
#include <string_view>

#include "cli/option_table.h"

namespace safeconduct {

// safeconduct(1): the commands, exit statuses, variables and files.
std::string program_manual(std::span<CommandTable const> commands);
// safeconduct-check(1) and its like.
std::string command_manual(CommandTable const& command);

// Fit for a line of roff: nothing in it is a request or an escape.
std::string roff_text(std::string_view text);

}  // namespace safeconduct
