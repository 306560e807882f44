// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_sheet.h"

namespace safeconduct::csv {

// The cells of a row by what their columns mean.
class RowCells {
 public:
  RowCells(File const& file, Sheet const& sheet);

  void look_at(Row const& row) { row_ = &row; }
  Row const& row() const { return *row_; }

  // Is there such a column?
  bool has(CsvColumn meaning) const { return !columns(meaning).empty(); }
  // Where several headers of the export have this meaning: the first with something in it.
  Cell const* cell(CsvColumn meaning) const;
  std::string_view text(CsvColumn meaning) const;  // trimmed; "" without such a column
  std::unexpected<Error> error(CsvColumn meaning, ErrorKind kind, std::string message,
                               std::string hint = {}) const;

 private:
  std::vector<std::size_t> const& columns(CsvColumn meaning) const {
    return columns_[static_cast<std::size_t>(meaning)];
  }

  File const& file_;
  std::array<std::vector<std::size_t>, kCsvColumns> columns_;
  Row const* row_ = nullptr;
};

}  // namespace safeconduct::csv
