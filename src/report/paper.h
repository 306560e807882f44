// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a text report is written on: lines of a given width, in colour or not. Everything that goes
// on it passes printable(): rule texts and names are the operator's, or an attacker's.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/columns.h"

namespace safeconduct {

enum class Ink : std::uint8_t { plain, strong, faint, good, bad, doubtful, place };

struct Inked {
  std::string text;
  Ink ink = Ink::plain;
};
using Phrase = std::vector<Inked>;  // pieces follow each other without a blank

class Paper {
 public:
  // 'width' in columns; what is narrower than kNarrowest is written as if it were that wide.
  Paper(std::size_t width, bool colour);
  static constexpr std::size_t kNarrowest = 40;

  // 'lead' at the indent, then 'text', broken at blanks, or between letters of scripts without
  // any; further lines stand under the text's first word. A word longer than a line is not broken.
  void paragraph(std::size_t indent, Phrase const& lead, Phrase const& text);
  void paragraph(std::size_t indent, Phrase const& text) { paragraph(indent, {}, text); }
  // Never broken: what is there to be copied, or stands in columns.
  void line(std::size_t indent, Phrase const& text);
  // One empty line, but never two, and none at the top.
  void blank();

  std::size_t width() const { return width_; }
  // What was written, without empty lines at its end.
  std::string take() &&;

 private:
  void put(Inked const& piece);

  std::string text_;
  std::size_t width_;
  bool colour_;
};

// A line of a file with a mark under a part of it:
//    14 | udp dport 53 drop
//       | ^~~~~~~~~~~~~~~~~
// One that is longer than the paper is wide is wrapped instead, without the mark.
// 'column' from 1 in bytes, 0: no mark; 'length' in bytes.
struct Quote {
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;
  std::string_view text;
};
void put_quote(Paper& paper, std::size_t indent, Quote const& quote);

}  // namespace safeconduct
