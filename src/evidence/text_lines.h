// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A text file line by line, in UTF-8 whatever it is written in: UTF-8 or UTF-16, with a byte order
// mark or without, lines ended by LF or CRLF. Bytes that are no UTF-8 stay as they are.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "evidence/pieces.h"

namespace safeconduct {

class TextLines {
 public:
  static constexpr std::size_t kLongest = 16384;  // bytes of a line; what is behind is passed over

  explicit TextLines(Pieces pieces);
  // Without its end; valid until the next call. nullopt: there is none left.
  std::optional<std::string_view> next();
  std::size_t number() const { return number_; }  // of the line last given, from 1

 private:
  enum class Coding { bytes, utf16_little, utf16_big };
  std::optional<char> byte();
  bool unit(std::string& line);
  void tell_coding();

  Pieces pieces_;
  std::string_view piece_;
  std::string head_;
  Coding coding_ = Coding::bytes;
  std::string line_;
  std::size_t number_ = 0;
};

}  // namespace safeconduct
