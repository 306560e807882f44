// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Holds what sifting makes of many lines against what it makes of each alone.

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "formats/sift.h"

namespace safeconduct::test {

struct SiftedLine {
  std::string text;     // with its end
  bool wanted = false;  // its addresses are: it must stay
};

// Each line stays as it is, or leaves an empty one; and a second thread changes nothing.
inline void check_sifted_lines(std::string const& head, std::vector<SiftedLine> const& lines,
                               std::string const& tail, Sieve const& sieve) {
  auto whole = head;
  for (auto const& line : lines) whole += line.text;
  whole += tail;
  std::istringstream stream(whole);
  auto const sifted = sift("rules", stream, sieve);
  REQUIRE(sifted.has_value());
  std::istringstream rest(*sifted->text);
  std::string kept;
  for (auto count = std::ranges::count(head, '\n'); count > 0; --count) std::getline(rest, kept);
  std::size_t gone = 0;
  for (auto const& line : lines) {
    REQUIRE(std::getline(rest, kept));
    if (kept.empty()) {
      ++gone;
      CHECK_FALSE(line.wanted);
    } else {
      CHECK(kept + '\n' == line.text);
    }
  }
  CHECK(gone > lines.size() / 20);
  std::istringstream again(whole);
  auto const by_two = sift("rules", again, sieve, 2);
  REQUIRE(by_two.has_value());
  CHECK((*by_two->text == *sifted->text));
  CHECK(by_two->sifted == sifted->sifted);
  CHECK(by_two->sifted_for_requests == sifted->sifted_for_requests);
}

}  // namespace safeconduct::test
