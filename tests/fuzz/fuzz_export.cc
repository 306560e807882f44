// SPDX-License-Identifier: GPL-3.0-or-later
// A device's files as a user gives them: told apart by what is in them, read together and linked,
// with one table in two of them. Whatever the bytes, there are rules or an error.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/reader.h"
#include "rules/text.h"

namespace {

constexpr std::string_view kBetween = "\n%%\n";  // two files
constexpr std::size_t kMostFiles = 4;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace safeconduct;
  std::string const all(data, data + size);
  std::vector<SourceText> sources;
  for (std::size_t at = 0; sources.size() < kMostFiles;) {
    auto const end = std::min(all.find(kBetween, at), all.size());
    sources.push_back({"input" + std::to_string(sources.size()),
                       std::make_shared<std::string const>(all.substr(at, end - at))});
    if (end == all.size()) break;
    at = end + kBetween.size();
  }
  if (auto const rules = read_device(sources)) to_text(*rules);
  return 0;
}
