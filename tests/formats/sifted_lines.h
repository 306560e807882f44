// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What may go when an export is sifted; and what sifting makes of many lines beside what it makes
// of each alone.

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "formats/sift.h"

namespace safeconduct::test {

// A rule that went: none that the sieve wants, all of whose words are modelled.
inline void check_may_go(Ruleset const& rules, Rule const& rule, Sieve const& sieve) {
  AddressInterval source{0, max_address(Family::ip4)};
  AddressInterval destination = source;
  for (auto const& clause : clauses(rules, rule)) {
    CHECK_FALSE(std::holds_alternative<Unmodelled>(clause.kind));
    if (auto const* range = std::get_if<InRange>(&clause.kind); range && !clause.negated) {
      if (range->field == Field::saddr) source = {range->first, range->last};
      if (range->field == Field::daddr) destination = {range->first, range->last};
    }
  }
  CHECK_FALSE(sieve.wants(Family::ip4, source, destination));
}

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
  CHECK((by_two->sifted_replies == sifted->sifted_replies));
}

}  // namespace safeconduct::test
