// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/config_file.h"

#include <algorithm>

#include "cli/data.h"
#include "cli/option_table.h"
#include "policy/yaml_reader.h"

namespace safeconduct {
namespace {

std::string folder_of(std::string const& file_name) {
  auto const slash = file_name.rfind('/');
  return slash == std::string::npos ? std::string() : file_name.substr(0, slash + 1);
}

bool is_option(std::string const& key) {
  auto const name = "--" + key;
  for (auto const& command : command_tables())
    for (auto const& option : command.options)
      if (std::ranges::find(option.names, name) != option.names.end()) return true;
  return false;
}

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys{"schema"};
  for (auto const& entry : setting_entries()) keys.push_back(entry.name);
  return keys;
}

// An option that a file may not set is told from a word that is none.
Result<void> refuse_other_options(YamlText const& yaml, YamlNode const& root,
                                  std::span<std::string_view const> known) {
  if (root.kind != YamlNode::Kind::map) return {};
  for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
    auto const& key = root.items[i];
    if (std::ranges::find(known, key.text) != known.end() || !is_option(key.text)) continue;
    return std::unexpected(yaml.error(ErrorKind::unknown_name, key,
                                      "'" + key.text + "' is for the command line alone",
                                      "a file of settings may not write, send or hide anything"));
  }
  return {};
}

// The site and what else may be a path.
std::string from_folder(SettingEntry const& entry, std::string const& folder,
                        std::string const& value) {
  bool const path = entry.name == "site" || (entry.names_file && is_path(value));
  return path ? below(folder, value) : value;
}

}  // namespace

Result<std::map<std::string, SettingValue, std::less<>>> read_config(std::string const& file_name,
                                                                     std::string_view text) {
  std::map<std::string, SettingValue, std::less<>> values;
  YamlText const yaml(file_name, text);
  SC_TRY(tree, parse_yaml(yaml));
  auto const keys = known_keys();
  SC_CHECK(refuse_other_options(yaml, tree, keys));
  SC_TRY(root, read_root(yaml, tree, "config/1", keys));
  for (auto const& entry : setting_entries()) {
    auto const* const node = root.find(entry.name);
    if (node == nullptr) continue;
    SettingValue value;
    value.origin = file_name + ':' + std::to_string(yaml.at(*root.key(entry.name)).line);
    std::span<YamlNode const> items(node, 1);
    if (entry.list) {
      SC_TRY(list, read_list_or_one(yaml, *node, entry.name));
      items = list;
    }
    for (auto const& item : items) {
      SC_TRY(line, read_line(yaml, item, entry.name));
      if (auto const fine = check_setting(entry, std::string(entry.name), line); !fine)
        return std::unexpected(
            yaml.error(ErrorKind::out_of_range, item, fine.error().text, fine.error().hint));
      value.values.push_back(from_folder(entry, folder_of(file_name), line));
    }
    values.emplace(entry.name, std::move(value));
  }
  return values;
}

}  // namespace safeconduct
