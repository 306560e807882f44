// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialects/dialect.h"
#include "formats/csv.h"

// A CSV export whose header is known: which dialect it is of, and which of its columns are where.
namespace safeconduct::csv {

// A file of an export. 'text' has no byte order mark and is UTF-8.
struct File {
  std::string name;
  std::string_view text;
  std::uint32_t index = 0;  // in Ruleset::files

  std::unexpected<Error> error(ErrorKind kind, std::size_t offset, std::string message,
                               std::string hint = {}) const {
    return std::unexpected(error_at(kind, name, text, offset, std::move(message), std::move(hint)));
  }
};

class Header {
 public:
  Header() = default;
  explicit Header(Row const& row);

  std::size_t size() const { return names_.size(); }
  std::string const& name(std::size_t column) const { return names_[column]; }
  // The column of that header, in any case; "Zone#2" is the second that is called "Zone".
  std::optional<std::size_t> find(std::string_view name) const;
  // The first of them that is there.
  std::optional<std::size_t> find(std::span<std::string const> names) const;
  bool has_all(std::span<std::string const> names) const;

 private:
  std::vector<std::string> names_;  // in lower case, without blanks around
};

struct Sheet {
  Dialect const* dialect = nullptr;
  CsvObjects const* objects = nullptr;  // null: it is the rules
  char delimiter = ',';
  Header header;
  std::uint32_t header_offset = 0;
  std::uint32_t header_length = 0;
  std::size_t body = 0;  // where the rows begin
};

// The columns that the dialect gives no meaning and does not call irrelevant either: what stands
// there may narrow a rule.
std::vector<std::size_t> unread_columns(Sheet const& sheet);
// The same of an object export.
std::vector<std::size_t> unread_object_columns(Sheet const& sheet);
// The dialect calls it irrelevant.
bool is_ignored(Sheet const& sheet, std::size_t column);
// "'device'", or "9, which has no header".
std::string column_name(Sheet const& sheet, std::size_t column);

// Looks for the header among the first rows: lines before it are preamble. 'only': the dialect that
// it has to be of, by id, or empty.
Result<Sheet> find_sheet(File const& file, std::span<Dialect const> dialects,
                         std::string_view only);

// The rows behind the header; 'visit' gets each that is not blank. A row of fewer cells than the
// header is refused, unless it has one (a title); so is one with more that are not empty.
template <class Visit>
Result<void> each_row(File const& file, Sheet const& sheet, Visit visit) {
  Reader reader(file.name, file.text, sheet.delimiter, sheet.body);
  Row row;
  while (true) {
    SC_TRY(more, reader.next(row));
    if (!more) return {};
    SC_CHECK(unwrap(file.name, file.text, sheet.delimiter, row));
    if (row.blank()) continue;
    std::size_t filled = 0;
    for (auto const& cell : row.cells) filled += cell.text.empty() ? 0U : 1U;
    if (row.cells.size() < sheet.header.size() && filled > 1)
      return file.error(ErrorKind::syntax, row.offset,
                        "a row of " + std::to_string(row.cells.size()) +
                            " cells, but the header has " + std::to_string(sheet.header.size()),
                        "is the export cut short?");
    for (auto i = sheet.header.size(); i < row.cells.size(); ++i)
      if (!row.cells[i].text.empty())
        return file.error(
            ErrorKind::syntax, row.cells[i].offset,
            "a cell beyond the " + std::to_string(sheet.header.size()) + " columns of the header");
    row.cells.resize(sheet.header.size());
    SC_CHECK(visit(row, filled));
  }
}

}  // namespace safeconduct::csv
