// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_sift.h"

#include <algorithm>

namespace safeconduct::csv {
namespace {

// Real policies have some hundreds: zones, services and actions repeat.
constexpr std::size_t kMostKnown = 4096;
constexpr std::size_t kMostPairs = 64;  // of a source and a destination in one row
constexpr char kCellEnd = '\x1f';

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

RowSifter::RowSifter(Sheet const& sheet, Objects const& objects, Sieve const* sieve)
    : dialect_(*sheet.dialect) {
  auto const column = [&](CsvColumn meaning) -> std::optional<std::size_t> {
    auto const headers = dialect_.columns.find(meaning);
    if (headers == dialect_.columns.end()) return std::nullopt;
    return sheet.header.find(headers->second);
  };
  auto const source = column(CsvColumn::source);
  auto const destination = column(CsvColumn::destination);
  // Where the order of the rows is not the order of the rules, and where an object may be called as
  // an address is written, each row is read.
  bool const fits = source && destination && !column(CsvColumn::sequence) &&
                    !dialect_.by_direction && !dialect_.last_match && !dialect_.layers_by_number &&
                    !objects.any_like_address();
  if (!fits) return;
  sieve_ = sieve;
  source_ = *source;
  destination_ = *destination;
  std::set<std::size_t> free{source_, destination_};
  for (auto const meaning : {CsvColumn::name, CsvColumn::number})
    if (auto const at = column(meaning)) free.insert(*at);
  auto const one_only = [&](std::size_t at) {
    return std::ranges::any_of(dialect_.one_only,
                               [&](auto const& header) { return sheet.header.find(header) == at; });
  };
  for (std::size_t at = 0; at < sheet.header.size(); ++at)
    if (!free.contains(at) && (!is_ignored(sheet, at) || one_only(at))) others_.push_back(at);
}

bool RowSifter::leaves_out(Row const& row) {
  if (sieve_ == nullptr) return false;
  from_.clear();
  to_.clear();
  if (!ip4_ranges(row.cells[source_].text, from_)) return false;
  if (!ip4_ranges(row.cells[destination_].text, to_)) return false;
  if (from_.size() * to_.size() > kMostPairs) return false;
  for (auto const& from : from_)
    for (auto const& to : to_)
      if (sieve_->wants_ip4(from, to)) return false;
  say_other_cells(row);
  if (!known_.contains(said_)) return false;
  any_left_out_ = true;
  return true;
}

void RowSifter::read(Row const& row, bool negated) {
  if (sieve_ == nullptr || negated || known_.size() >= kMostKnown) return;
  say_other_cells(row);
  known_.insert(said_);
}

void RowSifter::say_other_cells(Row const& row) {
  said_.clear();
  for (auto const at : others_) {
    said_ += row.cells[at].text;
    said_ += kCellEnd;
  }
}

bool RowSifter::ip4_ranges(std::string_view cell, std::vector<Sieve::Ip4Range>& into) const {
  while (true) {
    while (cell.starts_with(' ')) cell.remove_prefix(1);
    std::size_t end = 0;
    while (end < cell.size() && (is_digit(cell[end]) || cell[end] == '.' || cell[end] == '/'))
      ++end;
    auto const prefix = parse_prefix(cell.substr(0, end));
    if (!prefix || prefix->address.family != Family::ip4) return false;
    auto const range = interval(*prefix);
    into.push_back(
        {static_cast<std::uint32_t>(range.first), static_cast<std::uint32_t>(range.last)});
    cell.remove_prefix(end);
    if (cell.empty()) return true;
    auto const separator = std::ranges::find_if(
        dialect_.separators, [&](auto const& word) { return cell.starts_with(word); });
    if (separator == dialect_.separators.end()) return false;
    cell.remove_prefix(separator->size());
  }
}

}  // namespace safeconduct::csv
