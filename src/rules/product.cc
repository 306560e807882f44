// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/product.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "base/hash.h"

namespace safeconduct {
namespace {

// So few are looked at one after another.
constexpr std::size_t kFewRows = 16;
// Of which the columns are judged.
constexpr std::size_t kSampledRows = 1024;

// The column with most different values, in a sample.
std::size_t telling_column(Product const& product) {
  auto const stride = std::max<std::size_t>(1, product.rows() / kSampledRows);
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t column = 0; column < product.fields.size(); ++column) {
    std::vector<Bits128> values;
    for (std::size_t row = 0; row < product.rows(); row += stride)
      values.push_back(product.row(row)[column].first);
    std::ranges::sort(values);
    auto const repeated = std::ranges::unique(values);
    auto const count = values.size() - repeated.size();
    if (count <= most) continue;
    best = column;
    most = count;
  }
  return best;
}

std::vector<std::uint32_t> in_order_of(Product const& product, std::size_t column) {
  std::vector<std::pair<Bits128, std::uint32_t>> firsts;
  firsts.reserve(product.rows());
  for (std::size_t row = 0; row < product.rows(); ++row)
    firsts.emplace_back(product.row(row)[column].first, static_cast<std::uint32_t>(row));
  std::ranges::sort(firsts);
  std::vector<std::uint32_t> order;
  order.reserve(firsts.size());
  for (auto const& [first, row] : firsts) order.push_back(row);
  return order;
}

using Cells = std::span<ValueInterval const>;

bool are_alike_but_for(std::size_t column, Cells one, Cells other) {
  for (std::size_t i = 0; i < one.size(); ++i)
    if (i != column && one[i] != other[i]) return false;
  return true;
}

std::uint64_t hash_but_for(std::size_t column, Cells cells) {
  std::uint64_t hash = 0;
  auto const add = [&](Bits128 value) {
    hash = mixed(mixed(hash, static_cast<std::uint64_t>(value)),
                 static_cast<std::uint64_t>(value >> 64U));
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i == column) continue;
    add(cells[i].first);
    add(cells[i].last);
  }
  return hash;
}

}  // namespace

void Product::put_in_order() {
  if (rows() < kFewRows) return;
  key = telling_column(*this);
  Product joined{fields, {}};
  joined.cells.reserve(cells.size());
  // By what they have beside that column, the last row of each kind. Of two kinds with one hash,
  // one is not joined.
  std::unordered_map<std::uint64_t, std::size_t> last_of;
  for (auto const number : in_order_of(*this, key)) {
    auto const next = row(number);
    auto const [known, made] = last_of.try_emplace(hash_but_for(key, next), joined.rows());
    if (!made && are_alike_but_for(key, joined.row(known->second), next)) {
      auto& values = joined.cells[known->second * fields.size() + key];
      if (values.last + 1 >= next[key].first || values.last == ~Bits128{0}) {
        values.last = std::max(values.last, next[key].last);
        continue;
      }
    }
    known->second = joined.rows();
    joined.cells.insert(joined.cells.end(), next.begin(), next.end());
  }
  cells = std::move(joined.cells);
  reach.clear();
  reach.reserve(rows());
  for (std::size_t i = 0; i < rows(); ++i)
    reach.push_back(std::max(reach.empty() ? 0 : reach.back(), row(i)[key].last));
}

Product::Rows Product::rows_over(ValueInterval values) const {
  if (reach.empty()) return {0, rows()};
  auto const first =
      static_cast<std::size_t>(std::ranges::lower_bound(reach, values.first) - reach.begin());
  std::size_t end = first;
  for (std::size_t beyond = rows(); end < beyond;) {
    auto const middle = end + (beyond - end) / 2;
    if (row(middle)[key].first <= values.last) {
      end = middle + 1;
    } else {
      beyond = middle;
    }
  }
  return {first, end};
}

}  // namespace safeconduct
