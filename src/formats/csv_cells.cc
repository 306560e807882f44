// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_cells.h"
#include "base/text.h"

namespace safeconduct::csv {

RowCells::RowCells(File const& file, Sheet const& sheet) : file_(file) {
  for (auto const& [meaning, headers] : sheet.dialect->columns)
    for (auto const& header : headers)
      if (auto const found = sheet.header.find(header))
        columns_.at(static_cast<std::size_t>(meaning)).push_back(*found);
}

Cell const* RowCells::cell(CsvColumn meaning) const {
  Cell const* first = nullptr;
  for (auto const column : columns(meaning)) {
    auto const& each = row_->cells[column];
    if (!trimmed(each.text).empty()) return &each;
    if (first == nullptr) first = &each;
  }
  return first;
}

std::string_view RowCells::text(CsvColumn meaning) const {
  auto const* const found = cell(meaning);
  return found == nullptr ? std::string_view{} : trimmed(found->text);
}

std::unexpected<Error> RowCells::error(CsvColumn meaning, ErrorKind kind, std::string message,
                                       std::string hint) const {
  auto const* const at = cell(meaning);
  return file_.error(kind, at == nullptr ? row_->offset : at->offset, std::move(message),
                     std::move(hint));
}

}  // namespace safeconduct::csv
