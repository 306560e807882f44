// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a command line leaves open is taken from the environment, else from a file of settings, else
// it is the default. Only options that cannot write, send or run anything have such settings.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "cli/world.h"

namespace safeconduct {

struct SettingEntry {
  std::string_view name;      // "fail-on": the key; with "--" the option, in capitals the variable
  std::string_view commands;  // that take it, with spaces between
  bool list = false;
  bool names_file = false;  // its value may be a path: of a file's, from the file's folder
  bool question = false;    // changes what is asked or what counts: said wherever it is taken
  bool of_site = false;     // a site file says it: not taken beside --site
  bool aims = false;        // decides where packets of a probe go
  // A value that lets pass what fails. A change could bring a file of settings along, and excuse
  // itself: of one that nobody named such a value is an error.
  std::string_view excuses = {};
};
std::span<SettingEntry const> setting_entries();
bool takes(std::string_view command, SettingEntry const& entry);
std::string variable_of(SettingEntry const& entry);  // "SAFECONDUCT_FAIL_ON"

struct SettingValue {
  std::vector<std::string> values;
  std::string origin;  // "$SAFECONDUCT_REGION", ".safeconduct.yaml:3"
  bool found = false;  // in a file that nobody named
};

// The text of a value, as an error of its own where it will not do: 'what' names the setting.
Result<void> check_setting(SettingEntry const& entry, std::string const& what,
                           std::string const& value);

class Settings {
 public:
  // A fault of the file is kept until a setting is asked for: --help works beside it.
  static Settings read(World const& world);

  Result<std::optional<SettingValue>> find(SettingEntry const& entry) const;
  // What was passed over, for standard error: variables that look misspelt, files of others.
  std::vector<std::string> const& warnings() const { return warnings_; }

 private:
  std::map<std::string, std::string> variables_;
  Result<std::map<std::string, SettingValue, std::less<>>> file_;
  std::vector<std::string> warnings_;
};

// What to say where a language is set that the command does not speak; empty: nothing.
std::string unheeded_language(std::string_view command, Settings const& settings);

// A setting as it counts for a command: for 'safeconduct config'.
struct EffectiveSetting {
  std::string name;
  std::string value;   // empty: none
  std::string origin;  // "default", "command line", or as above
};
std::string text_settings(std::span<EffectiveSetting const> settings);

}  // namespace safeconduct
