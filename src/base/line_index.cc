// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/line_index.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/diagnostic.h"

namespace safeconduct {
namespace {

constexpr std::size_t kBlock = 512;

// Ends of lines, eight bytes at a time.
std::uint32_t line_ends(std::string_view text) {
  constexpr std::uint64_t kEnds = 0x0A0A0A0A0A0A0A0AU;
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kLow = 0x7F7F7F7F7F7F7F7FU;
  std::uint32_t count = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    word ^= kEnds;  // bytes that are zero now
    auto const others = ((word & kLow) + kLow) | word | kLow;
    count += static_cast<std::uint32_t>((~others >> 7U) * kOnes >> 56U);  // the sum of the bytes
  }
  return count + static_cast<std::uint32_t>(std::ranges::count(text.substr(at), '\n'));
}

}  // namespace

LineIndex::LineIndex(std::string_view text, std::vector<Gap> gaps) : gaps_(std::move(gaps)) {
  for (std::size_t i = 1; i < gaps_.size(); ++i) gaps_[i].length += gaps_[i - 1].length;
  Block now;
  for (std::size_t at = 0; at == 0 || at < text.size(); at += kBlock) {
    blocks_.push_back(now);
    auto const block = text.substr(at, kBlock);
    now.lines += line_ends(block);
    if (auto const last = block.rfind('\n'); last != std::string_view::npos)
      now.begin = static_cast<std::uint32_t>(at + last + 1);
  }
}

Location LineIndex::at(std::string_view file, std::string_view text, std::size_t offset) const {
  auto const block = offset / kBlock;
  if (block >= blocks_.size() || offset > text.size()) return location_at(file, text, offset);
  auto const before = text.substr(block * kBlock, offset - block * kBlock);
  auto const lines = blocks_[block].lines + line_ends(before);
  auto const last = before.rfind('\n');
  auto const begin =
      last == std::string_view::npos ? blocks_[block].begin : block * kBlock + last + 1;
  auto const column = static_cast<std::uint32_t>(offset - begin + 1) + lacking(begin, offset);
  return {std::string(file), lines + 1, column};
}

std::uint32_t LineIndex::lacking(std::size_t begin, std::size_t offset) const {
  auto const before = [](auto behind, auto first) {
    return behind == first ? 0 : std::prev(behind)->length;
  };
  return before(std::ranges::upper_bound(gaps_, offset, {}, &Gap::offset), gaps_.begin()) -
         before(std::ranges::lower_bound(gaps_, begin, {}, &Gap::offset), gaps_.begin());
}

}  // namespace safeconduct
