// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion.h"

#include <algorithm>
#include <array>
#include <set>

#include "cli/commands.h"
#include "cli/data.h"
#include "cli/declaration.h"
#include "cli/option_values.h"
#include "policy/read.h"

namespace safeconduct {
namespace {

using Writer = std::string (*)(std::span<CommandTable const>);
struct Shell {
  std::string_view name;
  Writer write;
};
constexpr std::array<Shell, 3> kShells{
    {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}}};

std::vector<std::string> shell_names() {
  std::vector<std::string> names;
  for (auto const& one : kShells) names.emplace_back(one.name);
  return names;
}

// Of all providers: which one it will be is not known while the line is typed.
Result<std::vector<std::string>> all_regions(World const& world, DataFolder const& data) {
  std::set<std::string> ids;
  for (auto const& provider : known_names(world, data, "ingress-ranges")) {
    SC_TRY(ranges, load_ranges(world, data.path, {provider, {}}, {}));
    for (auto const& region : ranges.regions) ids.insert(region.id);
  }
  return std::vector<std::string>(ids.begin(), ids.end());
}

Result<std::vector<std::string>> known(std::string const& kind, CommonOptions const& common,
                                       World const& world) {
  SC_TRY(data, find_data(world, common.data));
  if (kind == name(Offer::policies)) return known_names(world, data, "policies");
  if (kind == name(Offer::providers)) return known_names(world, data, "ingress-ranges");
  if (kind == name(Offer::dialects)) return known_names(world, data, "policies/dialects");
  return all_regions(world, data);
}

}  // namespace

Result<Command> parse_completion(Words words) {
  CompletionOptions options;
  std::vector<std::string> arguments;
  Declaration declared("completion",
                       "Writes a script that completes command lines of this program.",
                       options.common);
  declared.positionals("SHELL", arguments, comma_list(shell_names()), shell_names());
  declared.text("--words", options.words,
                "in place of a script, what there is: policies, providers, regions or dialects",
                "KIND");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  if (arguments.size() > 1)
    return std::unexpected(usage_error("'" + arguments[1] + "' is one argument too many"));
  if (arguments.empty() == options.words.empty())
    return std::unexpected(usage_error("which shell?", "one of: " + comma_list(shell_names())));
  if (!options.words.empty()) {
    SC_CHECK(option_words(options.words));
    return options;
  }
  options.shell = arguments.front();
  if (std::ranges::find(kShells, options.shell, &Shell::name) == kShells.end())
    return std::unexpected(usage_error("there is no completion for '" + options.shell + "'",
                                       "one of: " + comma_list(shell_names())));
  return options;
}

Result<int> completion_command(CompletionOptions const& options, World const& world) {
  std::string text;
  if (options.words.empty()) {
    auto const tables = command_tables();
    text = std::ranges::find(kShells, options.shell, &Shell::name)->write(tables);
  } else {
    SC_TRY(words, known(options.words, options.common, world));
    for (auto const& one : words) text += one + '\n';
  }
  SC_CHECK(emit(text, options.common, world));
  return kHolds;
}

}  // namespace safeconduct
