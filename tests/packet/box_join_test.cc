// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/box_join.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace safeconduct::test {
namespace {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

std::vector<Box> boxes(std::mt19937_64& engine, std::size_t count, std::uint32_t widest) {
  std::vector<Box> all;
  for (std::size_t i = 0; i < count; ++i) {
    auto box = Box::all();
    for (auto const field : {Field::saddr, Field::daddr, Field::dport}) {
      Bits128 const first = engine() % 1000;
      box.at(field) = {first, first + engine() % widest};
    }
    all.push_back(box);
  }
  return all;
}

}  // namespace

TEST_CASE("box_join: every pair that overlaps comes up once, with what it shares") {
  std::mt19937_64 engine{7};
  for (auto const widest : {1U, 30U, 300U, 2000U}) {
    auto const first = boxes(engine, 120, widest);
    auto const second = boxes(engine, 90, 60);
    Pairs expected;
    for (std::uint32_t i = 0; i < first.size(); ++i)
      for (std::uint32_t k = 0; k < second.size(); ++k)
        if (intersection(first[i], second[k])) expected.emplace_back(i, k);
    Pairs found;
    for_each_overlap(first, second, [&](std::uint32_t i, std::uint32_t k, Box const& common) {
      found.emplace_back(i, k);
      REQUIRE(common == *intersection(first[i], second[k]));
    });
    std::ranges::sort(found);
    REQUIRE(found == expected);
  }
}

}  // namespace safeconduct::test
