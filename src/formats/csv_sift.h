// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_objects.h"
#include "formats/csv_sheet.h"
#include "rules/sieve.h"

namespace safeconduct::csv {

// Tells at a glance which rows of a large export need not be read: those that say what a row before
// them said, but for their name, and but for IPv4 addresses that nobody asks about. Such a row has
// no fault that the row before it does not have, names no zone that is not known, and its rule
// cannot matter (see Sieve).
class RowSifter {
 public:
  // 'sieve' null: leaves nothing out.
  RowSifter(Sheet const& sheet, Objects const& objects, Sieve const* sieve);

  bool leaves_out(Row const& row);
  // The row was read, and has no fault. 'negated': its rule is for other addresses than those in
  // the cells.
  void read(Row const& row, bool negated);
  // Of rows that were left out.
  bool any_left_out() const { return any_left_out_; }

 private:
  void say_other_cells(Row const& row);
  bool ip4_ranges(std::string_view cell, std::vector<Sieve::Ip4Range>& into) const;

  Dialect const& dialect_;
  Sieve const* sieve_ = nullptr;
  std::size_t source_ = 0;
  std::size_t destination_ = 0;
  std::vector<std::size_t> others_;  // the columns that have to say the same
  std::set<std::string, std::less<>> known_;
  std::string said_;  // by the other cells of a row
  std::vector<Sieve::Ip4Range> from_;
  std::vector<Sieve::Ip4Range> to_;
  bool any_left_out_ = false;
};

}  // namespace safeconduct::csv
