// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// config/1: a file of settings, ".safeconduct.yaml".

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "cli/settings.h"

namespace safeconduct {

inline constexpr std::string_view kConfigName = ".safeconduct.yaml";

// By the names of setting_entries(). Paths are read from the folder of the file on.
Result<std::map<std::string, SettingValue, std::less<>>> read_config(std::string const& file_name,
                                                                     std::string_view text);

// Where such a file is looked for, nearest first, as prefixes of a path ("", "../", ...): from the
// working folder up to the root of its repository or to the home folder. Outside of both only in
// the working folder: what stands above may be anybody's.
std::vector<std::string> config_folders(std::string const& start, std::string const& home);

}  // namespace safeconduct
