// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv.h"

#include <algorithm>

namespace safeconduct::csv {
namespace {

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

}  // namespace

Reader::Reader(std::string_view file, std::string_view text, char delimiter, std::size_t at)
    : file_(file), text_(text), delimiter_(delimiter), at_(at) {
  for (char const c : {delimiter, '\n', '\r', '"'})
    ends_cell_[static_cast<unsigned char>(c)] = true;
}

std::unexpected<Error> Reader::error(ErrorKind kind, std::size_t at, std::string message,
                                     std::string hint) const {
  return std::unexpected(error_at(kind, file_, text_, at, std::move(message), std::move(hint)));
}

Result<bool> Reader::next(Row& row) {
  row.cells.clear();
  row.unquoted.clear();
  if (at_ >= text_.size()) return false;
  row.offset = static_cast<std::uint32_t>(at_);
  while (true) {
    SC_CHECK(cell(row));
    if (row.cells.size() > kMostCells)
      return error(ErrorKind::limit, row.offset,
                   "a row of more than " + std::to_string(kMostCells) + " cells");
    if (at_ < text_.size() && text_[at_] == delimiter_) {
      ++at_;
      continue;
    }
    break;
  }
  row.length = static_cast<std::uint32_t>(at_ - row.offset);
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  return true;
}

Result<void> Reader::cell(Row& row) {
  if (at_ < text_.size() && text_[at_] == '"') return quoted_cell(row);
  auto const begin = at_;
  while (at_ < text_.size() && !ends_cell_[static_cast<unsigned char>(text_[at_])]) ++at_;
  if (at_ < text_.size() && text_[at_] == '"')
    return error(ErrorKind::syntax, at_, "a quote in the midst of a cell",
                 "a cell with quotes in it is quoted, and they are doubled (RFC 4180)");
  if (at_ - begin > kLongestCell)
    return error(ErrorKind::limit, begin, "a cell of more than 1 MiB");
  row.cells.push_back({text_.substr(begin, at_ - begin), static_cast<std::uint32_t>(begin)});
  return {};
}

Result<void> Reader::quoted_cell(Row& row) {
  auto const quote = at_;
  auto const begin = ++at_;
  std::string* copy = nullptr;  // only where quotes are doubled
  auto from = begin;
  while (true) {
    auto const end = text_.find('"', at_);
    if (end == std::string_view::npos)
      return error(ErrorKind::syntax, quote, "a quote that is not closed",
                   "is the export cut short?");
    if (end - begin > kLongestCell)
      return error(ErrorKind::limit, quote, "a cell of more than 1 MiB");
    at_ = end + 1;
    if (at_ >= text_.size() || text_[at_] != '"') break;
    if (copy == nullptr) copy = &row.unquoted.emplace_back();
    copy->append(text_, from, at_ - from);  // with one of the two quotes
    from = ++at_;
  }
  auto const last = text_.substr(from, at_ - 1 - from);
  if (copy != nullptr) copy->append(last);
  row.cells.push_back(
      {copy != nullptr ? std::string_view(*copy) : last, static_cast<std::uint32_t>(begin)});
  if (at_ < text_.size() && text_[at_] != delimiter_ && !is_line_end(text_[at_]))
    return error(ErrorKind::syntax, at_, "text behind the quote that closes a cell",
                 "quotes within a cell are doubled (RFC 4180)");
  return {};
}

Result<void> unwrap(std::string_view file, std::string_view text, char delimiter, Row& row) {
  if (row.cells.size() != 1 || row.length == 0 || text[row.offset] != '"') return {};
  std::string const line(row.cells.front().text);
  if (line.find(delimiter) == std::string::npos) return {};
  Reader inner(file, line, delimiter);
  Row parts;
  auto const read = inner.next(parts);
  if (!read || inner.at() < line.size())
    return std::unexpected(error_at(ErrorKind::syntax, file, text, row.offset,
                                    "a line in quotes whose cells cannot be told apart"));
  std::vector<Cell> cells;
  std::deque<std::string> kept;
  for (auto const& part : parts.cells) {
    kept.emplace_back(part.text);
    cells.push_back({kept.back(), row.offset});
  }
  row.cells = std::move(cells);
  row.unquoted = std::move(kept);
  return {};
}

}  // namespace safeconduct::csv
