// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>

#include "cli/options.h"

namespace safeconduct {
namespace {

// How many letters to add, drop or change to get from one to the other (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t k = 0; k < b.size(); ++k) {
      auto const above = row[k + 1];
      row[k + 1] = std::min({above + 1, row[k] + 1, diagonal + (a[i] == b[k] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view text, std::span<std::string const> known) {
  constexpr std::size_t kLongest = 64;  // nobody mistypes that much
  if (text.size() > kLongest) return {};
  auto const allowed = (text.size() + 2) / 3;
  std::string best;
  auto least = allowed + 1;
  for (auto const& one : known) {
    auto const far = distance(text, one);
    if (far < least) {
      least = far;
      best = one;
    }
  }
  return best;
}

std::string comma_list(std::span<std::string const> names) {
  std::string text;
  for (auto const& one : names) text += (text.empty() ? "" : ", ") + one;
  return text;
}

}  // namespace safeconduct
