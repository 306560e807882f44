// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion.h"

namespace safeconduct {
namespace {

constexpr std::string_view kFishFunctions = R"(
function __safeconduct_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end

function __safeconduct_no_command
    set -l words (commandline -opc)
    test (count $words) -eq 1
end

complete -c safeconduct -f
complete -c safeconduct -n __safeconduct_no_command -l help -d 'what there is'
complete -c safeconduct -n __safeconduct_no_command -l version -d 'which version it is'
)";

// fish, unlike the others, takes \' within single quotes.
std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (char const c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '\'';
}

bool takes_files(OptionEntry const& entry) {
  return entry.offer == Offer::files || (is_asked(entry.offer) && entry.offer != Offer::regions);
}

std::string values(OptionEntry const& entry) {
  std::string text;
  if (is_asked(entry.offer)) {
    text += " -a '(command safeconduct completion --words " + std::string(name(entry.offer)) +
            " 2>/dev/null)'";
  } else if (!entry.words.empty()) {
    text += " -a " + fish_quoted(spaced(entry.words));
  } else if (entry.offer == Offer::folders) {
    text += " -a '(__fish_complete_directories)'";
  }
  return text + (takes_files(entry) ? " -F" : "");
}

std::string line_of(CommandTable const& command, OptionEntry const& entry) {
  std::string text = "complete -c safeconduct -n '__safeconduct_is " + command.name + '\'';
  for (auto const& one : entry.names)
    text += one.starts_with("--") ? " -l " + one.substr(2) : " -s " + one.substr(1);
  if (!entry.names.empty() && !entry.value.empty()) text += takes_files(entry) ? " -r" : " -x";
  text += values(entry);
  if (!entry.names.empty()) text += " -d " + fish_quoted(entry.what);
  return text + '\n';
}

}  // namespace

std::string fish_completion(std::span<CommandTable const> commands) {
  std::string text = "# written by: safeconduct completion fish\n";
  text += kFishFunctions;
  for (auto const& command : commands) {
    text += "\ncomplete -c safeconduct -n __safeconduct_no_command -a " + command.name + " -d " +
            fish_quoted(command.what) + '\n';
    for (auto const& entry : command.options) text += line_of(command, entry);
  }
  return text;
}

}  // namespace safeconduct
