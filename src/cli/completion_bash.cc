// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "cli/completion.h"

namespace safeconduct {
namespace {

// Words are compared, never expanded: 'compgen -W' would run what a data file says.
constexpr std::string_view kBashFunctions = R"(
_safeconduct_pick() {
  local one
  for one in "$@"; do
    if [[ $one == "$word"* ]]; then COMPREPLY+=("$one"); fi
  done
}

_safeconduct_known() {
  local -a known
  mapfile -t known < <("${COMP_WORDS[0]}" completion --words "$1" 2>/dev/null)
  _safeconduct_pick "${known[@]}"
}

_safeconduct_paths() {
  local -a paths
  compopt -o filenames 2>/dev/null
  mapfile -t paths < <(compgen "$1" -- "$word")
  COMPREPLY+=("${paths[@]}")
}

_safeconduct() {
  local word=${COMP_WORDS[COMP_CWORD]} before=''
  if ((COMP_CWORD > 1)); then before=${COMP_WORDS[COMP_CWORD - 1]}; fi
  COMPREPLY=()
  # "--format=sarif:FILE" comes in five words.
  if [[ $word == : || $before == : ]]; then
    if [[ $word == : ]]; then word=''; fi
    _safeconduct_paths -f
    return
  fi
  if [[ $word == = ]]; then
    word=''
  elif [[ $before == = && $COMP_CWORD -gt 2 ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    _safeconduct_pick )";

std::string offered(OptionEntry const& entry) {
  std::string text;
  if (!entry.words.empty()) text += "_safeconduct_pick " + spaced(entry.words) + "; ";
  if (is_asked(entry.offer)) text += "_safeconduct_known " + std::string(name(entry.offer)) + "; ";
  // A policy or a dialect may be a file, too.
  if (entry.offer == Offer::files || (is_asked(entry.offer) && entry.offer != Offer::regions))
    text += "_safeconduct_paths -f; ";
  if (entry.offer == Offer::folders) text += "_safeconduct_paths -d; ";
  return text;
}

std::string command_case(CommandTable const& command) {
  std::map<std::string, std::string> names_by_offer;
  std::string all;
  std::string positional;
  for (auto const& entry : command.options) {
    if (entry.names.empty()) {
      positional = offered(entry);
      continue;
    }
    for (auto const& one : entry.names) {
      all += ' ' + one;
      if (entry.value.empty()) continue;
      auto& names = names_by_offer[offered(entry)];
      names += (names.empty() ? "" : " | ") + one;
    }
  }
  std::string text = "    " + command.name + ")\n      case $before in\n";
  for (auto const& [offer, names] : names_by_offer)
    text += "        " + names + ")\n          " + offer + "return ;;\n";
  text += "      esac\n      if [[ $word == -* ]]; then\n        _safeconduct_pick" + all + '\n';
  if (!positional.empty()) text += "      else\n        " + positional + '\n';
  return text + "      fi ;;\n";
}

}  // namespace

std::string bash_completion(std::span<CommandTable const> commands) {
  std::string text = "# shellcheck shell=bash\n# written by: safeconduct completion bash\n";
  text += kBashFunctions;
  for (auto const& command : commands) text += command.name + ' ';
  text += "--help --version\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n";
  for (auto const& command : commands) text += command_case(command);
  return text + "  esac\n}\n\ncomplete -F _safeconduct safeconduct\n";
}

}  // namespace safeconduct
