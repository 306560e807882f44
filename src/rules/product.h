// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "packet/field.h"
#include "packet/packet_set.h"

namespace safeconduct {

// Cells of a concatenation: a list of boxes over the same fields, in any order. Before link(),
// which turns them into interfaces, the cells of 'iif' and 'oif' are indices into
// Ruleset::interface_patterns.
struct Product {
  std::vector<Field> fields;
  std::vector<ValueInterval> cells;  // row by row, fields.size() intervals a row

  // Of many rows, once they are put in order: by the first value of the column that tells most of
  // them apart; and what of that column is last, in each row and all before it.
  std::size_t key = 0;
  std::vector<Bits128> reach = {};  // NOLINT(readability-redundant-member-init)

  bool operator==(Product const&) const = default;

  std::size_t rows() const { return fields.empty() ? 0 : cells.size() / fields.size(); }
  std::span<ValueInterval const> row(std::size_t i) const {
    return std::span(cells).subspan(i * fields.size(), fields.size());
  }

  // Rows that lie side by side are joined, as a dump of 'tcp:1-60000' has them.
  void put_in_order();

  // Neighbours, from the first to before the end: of the others, none has any of these values in
  // the column 'key'. All of them where the rows are in no order.
  struct Rows {
    std::size_t first = 0;
    std::size_t end = 0;
  };
  Rows rows_over(ValueInterval values) const;
};

}  // namespace safeconduct
