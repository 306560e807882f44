// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/words.h"
#include "base/text.h"

#include <algorithm>
#include <vector>

namespace safeconduct {
namespace {

constexpr std::size_t kLongestCompared = 64;  // the comparison is quadratic
constexpr std::size_t kMostShown = 30;

// How many letters to insert, remove, replace or swap with the next to get from one to the other;
// case is ignored. (Optimal string alignment: rows of the table for i-1, i and i+1 letters of 'a'.)
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    next[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      bool const same = lower(a[i]) == lower(b[j]);
      next[j + 1] = std::min({row[j] + (same ? 0 : 1), next[j] + 1, row[j + 1] + 1});
      bool const swapped =
          i > 0 && j > 0 && lower(a[i]) == lower(b[j - 1]) && lower(a[i - 1]) == lower(b[j]);
      if (swapped) next[j + 1] = std::min(next[j + 1], before[j - 1] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view text, std::span<std::string_view const> words) {
  if (text.empty() || text.size() > kLongestCompared) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, text.size() / 3) + 1;
  for (auto const word : words) {
    if (word.size() > kLongestCompared) continue;
    if (auto const d = distance(text, word); d < best_distance) {
      best = word;
      best_distance = d;
    }
  }
  return best;
}

std::string known_words(std::string_view text, std::span<std::string_view const> words) {
  std::string hint;
  if (auto const near = nearest(text, words); !near.empty())
    hint = "did you mean '" + std::string(near) + "'? ";
  hint += "known: ";
  for (std::size_t i = 0; i < std::min(words.size(), kMostShown); ++i) {
    if (i != 0) hint += ", ";
    hint += words[i];
  }
  if (words.size() > kMostShown)
    hint += ", and " + std::to_string(words.size() - kMostShown) + " more";
  return hint;
}

}  // namespace safeconduct
