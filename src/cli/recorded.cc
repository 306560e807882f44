// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/recorded.h"

#include <utility>

#include "cli/text_stream.h"

namespace safeconduct {

World recorded(World const& world, std::vector<RecordedFile>& files,
               std::map<std::string, std::string> instead) {
  World result = world;
  result.read = [&files, read = world.read, other = std::move(instead)](
                    std::string const& path) -> Result<std::shared_ptr<std::string const>> {
    auto const found = other.find(path);
    auto text = read(found == other.end() ? path : found->second);
    if (text) files.push_back({path, *text});
    return text;
  };
  // Piece by piece nothing is read that is recorded: it is whole.
  result.open =
      [read = result.read](std::string const& path) -> Result<std::unique_ptr<std::istream>> {
    SC_TRY(text, read(path));
    return std::make_unique<TextStream>(std::move(text));
  };
  return result;
}

}  // namespace safeconduct
