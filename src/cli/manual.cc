// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/manual.h"

#include <algorithm>
#include <array>
#include <utility>

namespace safeconduct {
namespace {

using Pairs = std::span<std::pair<std::string_view, std::string_view> const>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kStatuses{{
    {"0", "everything required holds"},
    {"1",
     "at least one finding at or above --fail-on (required, unless said): something is blocked, "
     "diverted or cannot be decided"},
    {"2", "could not run: usage, unreadable or invalid input"},
    {"130", "'probe' or 'audit' was interrupted; what was known by then was reported"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kVariables{{
    {"SAFECONDUCT_DATA", "the folder that has policies/ and ingress-ranges/, as --data"},
    {"NO_COLOR", "where it is not empty, nothing is coloured"},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kFiles{{
    {"/usr/share/safeconduct/policies", "what a service needs, and the dialects of CSV exports"},
    {"/usr/share/safeconduct/ingress-ranges", "the addresses of its regions"},
    {"/usr/share/safeconduct/examples", "sites to try, units of systemd, templates of pipelines"},
}};

constexpr std::size_t kWidth = 80;

// A paragraph, in lines that people can read in a diff. roff fills them anew.
std::string prose(std::string_view text) {
  std::string result;
  std::string line;
  while (!text.empty()) {
    auto const end = std::min(text.find_first_of(" \n"), text.size());
    auto const word = roff_text(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.size() + 1 + word.size() > kWidth) {
      result += line + '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return result + line + '\n';
}

std::string heading(std::string const& page, std::string_view what) {
  std::string title;
  for (char const c : page) title += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ".TH " + roff_text(title) +
         " 1 " SC_DATE " \"safeconduct " SC_VERSION "\" \"User Commands\"\n.SH NAME\n" +
         roff_text(page) + " \\- " + roff_text(what) + '\n';
}

std::string list(std::string_view title, Pairs pairs) {
  std::string text = ".SH " + std::string(title) + '\n';
  for (auto const& [name, what] : pairs) text += ".TP\n.B " + roff_text(name) + '\n' + prose(what);
  return text;
}

// "Proves it." as the name line of a manual has it: "proves it".
std::string line_of(std::string what) {
  if (what.ends_with('.')) what.pop_back();
  if (!what.empty() && what.front() >= 'A' && what.front() <= 'Z')
    what.front() = static_cast<char>(what.front() - 'A' + 'a');
  return what;
}

std::string option_item(OptionEntry const& entry) {
  std::string text = ".TP\n";
  std::string tag;
  for (auto const& one : entry.names)
    tag += (tag.empty() ? "" : ", ") + ("\\fB" + roff_text(one) + "\\fR");
  if (!entry.value.empty())
    tag += (tag.empty() ? "" : " ") + ("\\fI" + roff_text(entry.value) + "\\fR");
  if (entry.repeats) tag += " ...";
  return text + tag + '\n' + prose(entry.what);
}

}  // namespace

std::string roff_text(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result = "\\&";
  for (char const c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";  // the character of options, not a hyphen
    } else {
      result += c == '\n' ? ' ' : c;
    }
  }
  return result;
}

std::string program_manual(std::span<CommandTable const> commands) {
  std::string text = heading("safeconduct",
                             "proves from firewall rules whether the flows that a service needs "
                             "do pass");
  text += ".SH SYNOPSIS\n.B safeconduct\n.I COMMAND\n.RI [ ARGS ]\n.SH DESCRIPTION\n";
  text += prose(
      "A cloud security service protects a client only while the firewalls on the way let its "
      "flows pass. This program reads the rules that a firewall really has and proves for every "
      "packet of every required flow, and for the answers to it, whether it passes; where it does "
      "not, it names the rule.");
  text += ".SH COMMANDS\n";
  for (auto const& command : commands)
    text += ".TP\n.BR safeconduct\\-" + roff_text(command.name) + " (1)\n" + prose(command.what);
  text += list("EXIT STATUS", kStatuses);
  text += prose("The command watch and the format nagios have statuses of their own.");
  text += list("ENVIRONMENT", kVariables);
  text += list("FILES", kFiles);
  text += ".SH EXAMPLES\n.EX\n" + roff_text("nft list ruleset > fw.nft") + '\n' +
          roff_text("safeconduct check fw.nft --in lan0 --out wan0 --clients 10.20.0.0/16") +
          "\n.EE\n.SH SEE ALSO\n.BR nft (8),\n.BR iptables\\-save (8)\n";
  return text;
}

std::string command_manual(CommandTable const& command) {
  auto text = heading("safeconduct-" + command.name, line_of(command.what));
  text += ".SH SYNOPSIS\n.B safeconduct " + roff_text(command.name) + "\n.RI [ OPTIONS ]\n";
  for (auto const& entry : command.options)
    if (entry.names.empty()) text += ".RI [ " + roff_text(entry.value) + " ...]\n";
  text += ".SH DESCRIPTION\n" + prose(command.what);
  for (auto const& entry : command.options)
    if (entry.names.empty()) text += option_item(entry);
  text += ".SH OPTIONS\n";
  for (auto const& entry : command.options)
    if (!entry.names.empty()) text += option_item(entry);
  return text + ".SH SEE ALSO\n.BR safeconduct (1)\n";
}

}  // namespace safeconduct
