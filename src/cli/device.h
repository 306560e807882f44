// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/world.h"
#include "formats/reader.h"
#include "policy/placed.h"
#include "rules/device_facts.h"
#include "verify/verify.h"

namespace safeconduct {

// Which files make up a device, and how traffic crosses it.
struct DeviceFilesWanted {
  std::string name;
  std::vector<std::string> files;  // paths as the operator would recognise them
  std::string enter;
  std::string leave;
  DeviceFacts facts;
  Placed<std::string> dialect;  // of CSV exports: a name, or a file; empty: the header tells
  std::string folder;           // that a file of a dialect is relative to
  std::string data;             // --data
  std::optional<std::uint64_t> lasting = {};  // see SourceText
};

Result<std::vector<SourceText>> read_sources(World const& world,
                                             std::vector<std::string> const& files);
Result<DeviceRules> link_device(World const& world, std::vector<SourceText> sources,
                                DeviceFilesWanted const& wanted, std::optional<Format> format,
                                std::shared_ptr<Sieve const> const& sieve = nullptr);
// Both; with a sieve, without the rules that it does not want where that can be had.
Result<DeviceRules> load_device(World const& world, DeviceFilesWanted const& wanted,
                                std::optional<Format> format,
                                std::shared_ptr<Sieve const> const& sieve = nullptr,
                                unsigned threads = 1);

}  // namespace safeconduct
