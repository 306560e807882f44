// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diagnostic.h"

#include <doctest/doctest.h>

#include <string>

namespace safeconduct::test {
namespace {

std::string message_at(std::string_view text, std::size_t offset, std::string words,
                       std::string hint = "") {
  return to_message(
      error_at(ErrorKind::syntax, "fw.nft", text, offset, std::move(words), std::move(hint)));
}

}  // namespace

TEST_CASE("diagnostic: a message shows place, words, line, caret and hint") {
  CHECK(message_at("chain c {\n  dport 70000 accept;\n}", 18, "'70000' is not a port",
                   "ports end at 65535") ==
        "fw.nft:2:9: '70000' is not a port\n"
        "      dport 70000 accept;\n"
        "            ^\n"
        "  hint: ports end at 65535\n");
}

TEST_CASE("diagnostic: a place without a column has no caret, one without a line no number") {
  Error error{ErrorKind::unreadable, {"fw.nft", 3, 0}, "too short", "", "the line"};
  CHECK(to_message(error) == "fw.nft:3: too short\n");
  error.at.line = 0;
  CHECK(to_message(error) == "fw.nft: too short\n");
  error.at.file.clear();
  CHECK(to_message(error) == "too short\n");
}

TEST_CASE("diagnostic: tabs before the place are kept, so that the caret stands under it") {
  CHECK(message_at("\t\tdrop\tall", 7, "what?") ==
        "fw.nft:1:8: what?\n"
        "    \t\tdrop\tall\n"
        "    \t\t    \t^\n");
}

TEST_CASE("diagnostic: letters of several bytes are one column under the caret") {
  CHECK(message_at("grün ü x", 9, "what?") ==
        "fw.nft:1:10: what?\n"
        "    grün ü x\n"
        "           ^\n");
}

TEST_CASE("diagnostic: a long line is cut around the place, between letters") {
  std::string const line = std::string(100, 'a') + '!' + std::string(100, 'b');
  CHECK(message_at(line, 100, "what?") ==
        "fw.nft:1:101: what?\n"
        "    ..." +
            std::string(60, 'a') + '!' + std::string(59, 'b') + "...\n" + "       " +
            std::string(60, ' ') + "^\n");
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  for (std::size_t const offset : {std::size_t{99}, std::size_t{100}, std::size_t{101}})
    CHECK(message_at("x" + umlauts + "x", offset, "what").find('?') == std::string::npos);
}

TEST_CASE("diagnostic: of a line without end the part around the place is kept") {
  std::string const line = std::string(5000, 'x') + "port 70000" + std::string(90000, 'y');
  CHECK(message_at(line, 5005, "no port") ==
        "fw.nft:1:5006: no port\n"
        "    ..." +
            std::string(55, 'x') + "port 70000" + std::string(55, 'y') + "...\n" + "       " +
            std::string(60, ' ') + "^\n");
  auto const error = error_at(ErrorKind::syntax, "fw.nft", line, 90000, "no port");
  CHECK(error.line_text.size() <= 4096);
  CHECK(error.at.column == 90001);
}

TEST_CASE("diagnostic: control characters and broken UTF-8 do not reach the terminal") {
  CHECK(printable("a\x1b[31mb") == "a?[31mb");
  CHECK(printable("tab\tstays\n") == "tab\tstays?");
  CHECK(printable("a\u202Eb\u2028c\u200Bd\uFEFF") ==
        "a?b?c?d?");  // order of letters, lines, no width
  CHECK(printable("\u2013 \u00E9 \u3042") == "\u2013 \u00E9 \u3042");
  CHECK(printable("\x7f\xc2\x9b") == "??");        // DEL, and CSI as one C1 control
  CHECK(printable("\xff\xc0\xaf") == "???");       // no UTF-8 at all; an overlong slash
  CHECK(printable("\xed\xa0\x80") == "???");       // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "????");  // past U+10FFFF
  CHECK(printable("\xe2\x82") == "??");            // cut short
  CHECK(printable("\xe2\x82\xac \xf0\x9f\x94\xa5") == "\xe2\x82\xac \xf0\x9f\x94\xa5");
  CHECK(message_at("\x1b[2J drop", 5, "\x1b[2J") ==
        "fw.nft:1:6: ?[2J\n"
        "    ?[2J drop\n"
        "         ^\n");
  Error const error{ErrorKind::unreadable, {"\x1b]0;x\x07.nft", 1, 0}, "no", "\x1b", ""};
  CHECK(to_message(error) == "?]0;x?.nft:1: no\n  hint: ?\n");
}

TEST_CASE("diagnostic: a caret past the end of the line stands after its last letter") {
  CHECK(message_at("drop", 4, "expected ';'") ==
        "fw.nft:1:5: expected ';'\n"
        "    drop\n"
        "        ^\n");
  CHECK(message_at("", 0, "empty") == "fw.nft:1:1: empty\n");
}

TEST_CASE("diagnostic: places count lines from one, bytes from one, and know both line ends") {
  std::string_view const text = "one\r\ntwo\n\nfour";
  CHECK(line_at(text, 0) == "one");
  CHECK(line_at(text, 4) == "one");
  CHECK(line_at(text, 5) == "two");
  CHECK(line_at(text, 8) == "two");  // at its own line end
  CHECK(line_at(text, 9).empty());
  CHECK(line_at(text, 10) == "four");
  CHECK(line_at(text, 99) == "four");
  CHECK((location_at("f", text, 0) == Location{"f", 1, 1}));
  CHECK((location_at("f", text, 8) == Location{"f", 2, 4}));
  CHECK((location_at("f", text, 9) == Location{"f", 3, 1}));
  CHECK((location_at("f", text, 99) == Location{"f", 4, 5}));
}

TEST_CASE("diagnostic: the first error ends a function that tries") {
  auto const digit = [](char c) -> Result<int> {
    if (c < '0' || c > '9')
      return std::unexpected(
          Error{ErrorKind::syntax, {}, std::string("not a digit: ") + c, "", ""});
    return c - '0';
  };
  auto const sum = [&](std::string_view text) -> Result<int> {
    int total = 0;
    for (char const c : text) {
      SC_TRY(value, digit(c));
      total += value;
    }
    return total;
  };
  CHECK(sum("123").value() == 6);
  CHECK(sum("1x2y").error().text == "not a digit: x");
}

}  // namespace safeconduct::test
