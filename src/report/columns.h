// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What text takes on a terminal, and where a line of it may end: at blanks, and between the letters
// of scripts that write none.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace safeconduct {

// How many columns the text takes: two a letter that is East Asian Wide or Fullwidth (UAX #11),
// else one a character.
std::size_t columns(std::string_view text);

// The character that begins the text, which is valid UTF-8, and the bytes that it takes.
struct Letter {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};
Letter first_letter(std::string_view text);

bool is_wide(std::uint32_t code);
// May a line end between the two, without a blank? JIS X 4051 keeps closing marks off the beginning
// of a line and opening ones off its end.
bool may_break(std::uint32_t before, std::uint32_t after);

}  // namespace safeconduct
