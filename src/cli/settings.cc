// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/settings.h"

#include <algorithm>
#include <array>

#include "cli/choices.h"
#include "cli/config_file.h"
#include "cli/option_values.h"
#include "policy/words.h"

namespace safeconduct {
namespace {

constexpr std::uint32_t kMostJobs = 1024;
constexpr std::string_view kPrefix = "SAFECONDUCT_";
constexpr std::string_view kAsking = "check baseline probe watch diagnose";
constexpr std::string_view kPrinting = "check probe watch diagnose trace";
constexpr std::string_view kAll = "check probe watch diagnose trace audit";
// Commands that have lines for people, and no report: in English alone.
constexpr std::string_view kUntranslated = " baseline watch verify-certificate ";

// Nothing that writes (--output, --certificate, --textfile, ...), that chooses the data all
// verdicts rest on (--data), the day, or how a probe sends.
constexpr std::array<SettingEntry, 16> kEntries{{
    {"site", kAsking, false, true, true, false, true},
    {"policy", kAsking, true, true, true, true, true},
    {"provider", kAsking, false, true, true, true, true},
    {"region", kAsking, true, false, true, true, false},
    {"clients", kAsking, true, false, true, true, false},
    {"in", kAsking, false, false, true, true, false},
    {"out", kAsking, false, false, true, true, false},
    {"hook", kAsking, false, false, true, false, false},
    {"input-format", "check baseline trace", false, false, true, false, false},
    {"dialect", "check baseline trace diagnose", false, true, true, true, false},
    {"fail-on", "check probe watch diagnose", false, false, true, false, false, "none"},
    {"upcoming", "check", false, false, true, false, false, "report"},
    {"format", kPrinting, false, false, false, false, false},
    {"color", kAll, false, false, false, false, false},
    {"lang", "check probe diagnose trace audit ranges explain", false, false, false, false, false},
    {"jobs", "check baseline audit", false, false, false, false, false},
}};

// Into a file only by the command line; those for monitoring have exit statuses of their own.
constexpr std::array<std::string_view, 11> kFormats{"text",   "json",     "jsonl", "sarif",
                                                    "junit",  "markdown", "html",  "github",
                                                    "gitlab", "rdjsonl",  "csv"};

std::vector<std::string> split(std::string const& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    auto const comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

// Misspelt ones would be passed over in silence. Those of other programs are none of our business.
std::vector<std::string> misspelt(std::map<std::string, std::string> const& variables) {
  std::vector<std::string> known{"DATA", "CONFIG"};
  for (auto const& entry : setting_entries())
    known.push_back(variable_of(entry).substr(kPrefix.size()));
  std::vector<std::string_view> const words(known.begin(), known.end());
  std::vector<std::string> warnings;
  for (auto const& [name, value] : variables) {
    auto const word = std::string_view(name).substr(kPrefix.size());
    if (std::ranges::find(words, word) != words.end()) continue;
    if (auto const near = nearest(word, words); !near.empty())
      warnings.push_back("$" + name + " is no setting; did you mean $" + std::string(kPrefix) +
                         std::string(near) + "?");
  }
  return warnings;
}

struct Chosen {
  std::string path;  // empty: none
  bool found = false;
};

Chosen choose_file(World const& world, std::vector<std::string>& warnings) {
  if (auto const named = world.variables.find(std::string(kPrefix) + "CONFIG");
      named != world.variables.end())
    return {named->second, false};
  for (auto const& folder : world.config_folders) {
    auto const path = folder + std::string(kConfigName);
    if (!world.is_file(path)) continue;
    if (world.is_own(path)) return {path, true};
    warnings.push_back(path + " is not taken: it belongs to another user, or is a link; " +
                       std::string(kPrefix) + "CONFIG=" + path + " takes it");
    return {};
  }
  return {};
}

}  // namespace

std::span<SettingEntry const> setting_entries() { return kEntries; }

bool takes(std::string_view command, SettingEntry const& entry) {
  auto const all = ' ' + std::string(entry.commands) + ' ';
  return all.contains(' ' + std::string(command) + ' ');
}

std::string variable_of(SettingEntry const& entry) {
  std::string name(kPrefix);
  for (char const c : entry.name) name += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  return name;
}

Result<void> check_setting(SettingEntry const& entry, std::string const& what,
                           std::string const& value) {
  if (entry.name == "clients") {
    SC_CHECK(option_prefix(what, value));
  } else if (entry.name == "jobs") {
    SC_CHECK(option_number(what, value, kMostJobs));
  } else if (value == "-") {
    return std::unexpected(usage_error(what + ": '-' will not do", "name a file"));
  }
  auto choices = choices_of("--" + std::string(entry.name));
  if (entry.name == "format") choices.assign(kFormats.begin(), kFormats.end());
  if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return {};
  return std::unexpected(
      usage_error(what + ": '" + value + "' will not do", "one of: " + comma_list(choices)));
}

Settings Settings::read(World const& world) {
  Settings settings;
  settings.variables_ = world.variables;
  settings.warnings_ = misspelt(world.variables);
  auto const chosen = choose_file(world, settings.warnings_);
  if (chosen.path.empty()) return settings;
  auto const text = world.read(chosen.path);
  if (!text) {
    settings.file_ = std::unexpected(text.error());
    return settings;
  }
  settings.file_ = read_config(chosen.path, **text);
  if (settings.file_)
    for (auto& [name, value] : *settings.file_) value.found = chosen.found;
  return settings;
}

Result<std::optional<SettingValue>> Settings::find(SettingEntry const& entry) const {
  if (!file_) return std::unexpected(file_.error());
  auto const name = variable_of(entry);
  if (auto const variable = variables_.find(name);
      variable != variables_.end() && !variable->second.empty()) {
    SettingValue value;
    value.values = entry.list ? split(variable->second) : std::vector{variable->second};
    value.origin = '$' + name;
    for (auto const& one : value.values) SC_CHECK(check_setting(entry, value.origin, one));
    return std::optional(std::move(value));
  }
  auto const found = file_->find(entry.name);
  if (found == file_->end()) return std::optional<SettingValue>();
  auto const& value = found->second;
  if (value.found && !entry.excuses.empty() && value.values.front() == entry.excuses)
    return std::unexpected(usage_error(
        value.origin + ": '" + std::string(entry.name) + ": " + std::string(entry.excuses) +
            "' lets pass what fails: a file that nobody named may not say so",
        "say --" + std::string(entry.name) + " on the command line, or name the file by $" +
            std::string(kPrefix) + "CONFIG"));
  return std::optional(value);
}

std::string unheeded_language(std::string_view command, Settings const& settings) {
  if (!kUntranslated.contains(' ' + std::string(command) + ' ')) return {};
  auto const* const entry = std::ranges::find(kEntries, "lang", &SettingEntry::name);
  auto const value = settings.find(*entry);
  // Faults of settings are told where those are taken.
  if (!value || !*value || (*value)->values.front() == "en") return {};
  return "'" + std::string(command) + "' speaks English only: lang " + (*value)->values.front() +
         " (" + (*value)->origin + ") is for other commands";
}

std::string text_settings(std::span<EffectiveSetting const> settings) {
  std::size_t name_width = 0;
  std::size_t value_width = 1;
  for (auto const& one : settings) {
    name_width = std::max(name_width, one.name.size());
    value_width = std::max(value_width, one.value.size());
  }
  auto const padded = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
  };
  std::string text;
  for (auto const& one : settings)
    text += padded(one.name, name_width) + "  " +
            padded(one.value.empty() ? "-" : printable(one.value), value_width) + "  " +
            one.origin + '\n';
  return text;
}

}  // namespace safeconduct
