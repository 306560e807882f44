// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/columns.h"

#include <algorithm>
#include <array>
#include <utility>

namespace safeconduct {
namespace {

// UAX #11, the blocks whose letters are W or F.
constexpr auto kWide = std::to_array<std::pair<std::uint32_t, std::uint32_t>>({
    {0x1100, 0x115F},    // Hangul Jamo, initial consonants
    {0x2E80, 0x303E},    // radicals, CJK symbols and punctuation
    {0x3041, 0x33FF},    // Hiragana, Katakana, Bopomofo, enclosed and squared
    {0x3400, 0x4DBF},    // CJK extension A
    {0x4E00, 0x9FFF},    // CJK unified ideographs
    {0xA000, 0xA4CF},    // Yi
    {0xA960, 0xA97F},    // Hangul Jamo extended A
    {0xAC00, 0xD7A3},    // Hangul syllables
    {0xF900, 0xFAFF},    // CJK compatibility ideographs
    {0xFE10, 0xFE19},    // vertical forms
    {0xFE30, 0xFE6F},    // CJK compatibility forms, small forms
    {0xFF00, 0xFF60},    // fullwidth forms
    {0xFFE0, 0xFFE6},    // fullwidth signs
    {0x1F300, 0x1F64F},  // pictographs
    {0x1F900, 0x1F9FF},  // further pictographs
    {0x20000, 0x3FFFD},  // CJK extensions B and on
});

constexpr std::u32string_view kNotFirst =
    U"、。，．・：；？！」』）】〕〉》〙々ー〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    U",.:;?!)]}'\"";
constexpr std::u32string_view kNotLast = U"「『（【〔〈《〘([{'\"";

bool among(std::u32string_view all, std::uint32_t code) {
  return all.contains(static_cast<char32_t>(code));
}

}  // namespace

Letter first_letter(std::string_view text) {
  auto const first = static_cast<unsigned char>(text.front());
  std::size_t const bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (bytes == 1 || bytes > text.size()) return {first, 1};
  std::uint32_t code = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {code, bytes};
}

bool is_wide(std::uint32_t code) {
  return std::ranges::any_of(
      kWide, [&](auto const& block) { return code >= block.first && code <= block.second; });
}

bool may_break(std::uint32_t before, std::uint32_t after) {
  if (!is_wide(before) && !is_wide(after)) return false;
  return !among(kNotLast, before) && !among(kNotFirst, after);
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    auto const letter = first_letter(text);
    sum += is_wide(letter.code) ? 2U : 1U;
    text.remove_prefix(letter.bytes);
  }
  return sum;
}

}  // namespace safeconduct
