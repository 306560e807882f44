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
  LineIndex() = default;
  explicit LineIndex(std::string_view text);

  // Of the text that the index was made of; not made yet, it walks the text.
  Location at(std::string_view file, std::string_view text, std::size_t offset) const;

 private:
  struct Block {
    std::uint32_t lines = 0;  // ends of lines before the block
    std::uint32_t begin = 0;  // where the line begins that the block's first byte is of
  };
  std::vector<Block> blocks_;
};

}  // namespace safeconduct
