// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <system_error>

#include "cli/config_file.h"

namespace safeconduct {

std::vector<std::string> config_folders(std::string const& start, std::string const& home) {
  namespace fs = std::filesystem;
  std::vector<std::string> folders;
  std::string prefix;
  for (fs::path at = start; at.has_relative_path(); at = at.parent_path()) {
    folders.push_back(prefix);
    std::error_code error;
    if (at == fs::path(home) || fs::exists(at / ".git", error)) return folders;
    prefix += "../";
  }
  return {""};
}

}  // namespace safeconduct
