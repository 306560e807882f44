// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion.h"

namespace safeconduct {
namespace {

constexpr std::string_view kZshFunctions = R"zsh(
# What the list is called, after options of compadd.
_safeconduct_known() {
  local -a known
  known=(${(f)"$(command safeconduct completion --words $argv[-1] 2>/dev/null)"})
  compadd "${@[1,-2]}" -a known
}

_safeconduct_named() {
  _safeconduct_known "$@"
  _files "${@[1,-2]}"
}

_safeconduct() {
  local curcontext=$curcontext state line command
  local -a commands
  typeset -A opt_args
  if (( CURRENT == 2 )); then
    commands=(
)zsh";

// What separates the parts of a specification of _arguments.
std::string escaped(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string action(OptionEntry const& entry) {
  if (!entry.words.empty()) {
    auto const words = "(" + spaced(entry.words) + ')';
    if (entry.offer != Offer::files) return words;
    // Either: words of ours, or files.
    return "{compadd -- " + spaced(entry.words) + "; _files}";
  }
  if (entry.offer == Offer::files) return "_files";
  if (entry.offer == Offer::folders) return "_files -/";
  if (entry.offer == Offer::regions) return "_safeconduct_known regions";
  if (is_asked(entry.offer)) return "_safeconduct_named " + std::string(name(entry.offer));
  return " ";  // a value that nobody can guess
}

std::string specifications(OptionEntry const& entry) {
  auto const indent = std::string(" \\\n        ");
  if (entry.names.empty())
    return indent + shell_quoted("*:" + escaped(entry.value) + ':' + action(entry));
  std::string text;
  for (auto const& one : entry.names) {
    // Once is enough, under whichever of its names.
    std::string spec = entry.repeats ? "*" : "(" + spaced(entry.names) + ")";
    spec += one;
    if (!entry.value.empty()) spec += one.starts_with("--") ? "=" : "+";
    spec += '[' + escaped(entry.what) + ']';
    if (!entry.value.empty()) spec += ':' + escaped(entry.value) + ':' + action(entry);
    text += indent + shell_quoted(spec);
  }
  return text;
}

}  // namespace

std::string zsh_completion(std::span<CommandTable const> commands) {
  std::string text = "#compdef safeconduct\n# written by: safeconduct completion zsh\n";
  text += kZshFunctions;
  for (auto const& command : commands)
    text += "      " + shell_quoted(command.name + ':' + escaped(command.what)) + '\n';
  text +=
      "    )\n    _describe command commands\n    _arguments '--help[what there is]' "
      "'--version[which version it is]'\n    return\n  fi\n"
      "  command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n";
  for (auto const& command : commands) {
    text += "    " + command.name + ")\n      _arguments -s -S";
    for (auto const& entry : command.options) text += specifications(entry);
    text += " ;;\n";
  }
  return text +
         "  esac\n}\n\nif [ \"$funcstack[1]\" = _safeconduct ]; then\n  _safeconduct \"$@\"\nelse\n"
         "  compdef _safeconduct safeconduct\nfi\n";
}

}  // namespace safeconduct
