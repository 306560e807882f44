// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/text_lines.h"

#include <doctest/doctest.h>

#include <vector>

namespace safeconduct::test {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  TextLines lines(pieces_of(text));
  std::vector<std::string> all;
  while (auto const line = lines.next()) all.emplace_back(*line);
  CHECK(lines.number() == all.size());
  return all;
}

// UTF-16 of ASCII.
std::string wide(std::string_view text, bool little) {
  std::string result;
  for (auto const c : text) result += little ? std::string{c, '\0'} : std::string{'\0', c};
  return result;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("text_lines: LF, CRLF and a last line without an end are lines") {
  CHECK(lines_of("") == Strings{});
  CHECK(lines_of("a") == Strings{"a"});
  CHECK(lines_of("a\n") == Strings{"a"});
  CHECK(lines_of("a\r\n\r\nb\n\n") == Strings{"a", "", "b", ""});
}

TEST_CASE("text_lines: every coding gives the same lines, with a mark or without") {
  Strings const expected{"2024 first", "", "second"};
  std::string const text = "2024 first\r\n\r\nsecond";
  CHECK(lines_of("\xEF\xBB\xBF" + text) == expected);
  CHECK(lines_of("\xFF\xFE" + wide(text, true)) == expected);
  CHECK(lines_of("\xFE\xFF" + wide(text, false)) == expected);
  CHECK(lines_of(wide(text, true)) == expected);
  CHECK(lines_of(wide(text, false)) == expected);
}

TEST_CASE("text_lines: letters beyond ASCII survive UTF-16, and half a character does no harm") {
  using namespace std::string_literals;
  // U+010A holds the byte of a line end, and is none.
  CHECK(lines_of("\xFF\xFE\x0A\x01\x0A\x00z\x00"s) == Strings{"\xC4\x8A", "z"});
  CHECK(lines_of("\xFF\xFE"
                 "a\x00"
                 "b"s) == Strings{"a\xEF\xBF\xBD"});
}

TEST_CASE("text_lines: a line without end costs no more than the longest kept") {
  std::string text(100'000, 'x');
  text += "\nnext\n";
  auto const lines = lines_of(text);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() == TextLines::kLongest);
  CHECK(lines[1] == "next");
}

}  // namespace safeconduct::test
