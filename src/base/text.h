// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace safeconduct {

// Letters, digits and blanks of ASCII, whatever the locale says: the words of exports, logs and
// protocols are such words, and bytes beyond them are left as they are.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// What names of most languages are made of.
constexpr bool is_of_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool begins_with_digit(std::string_view text) {
  return !text.empty() && is_digit(text.front());
}
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text);
// Without the blanks at both ends; the result is a part of the argument.
std::string_view trimmed(std::string_view text);
// Both of it: as the words of tables are compared that people fill in, "Region Name " and
// "region name".
std::string folded(std::string_view text);
// Of a longer text than 1,000 bytes its beginning, whole letters of UTF-8, and " ...".
std::string first_words(std::string_view text);
// 'text', as messages name what they found: of a long one the first words. Not escaped:
// to_message(Error) sees to that.
std::string quoted(std::string_view text);

}  // namespace safeconduct
