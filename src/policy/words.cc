// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/words.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace safeconduct {
namespace {

constexpr std::size_t kLongestCompared = 64;  // the comparison is quadratic
constexpr std::size_t kMostShown = 30;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// How many letters to insert, remove or replace to get from one to the other; case is ignored.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t const replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
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
