// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/device.h"

#include <algorithm>

namespace safeconduct {
namespace {

Result<void> refuse(std::vector<std::string> const& files) {
  for (auto const& file : files) {
    if (file.starts_with("kernel:"))
      return std::unexpected(
          Error{ErrorKind::usage,
                {},
                "'" + file + "': this version does not read the running rule set",
                "nft list ruleset > rules.nft, and name that file",
                {}});
    if (std::ranges::count(files, file) > 1)
      return std::unexpected(
          Error{ErrorKind::usage, {file, 0, 0}, "the file is named twice", {}, {}});
  }
  return {};
}

}  // namespace

Result<std::vector<SourceText>> read_sources(World const& world,
                                             std::vector<std::string> const& files) {
  SC_CHECK(refuse(files));
  std::vector<SourceText> sources;
  for (auto const& file : files) {
    SC_TRY(text, world.read(file));
    sources.push_back({file, text});
  }
  return sources;
}

Result<DeviceRules> link_device(std::vector<SourceText> const& sources,
                                DeviceFilesWanted const& wanted, std::optional<Format> format) {
  std::vector<std::string> interfaces;
  for (auto const& name : {wanted.enter, wanted.leave})
    if (!name.empty() && std::ranges::find(interfaces, name) == interfaces.end())
      interfaces.push_back(name);
  SC_TRY(rules, read_device(sources, interfaces, format));
  return DeviceRules{wanted.name, wanted.enter, wanted.leave, std::move(rules)};
}

Result<DeviceRules> load_device(World const& world, DeviceFilesWanted const& wanted,
                                std::optional<Format> format) {
  SC_TRY(sources, read_sources(world, wanted.files));
  return link_device(sources, wanted, format);
}

}  // namespace safeconduct
