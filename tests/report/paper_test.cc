// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/paper.h"

#include <doctest/doctest.h>

using namespace safeconduct;

TEST_CASE("paper: text is broken at blanks and hangs under its first word") {
  Paper paper(40, false);
  paper.paragraph(2, {{"lead  "}}, {{"one two three four five six seven eight nine ten"}});
  CHECK(std::move(paper).take() ==
        "  lead  one two three four five six\n"
        "        seven eight nine ten\n");
}

TEST_CASE("paper: a word is not broken, also where it changes its colour") {
  Paper paper(40, true);
  paper.paragraph(0, {{"plain "}, {"bad", Ink::bad}, {"ly"}});
  CHECK(std::move(paper).take() == "plain \x1b[1;31mbad\x1b[0mly\n");
}

TEST_CASE("paper: a letter of several bytes takes one column") {
  CHECK(columns("Zürich") == 6);
  Paper paper(40, false);
  paper.paragraph(0, {{"ääääääääää ääääääääää ääääääääää äääääää"}});
  CHECK(std::move(paper).take() == "ääääääääää ääääääääää ääääääääää äääääää\n");
}

TEST_CASE("paper: a wide letter takes two columns, and a line may end behind it") {
  CHECK(columns("遮断 SC101") == 10);
  Paper paper(40, false);
  paper.paragraph(2, {{"[1] "}},
                  {{"必要なパケットが遮断されています。どれだけかは判定が示します。"}});
  CHECK(std::move(paper).take() ==
        "  [1] 必要なパケットが遮断されています。\n"
        "      どれだけかは判定が示します。\n");
}

TEST_CASE("paper: no line begins with a mark that closes, none ends with one that opens") {
  Paper paper(40, false);
  // The full stop would be the first of the second line, were it not for its letter.
  paper.paragraph(0, {{"一二三四五六七八九十一二三四五六七八九十。次"}});
  paper.paragraph(0, {{"一二三四五六七八九十一二三四五六七八九「次」"}});
  paper.paragraph(0, {{"一二三四五六七八九十一二三四五六七八(DART バンドル)"}});
  CHECK(std::move(paper).take() ==
        "一二三四五六七八九十一二三四五六七八九\n"
        "十。次\n"
        "一二三四五六七八九十一二三四五六七八九\n"
        "「次」\n"
        "一二三四五六七八九十一二三四五六七八\n"
        "(DART バンドル)\n");
}

TEST_CASE("paper: words of letters that are not wide stay whole beside wide ones") {
  Paper paper(40, false);
  paper.paragraph(0, {{"コネクションのパケットを既知の established のものとします"}});
  CHECK(std::move(paper).take() ==
        "コネクションのパケットを既知の\n"
        "established のものとします\n");
}

TEST_CASE("paper: control characters do not get through") {
  Paper paper(40, false);
  paper.line(0, {{"a\x1b[31mb\x07\r"}});
  CHECK(std::move(paper).take() == "a?[31mb??\n");
}

TEST_CASE("paper: empty lines do not add up, nor open the page") {
  Paper paper(40, false);
  paper.blank();
  paper.line(0, {{"a"}});
  paper.blank();
  paper.blank();
  paper.line(0, {{"b"}});
  CHECK(std::move(paper).take() == "a\n\nb\n");
}

TEST_CASE("quote: the mark stands under the part that is meant") {
  Paper paper(60, false);
  put_quote(paper, 2, {14, 7, 8, "\t\tudp dport 53 drop"});
  CHECK(std::move(paper).take() ==
        "  14 | udp dport 53 drop\n"
        "     |     ^~~~~~~~\n");
}

TEST_CASE("quote: a long line is wrapped, without a mark") {
  Paper paper(40, false);
  put_quote(paper, 2, {7, 1, 60, "-A FORWARD -d 192.0.2.1/32 -p tcp -m tcp --dport 443 -j DROP"});
  CHECK(std::move(paper).take() ==
        "  7 | -A FORWARD -d 192.0.2.1/32 -p tcp\n"
        "      -m tcp --dport 443 -j DROP\n");
}

TEST_CASE("quote: a place beyond the end of the line is its end") {
  Paper paper(60, false);
  put_quote(paper, 0, {1, 99, 5, "short"});
  CHECK(std::move(paper).take() ==
        "1 | short\n"
        "  |      ^\n");
}
