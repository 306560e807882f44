// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/world.h"

namespace safeconduct {

struct RecordedFile {
  std::string path;
  std::shared_ptr<std::string const> text;
};

// The world as it is, but that files which are read, at once or as a stream, are remembered in
// 'files', in order; and that a path in 'instead' leads to another file, whose place it takes.
World recorded(World const& world, std::vector<RecordedFile>& files,
               std::map<std::string, std::string> instead = {});

}  // namespace safeconduct
