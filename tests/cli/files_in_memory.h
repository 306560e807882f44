// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/world.h"

namespace safeconduct::test {

// A few files, and who looked at them; a pattern matches what begins as it does before its '*'.
struct FilesInMemory {
  std::map<std::string, std::string> files;
  std::map<std::string, int> read;  // how often
  bool writable = true;

  World world() {
    World world;
    world.read = [this](std::string const& path) -> Result<std::shared_ptr<std::string const>> {
      ++read[path];
      auto const found = files.find(path);
      if (found == files.end())
        return std::unexpected(Error{ErrorKind::unreadable, {path, 0, 0}, "no such file", {}, {}});
      return std::make_shared<std::string const>(found->second);
    };
    world.is_file = [this](std::string const& path) { return files.contains(path); };
    world.matching = [this](std::string const& pattern) -> Result<std::vector<std::string>> {
      std::vector<std::string> all;
      for (auto const& [path, text] : files)
        if (path.starts_with(pattern.substr(0, pattern.find('*')))) all.push_back(path);
      return all;
    };
    world.replace = [this](std::string const& path, std::string const& text) -> Result<void> {
      if (!writable)
        return std::unexpected(Error{ErrorKind::unreadable, {path, 0, 0}, "full", {}, {}});
      files[path] = text;
      return {};
    };
    world.make_folder = [](std::string const&) -> Result<void> { return {}; };
    world.program = [] { return std::string(64, '1'); };
    return world;
  }
};

}  // namespace safeconduct::test
