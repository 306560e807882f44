// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/line_index.h"

#include <doctest/doctest.h>

#include <string>

namespace safeconduct::test {

TEST_CASE("line_index: columns are those of the file, with what the text lacks of it") {
  // Of "ab[.3.]cd[.3.][.3.]e", a line end, "[.3.]f", a line end, "g".
  std::string const text = "abcde\nf\ng";
  LineIndex const index(text, {{2, 5}, {4, 10}, {6, 5}});
  auto const column = [&](char letter) { return index.at("file", text, text.find(letter)).column; };
  CHECK(column('a') == 1);
  CHECK(column('b') == 2);
  CHECK(column('c') == 8);
  CHECK(column('d') == 9);
  CHECK(column('e') == 20);
  CHECK(column('f') == 6);
  CHECK(column('g') == 1);
  CHECK(index.at("file", text, text.find('g')).line == 3);
}

}  // namespace safeconduct::test
