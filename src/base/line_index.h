// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/location.h"

namespace safeconduct {

// Finds the line and column of any byte of a text without counting from its start: what stands
// before each block of bytes is kept. Lines may be as long as the text ('nft -j' writes one).
class LineIndex {
 public:
  // Bytes that the operator's file has before this byte of the text, on the same line, and that the
  // text lacks: the columns are those of the file.
  struct Gap {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };

  LineIndex() = default;
  explicit LineIndex(std::string_view text, std::vector<Gap> gaps = {});  // gaps by offset

  // Of the text that the index was made of; not made yet, it walks the text.
  Location at(std::string_view file, std::string_view text, std::size_t offset) const;

 private:
  struct Block {
    std::uint32_t lines = 0;  // ends of lines before the block
    std::uint32_t begin = 0;  // where the line begins that the block's first byte is of
  };
  // How many bytes are lacking before the byte at 'offset', from that at 'begin' on.
  std::uint32_t lacking(std::size_t begin, std::size_t offset) const;

  std::vector<Block> blocks_;
  std::vector<Gap> gaps_;  // each with the lengths of those before it
};

}  // namespace safeconduct
