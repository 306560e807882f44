// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/english_left.h"

#include <algorithm>
#include <cstddef>

namespace safeconduct::test {
namespace {

constexpr std::size_t kWordsOfSentence = 5;

bool is_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'';
  });
}

}  // namespace

std::string english_left(std::string_view text) {
  std::string run;
  std::size_t words = 0;
  while (!text.empty()) {
    auto const begin = std::min(text.find_first_not_of(" \n"), text.size());
    bool const column = text.starts_with("  ");  // what stands beside is a text of its own
    text.remove_prefix(begin);
    if (column) {
      run.clear();
      words = 0;
    }
    auto const end = std::min(text.find_first_of(" \n"), text.size());
    auto word = text.substr(0, end);
    text.remove_prefix(end);
    bool const stops = !word.empty() && std::string_view(",.;:").contains(word.back());
    if (stops) word.remove_suffix(1);
    if (!is_word(word)) {
      run.clear();
      words = 0;
      continue;
    }
    run += (run.empty() ? "" : " ") + std::string(word);
    if (++words == kWordsOfSentence) return run;
  }
  return {};
}

}  // namespace safeconduct::test
