// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/nft_selector.h"
#include "formats/nft_verdict.h"

namespace safeconduct::nft {

// What stands on the right of the ":" of a map's elements.
enum class Data : std::uint8_t { none, verdict, other };

// Why elements do not say what is in their set.
inline constexpr std::string_view kExpire = "its elements expire";
inline constexpr std::string_view kAllExpire = "all of its elements expire";
// Of sets of ranges, nft 1.0.6 works with what the whole file says of them, whatever the order.
inline constexpr std::string_view kMayStay =
    "versions of nft differ on 'delete element' of what the set was declared with in the same file";
inline constexpr std::string_view kMayComeBack =
    "what it held before 'flush ruleset' of the same file comes back with some versions of nft";
inline constexpr std::string_view kGarbled = "so nft lists intervals of several fields, too";
inline constexpr std::string_view kChanges = "rules add to it while packets pass";
// A statement of the set or of an element ("limit rate 5/second", "ct count over 5"): an element
// that is there may not be found, and "!=" does not match then either.
inline constexpr std::string_view kLimited = "its elements are limited in rate or number";

// The elements of a set or map, named or not: one row of cells an element, a cell for each type.
// Cells of an opaque type hold where the key's words stand; of an interface name its number in
// Source::interfaces; all others raw values, see append_field_values.
struct Elements {
  std::vector<ValueType> types;
  Data data = Data::none;
  std::vector<ValueInterval> cells;
  std::vector<Verdict> verdicts;  // of a map to verdicts, one a row
  // Asked twice, they may have become others: rules change them (kChanges), or each look counts.
  bool change() const { return undecided == kChanges || undecided == kLimited; }
  bool catch_all = false;            // "*"
  std::optional<Verdict> otherwise;  // the verdict of "*"
  // Of a map to other data, as far as its values are of types that we read ('data_known'): one cell
  // a type and row. With 'data_grows' the first element tells: an address of either family, and
  // perhaps a port behind it.
  std::vector<ValueType> data_types;
  std::vector<ValueInterval> data_cells;
  std::vector<ValueInterval> otherwise_data;  // of "*"
  bool data_known = false;
  bool data_grows = false;
  bool keys_alone = false;  // "delete element": what they map to need not be said
  // Rows that expire; where nothing else makes the contents doubtful, 'undecided' is kExpire.
  std::vector<std::size_t> expiring;
  std::size_t lasting = 0;  // rows that expire, but count as there: see SourceText::lasting
  std::string undecided;    // not empty: why these elements do not say what is in the set

  std::size_t rows() const { return types.empty() ? 0 : cells.size() / types.size(); }
  ValueInterval const* row(std::size_t i) const { return cells.data() + i * types.size(); }
  std::span<ValueInterval const> datum(std::size_t i) const {
    return std::span(data_cells).subspan(i * data_types.size(), data_types.size());
  }
  bool has(ValueType type) const;
  // Is it only known of some rows whether they are there?
  bool some_expire() const { return undecided == kExpire && !expiring.empty() && !catch_all; }
};

// At "{": reads the elements, and adds them. Types and data say what to expect.
Result<void> read_elements(Source& source, Lexer& lexer, Elements& elements);

}  // namespace safeconduct::nft
