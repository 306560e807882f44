// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/product.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/dice.h"

namespace safeconduct::testing {
namespace {

using Values = std::vector<Bits128>;

bool holds(Product const& product, std::size_t row, Values const& values) {
  auto const cells = product.row(row);
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!cells[i].contains(values[i])) return false;
  return true;
}

bool holds(Product const& product, Values const& values) {
  for (std::size_t row = 0; row < product.rows(); ++row)
    if (holds(product, row, values)) return true;
  return false;
}

Values drawn_values(Product const& product, Dice& dice, std::uint32_t last) {
  Values values;
  for (std::size_t i = 0; i < product.fields.size(); ++i) values.push_back(dice.number(0, last));
  return values;
}

Product drawn(Dice& dice, std::uint32_t last) {
  Product product{{Field::saddr, Field::l4proto, Field::dport}, {}};
  product.fields.resize(dice.number(1, 3));
  for (auto row = dice.number(0, 80); row > 0; --row)
    for (std::size_t i = 0; i < product.fields.size(); ++i) {
      auto const first = dice.number(0, last);
      product.cells.push_back({first, std::min(last, first + dice.number(0, 2) / 2)});
    }
  return product;
}

// tcp:1-'ports' to each of the addresses, port after port in a disorder of no chance.
Product dumped(std::uint32_t addresses, std::uint32_t ports) {
  Product product{{Field::saddr, Field::l4proto, Field::dport}, {}};
  for (std::uint32_t i = 0; i < addresses * ports; ++i) {
    auto const n = static_cast<std::uint32_t>(std::uint64_t{i} * 7919 % (addresses * ports));
    auto const port = 1 + n / addresses;
    product.cells.insert(product.cells.end(),
                         {{n % addresses * 2, n % addresses * 2}, {6, 6}, {port, port}});
  }
  return product;
}

}  // namespace

TEST_CASE("product: in order it holds the same, and no row that counts is passed over") {
  Dice dice(20261129);
  std::size_t passed_over = 0;
  for (std::size_t i = 0; i < draws(2'000); ++i) {
    constexpr std::uint32_t kLast = 15;
    auto const before = drawn(dice, kLast);
    auto after = before;
    after.put_in_order();
    REQUIRE(after.rows() <= before.rows());
    for (int n = 0; n < 20; ++n) {
      auto const values = drawn_values(before, dice, kLast);
      REQUIRE(holds(before, values) == holds(after, values));
      if (after.rows() == 0) continue;
      auto const key = values[after.key];
      auto const near = after.rows_over({key, key});
      for (std::size_t row = 0; row < after.rows(); ++row) {
        if (near.first <= row && row < near.end) continue;
        ++passed_over;
        REQUIRE_FALSE(after.row(row)[after.key].contains(key));
      }
    }
  }
  CHECK(passed_over > draws(2'000) * 100);
}

TEST_CASE("product: what a dump has port by port is one row, for each address") {
  auto product = dumped(3, 1000);
  REQUIRE(product.rows() == 3000);
  product.put_in_order();
  REQUIRE(product.rows() == 3);
  for (std::size_t row = 0; row < product.rows(); ++row)
    CHECK(product.row(row)[2] == ValueInterval{1, 1000});
}

TEST_CASE(
    "product: of the rows in order, few are near a value of the column that tells them apart") {
  Product product{{Field::saddr, Field::l4proto, Field::dport}, {}};
  for (std::uint32_t i = 0; i < 1000; ++i)
    product.cells.insert(product.cells.end(), {{i % 10, i % 10}, {6, 6}, {3 * i, 3 * i}});
  product.put_in_order();
  CHECK(product.rows() == 1000);
  CHECK(product.key == 2);
  auto const near = product.rows_over({300, 309});
  CHECK(near.end - near.first == 4);
}

TEST_CASE("product: a cell up to the last value of all joins what it covers, and no more") {
  constexpr auto kLast = ~Bits128{0};
  Product product{{Field::saddr, Field::dport}, {}};
  for (std::uint32_t i = 0; i < 20; ++i)
    product.cells.insert(product.cells.end(), {{kLast - 10 * i, kLast}, {i % 2, i % 2}});
  product.put_in_order();
  CHECK(product.rows() == 2);
  CHECK(holds(product, {kLast, 0}));
  CHECK(holds(product, {kLast - 190, 1}));
  CHECK_FALSE(holds(product, {kLast - 190, 0}));
}

}  // namespace safeconduct::testing
