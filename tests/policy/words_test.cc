// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/words.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace safeconduct::test {

TEST_CASE("words: the nearest word is the one that few slips lead away from") {
  constexpr std::array<std::string_view, 5> kWords{"level", "title", "from", "feature",
                                                   "eu-west-2"};
  struct Case {
    std::string_view text;
    std::string_view nearest;
  };
  for (auto const& [text, expected] : std::vector<Case>{
           {"levle", "level"},   // two letters swapped
           {"leve", "level"},    // one left out
           {"levels", "level"},  // one too many
           {"tutle", "title"},   // one wrong
           {"Level", "level"},   // case is ignored
           {"form", "from"},
           {"eu_west_2", "eu-west-2"},  // two wrong, of nine
           {"xyz", ""},                 // nothing is near
           {"", ""},
       }) {
    CAPTURE(text);
    CHECK(nearest(text, kWords) == expected);
  }
  CHECK(nearest(std::string(10'000, 'x'), kWords).empty());
}

TEST_CASE("words: help names the near word first, then those known, as far as they fit") {
  std::vector<std::string_view> words{"uk", "eu-west-2"};
  CHECK(known_words("eu-west-1", words) == "did you mean 'eu-west-2'? known: uk, eu-west-2");
  CHECK(known_words("mars", words) == "known: uk, eu-west-2");
  words.assign(100, "x");
  CHECK(known_words("mars", words).ends_with(", x, and 70 more"));
}

}  // namespace safeconduct::test
