// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.h"

#include <algorithm>

namespace safeconduct {

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](char c) { return lower(c); });
  return made;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string folded(std::string_view text) { return lower(trimmed(text)); }

std::string first_words(std::string_view text) {
  constexpr std::size_t kMost = 1000;  // bytes
  if (text.size() <= kMost) return std::string(text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // UTF-8
  return std::string(text.substr(0, end)) + " ...";
}

std::string quoted(std::string_view text) { return "'" + first_words(text) + "'"; }

}  // namespace safeconduct
