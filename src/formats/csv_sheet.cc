// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_sheet.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace safeconduct::csv {
namespace {

constexpr std::size_t kMostPreamble = 50;  // rows before the header

struct Candidate {
  Sheet sheet;
  std::size_t known = 0;  // columns that have a meaning
};

std::size_t known_columns(Header const& header, Dialect const& dialect) {
  std::size_t known = 0;
  for (auto const& [column, names] : dialect.columns) known += header.find(names) ? 1U : 0U;
  for (auto const& condition : dialect.conditions)
    known += header.find(condition.columns) ? 1U : 0U;
  return known;
}

void take_better(std::optional<Candidate>& best, Candidate candidate) {
  if (best && best->known >= candidate.known) return;
  best = std::move(candidate);
}

// The dialect with the most columns of this header; a plain table only where nothing else is.
void consider_rules(Header const& header, std::span<Dialect const> dialects, std::string_view only,
                    std::optional<Candidate>& best) {
  for (auto const& dialect : dialects) {
    if (!only.empty() && dialect.id != only && dialect.prefilter_of != only) continue;
    if (!header.has_all(dialect.required)) continue;
    Candidate found{{}, 2 * (known_columns(header, dialect) + 1)};
    if (!dialect.prefilter_of.empty()) ++found.known;
    if (dialect.id == "generic") found.known = 1;
    found.sheet.dialect = &dialect;
    take_better(best, std::move(found));
  }
}

void consider_objects(Header const& header, std::span<Dialect const> dialects,
                      std::string_view only, std::optional<Candidate>& best) {
  for (auto const& dialect : dialects) {
    if (!only.empty() && dialect.id != only && dialect.prefilter_of != only) continue;
    for (auto const& objects : dialect.objects) {
      if (!header.has_all(objects.required)) continue;
      Candidate found{{}, objects.required.size()};
      if (dialect.id == "generic") found.known = 1;
      found.sheet.dialect = &dialect;
      found.sheet.objects = &objects;
      take_better(best, std::move(found));
    }
  }
}

// Services have names, protocols and ports, and so have rules, with an action beside.
void consider(Header const& header, std::span<Dialect const> dialects, std::string_view only,
              std::optional<Candidate>& best) {
  consider_rules(header, dialects, only, best);
  if (!best) consider_objects(header, dialects, only, best);
}

struct Search {
  std::optional<Sheet> sheet;
  std::optional<Error> fault;
};

Search search(File const& file, std::span<Dialect const> dialects, std::string_view only,
              char delimiter) {
  Reader reader(file.name, file.text, delimiter);
  Row row;
  for (std::size_t i = 0; i < kMostPreamble; ++i) {
    auto const more = reader.next(row);
    if (!more) return {{}, more.error()};
    if (!*more) break;
    if (auto const parts = unwrap(file.name, file.text, delimiter, row); !parts)
      return {{}, parts.error()};
    if (row.cells.size() < 2) continue;
    Header header(row);
    std::optional<Candidate> best;
    consider(header, dialects, only, best);
    if (!best) continue;
    auto& sheet = best->sheet;
    sheet.delimiter = delimiter;
    sheet.header = std::move(header);
    sheet.header_offset = row.offset;
    sheet.header_length = row.length;
    sheet.body = reader.at();
    return {std::move(sheet), {}};
  }
  return {};
}

// Of the first line that has several: what it has most of.
char likely_delimiter(std::string_view text) {
  while (!text.empty()) {
    auto const line = text.substr(0, text.find('\n'));
    auto const count = [&](char one) { return std::ranges::count(line, one); };
    auto const most = std::ranges::max({',', ';', '\t'}, {}, count);
    if (count(most) > 1) return most;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return ',';
}

}  // namespace

Header::Header(Row const& row) {
  for (auto const& cell : row.cells) names_.push_back(folded(cell.text));
}

std::optional<std::size_t> Header::find(std::string_view name) const {
  std::size_t wanted = 1;
  // "#" alone is a name; "Zone#2" is the second Zone.
  if (auto const mark = name.rfind('#'); mark != std::string_view::npos && mark > 0) {
    auto const number = name.substr(mark + 1);
    auto const end = std::from_chars(number.data(), number.data() + number.size(), wanted).ptr;
    if (end == number.data() + number.size() && !number.empty()) name = name.substr(0, mark);
  }
  auto const key = folded(name);
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (names_[i] == key && --wanted == 0) return i;
  return std::nullopt;
}

std::optional<std::size_t> Header::find(std::span<std::string const> names) const {
  for (auto const& name : names)
    if (auto const found = find(name)) return found;
  return std::nullopt;
}

bool Header::has_all(std::span<std::string const> names) const {
  return std::ranges::all_of(names, [&](auto const& name) { return find(name).has_value(); });
}

std::vector<std::size_t> unread_columns(Sheet const& sheet) {
  auto const& dialect = *sheet.dialect;
  std::vector<bool> read(sheet.header.size(), false);
  auto const mark = [&](std::optional<std::size_t> column) {
    if (column) read[*column] = true;
  };
  for (auto const& [meaning, headers] : dialect.columns)
    for (auto const& header : headers) mark(sheet.header.find(header));
  for (auto const& condition : dialect.conditions)
    for (auto const& header : condition.columns) mark(sheet.header.find(header));
  mark(sheet.header.find(dialect.application_headers));
  std::vector<std::size_t> unread;
  for (std::size_t column = 0; column < read.size(); ++column)
    if (!read[column] && !is_ignored(sheet, column)) unread.push_back(column);
  return unread;
}

std::vector<std::size_t> unread_object_columns(Sheet const& sheet) {
  auto const& shape = *sheet.objects;
  std::vector<std::string> known = shape.ignored;
  known.insert(known.end(), shape.values.begin(), shape.values.end());
  for (auto const* header : {&shape.name, &shape.mask, &shape.members, &shape.protocol,
                             &shape.ports, &shape.source_ports})
    if (!header->empty()) known.push_back(*header);
  std::vector<std::size_t> unread;
  for (std::size_t column = 0; column < sheet.header.size(); ++column) {
    bool const is_known = std::ranges::any_of(
        known, [&](auto const& header) { return folded(header) == sheet.header.name(column); });
    if (!is_known) unread.push_back(column);
  }
  return unread;
}

bool is_ignored(Sheet const& sheet, std::size_t column) {
  return std::ranges::any_of(sheet.dialect->ignored, [&](auto const& header) {
    return folded(header) == sheet.header.name(column);
  });
}

std::string column_name(Sheet const& sheet, std::size_t column) {
  auto const& name = sheet.header.name(column);
  if (name.empty()) return std::to_string(column + 1) + ", which has no header";
  return "'" + printable(name) + "'";
}

Result<Sheet> find_sheet(File const& file, std::span<Dialect const> dialects,
                         std::string_view only) {
  std::optional<Error> fault;
  for (char const delimiter : {',', ';', '\t'}) {
    auto found = search(file, dialects, only, delimiter);
    if (found.sheet) return std::move(*found.sheet);
    // By a character that is none of the file's, quotes stand in the midst of cells.
    if (found.fault && delimiter == likely_delimiter(file.text)) fault = std::move(found.fault);
  }
  if (fault) return std::unexpected(std::move(*fault));
  std::string known;
  for (auto const& dialect : dialects) known += (known.empty() ? "" : ", ") + dialect.id;
  return file.error(ErrorKind::unknown_name, 0,
                    only.empty() ? "the header is none of a vendor's export that is known"
                                 : "the header is none of '" + std::string(only) + "'",
                    "known are " + known + "; a further one is a file (--dialect mine.yaml)");
}

}  // namespace safeconduct::csv
