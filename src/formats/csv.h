// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

// RFC 4180, strictly: a quote opens a cell or is doubled within one, and a quoted cell ends at a
// delimiter or line end. Lines end with LF, CRLF or CR; quoted cells may hold any of them.
namespace safeconduct::csv {

inline constexpr std::size_t kLongestCell = std::size_t{1} << 20U;
inline constexpr std::size_t kMostCells = 1024;

struct Cell {
  std::string_view text;     // without quotes
  std::uint32_t offset = 0;  // of its first byte in the file, after the quote
};

struct Row {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;  // without the line end
  std::vector<Cell> cells;
  std::deque<std::string> unquoted;  // what cells with doubled quotes stand in

  bool blank() const {
    for (auto const& cell : cells)
      if (!cell.text.empty()) return false;
    return true;
  }
};

class Reader {
 public:
  // 'text' without a byte order mark, less than 4 GiB; 'at': where to begin.
  Reader(std::string_view file, std::string_view text, char delimiter, std::size_t at = 0);

  // The next row; false at the end. The row's cells live as long as the row, unchanged, and the
  // text.
  Result<bool> next(Row& row);
  std::size_t at() const { return at_; }

 private:
  Result<void> cell(Row& row);
  Result<void> quoted_cell(Row& row);
  std::unexpected<Error> error(ErrorKind kind, std::size_t at, std::string message,
                               std::string hint = {}) const;

  std::string_view file_;
  std::string_view text_;
  char delimiter_;
  std::size_t at_;
  std::array<bool, 256> ends_cell_{};  // of one that is not quoted, by byte
};

// Some programs quote a whole line again, with the quotes in it doubled: then a row has one cell,
// which is the line. Takes it apart in place; a row of several cells stays as it is.
Result<void> unwrap(std::string_view file, std::string_view text, char delimiter, Row& row);

}  // namespace safeconduct::csv
