// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/import_rows.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/address.h"
#include "policy/import_json.h"

namespace safeconduct {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostCells = 64;  // of a line
// Words of a column that holds addresses; a first line with one of them is the head of a table.
constexpr std::array kPrefixColumns{"prefix"sv, "cidr"sv,    "address"sv, "ip"sv,
                                    "range"sv,  "network"sv, "subnet"sv};

bool has_prefix_word(std::string const& heading) {
  return std::ranges::any_of(kPrefixColumns,
                             [&](std::string_view word) { return heading.contains(word); });
}

bool has_address(std::string_view text) {
  auto const word = trimmed(text);
  return parse_prefix(word).has_value();
}

// Fields of a line; quotes may hold the separator, doubled quotes stand for one.
std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char const c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted && fields.size() < kMostCells) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (auto& field : fields) field = std::string(trimmed(field));
  return fields;
}

struct Line {
  std::string_view text;
  std::uint32_t number = 0;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  std::uint32_t number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    auto const end = std::min(text.find('\n', at), text.size());
    auto const line = trimmed(text.substr(at, end - at));
    if (!line.empty()) lines.push_back({line, number});
    at = end + 1;
  }
  return lines;
}

// The separator of a table whose head is this line; none: it is no table.
char separator_of(std::string_view line) {
  for (char const separator : {'\t', ',', ';'}) {
    auto const fields = split(line, separator);
    if (fields.size() < 2 || std::ranges::any_of(fields, has_address)) continue;
    if (std::ranges::any_of(fields, [](auto const& f) { return has_prefix_word(folded(f)); }))
      return separator;
  }
  return '\0';
}

// RFC 8805 has no head but in a comment: prefix,country,region,city,postal code.
bool is_geofeed(std::string_view head, char separator, std::string_view line) {
  if (separator != '\0' && folded(head).contains("service")) return false;
  auto const fields = split(line, ',');
  return fields.size() >= 4 && has_address(fields[0]) && fields[1].size() == 2;
}

std::vector<ImportRow> table_rows(std::string const& file, std::vector<Line> const& lines,
                                  char separator) {
  auto columns = split(lines.front().text, separator);
  for (auto& column : columns) column = folded(column);
  std::vector<ImportRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    ImportRow row{{}, {}, {file, lines[i].number, 1}};
    auto fields = split(lines[i].text, separator);
    for (std::size_t k = 0; k < fields.size(); ++k)
      row.cells.push_back({k < columns.size() ? columns[k] : "", std::move(fields[k])});
    rows.push_back(std::move(row));
  }
  return rows;
}

// Lines with a prefix are rows; short ones without are headings of those below.
std::vector<ImportRow> text_rows(std::string const& file, std::vector<Line> const& lines) {
  std::vector<ImportRow> rows;
  std::vector<std::string> headings;
  bool below_rows = false;
  for (auto const& [text, number] : lines) {
    ImportRow row{headings, {{"", std::string(text)}}, {file, number, 1}};
    auto const words = split(text, text.contains('\t') ? '\t' : '\n');
    row.cells.clear();
    for (auto const& word : words) row.cells.push_back({"", word});
    bool const holds = text.find_first_of(".:") != std::string_view::npos &&
                       text.find_first_of("0123456789") != std::string_view::npos;
    bool const heading = !holds && text.size() <= kLongestImportHeading;
    if (heading) {
      // A heading after rows opens a new part; headings in a row stand under each other.
      if (below_rows || headings.size() == 4) headings.clear();
      headings.emplace_back(text);
      below_rows = false;
      row.context = headings;
      row.context.pop_back();
    } else {
      below_rows = true;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Result<ImportTable> read_import_rows(std::string file_name, std::string_view text) {
  Location const whole{file_name, 0, 0};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > kMostImportBytes)
    return std::unexpected(Error{ErrorKind::limit, whole,
                                 "more than " + std::to_string(kMostImportBytes) + " bytes",
                                 "cut out the table", ""});
  if (text.contains('\0'))
    return std::unexpected(Error{ErrorKind::syntax, whole, "this is no text: it has zero bytes",
                                 "paste the page as text, or save the table as CSV or JSON", ""});
  auto const lines = lines_of(text);
  if (lines.empty())
    return std::unexpected(Error{ErrorKind::syntax, whole, "the file is empty", "", ""});
  if (lines.size() > kMostImportRows)
    return std::unexpected(Error{ErrorKind::limit, whole,
                                 "more than " + std::to_string(kMostImportRows) + " lines",
                                 "cut out the table", ""});
  char const first = lines.front().text.front();
  if (first == '{' || first == '[') {
    SC_TRY(rows, read_json_rows(file_name, text));
    return ImportTable{ImportKind::json, std::move(rows)};
  }
  char const separator = separator_of(lines.front().text);
  auto const data = std::ranges::find_if(
      lines, [](Line const& line) { return has_address(split(line.text, ',').front()); });
  if (data != lines.end() && is_geofeed(lines.front().text, separator, data->text))
    return std::unexpected(
        Error{ErrorKind::conflict,
              {file_name, data->number, 1},
              "this reads like a geofeed (RFC 8805: prefix,country,region,city), which lists the "
              "addresses that a provider sends from",
              "clients never connect to those; ranges here are what clients connect to",
              std::string(data->text)});
  if (separator != '\0')
    return ImportTable{ImportKind::csv, table_rows(file_name, lines, separator)};
  return ImportTable{ImportKind::text, text_rows(file_name, lines)};
}

}  // namespace safeconduct
