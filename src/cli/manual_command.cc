// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "cli/commands.h"
#include "cli/declaration.h"
#include "cli/manual.h"
#include "cli/option_values.h"

namespace safeconduct {

Result<Command> parse_manual(Words words) {
  ManualOptions options;
  std::vector<std::string> arguments;
  Declaration declared("manual", "Writes the manual page of a command, or of the program, as roff.",
                       options.common);
  declared.positionals("COMMAND", arguments, "whose; without one, the program's", command_names());
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  if (arguments.size() > 1)
    return std::unexpected(usage_error("'" + arguments[1] + "' is one argument too many"));
  if (!arguments.empty()) options.command = arguments.front();
  return options;
}

Result<int> manual_command(ManualOptions const& options, World const& world) {
  auto const tables = command_tables();
  auto const found = std::ranges::find(tables, options.command, &CommandTable::name);
  if (found == tables.end() && !options.command.empty())
    return std::unexpected(usage_error("there is no command '" + options.command + "'",
                                       "commands: " + comma_list(command_names())));
  SC_CHECK(emit(options.command.empty() ? program_manual(tables) : command_manual(*found),
                options.common, world));
  return kHolds;
}

}  // namespace safeconduct
