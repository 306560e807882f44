// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/text_lines.h"

#include <utility>

#include "base/utf16.h"

namespace safeconduct {

TextLines::TextLines(Pieces pieces) {
  auto first = opened(std::move(pieces), 4);
  head_ = first.head.substr(0, 4);
  pieces_ = std::move(first.bytes);
  tell_coding();
}

// Without a mark: English text in UTF-16 has a zero in every other byte.
void TextLines::tell_coding() {
  auto const zero = [&](std::size_t at) { return head_.size() == 4 && head_[at] == '\0'; };
  if (head_.starts_with("\xFF\xFE") || (zero(1) && zero(3))) {
    coding_ = Coding::utf16_little;
  } else if (head_.starts_with("\xFE\xFF") || (zero(0) && zero(2))) {
    coding_ = Coding::utf16_big;
  }
}

std::optional<char> TextLines::byte() {
  if (piece_.empty()) piece_ = pieces_();
  if (piece_.empty()) return std::nullopt;
  auto const c = piece_.front();
  piece_.remove_prefix(1);
  return c;
}

// One more character (or half of a pair) onto the line; false: it was the line's end, or the
// file's.
bool TextLines::unit(std::string& line) {
  auto const first = byte();
  if (!first) return false;
  if (coding_ == Coding::bytes) {
    if (*first == '\n') return false;
    line += *first;
    return true;
  }
  auto const second = byte();
  auto const [low, high] = coding_ == Coding::utf16_little
                               ? std::pair(*first, second.value_or('\0'))
                               : std::pair(second.value_or('\0'), *first);
  if (low == '\n' && high == '\0') return false;
  line += *first;
  if (second) line += *second;
  return true;
}

std::optional<std::string_view> TextLines::next() {
  if (piece_.empty()) piece_ = pieces_();
  if (piece_.empty()) return std::nullopt;
  ++number_;
  line_.clear();
  std::string beyond;
  while (unit(line_.size() < kLongest ? line_ : beyond)) beyond.clear();
  if (coding_ != Coding::bytes) {
    std::string_view const mark = coding_ == Coding::utf16_little ? "\xFF\xFE" : "\xFE\xFF";
    if (!line_.starts_with(mark)) line_.insert(0, mark);
    line_ = utf8_of_utf16(line_).value_or(std::string());
  } else if (number_ == 1 && line_.starts_with("\xEF\xBB\xBF")) {
    line_.erase(0, 3);
  }
  if (line_.ends_with('\r')) line_.pop_back();
  return line_;
}

}  // namespace safeconduct
