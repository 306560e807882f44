// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A vendor's page or table, taken apart into rows: pasted text, CSV or tab-separated lines, JSON.
// What the words mean is import_ranges.h's concern.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"

namespace safeconduct {

// More than any vendor's list has; beyond, the text is refused (ErrorKind::limit).
inline constexpr std::size_t kMostImportBytes = 8U << 20U;
inline constexpr std::size_t kMostImportRows = 50'000;
inline constexpr std::size_t kLongestImportHeading = 64;  // what is longer is prose
inline constexpr std::size_t kMostImportDepth = 32;       // of JSON

struct ImportCell {
  std::string column;  // its heading or key, lower case; may be empty
  std::string text;
};

struct ImportRow {
  // What stands above: headings of a page, keys around a JSON object; nearest last.
  std::vector<std::string> context;
  std::vector<ImportCell> cells;
  Location at;
};

enum class ImportKind : std::uint8_t { text, csv, json };

struct ImportTable {
  ImportKind kind{};
  std::vector<ImportRow> rows;
};

Result<ImportTable> read_import_rows(std::string file_name, std::string_view text);

}  // namespace safeconduct
