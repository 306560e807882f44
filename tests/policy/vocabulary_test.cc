// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/vocabulary.h"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace safeconduct::test {
namespace {

template <class T>
void check_round_trip(std::span<std::string_view const> words,
                      std::optional<T> (*parse)(std::string_view)) {
  CHECK(std::set<std::string_view>(words.begin(), words.end()).size() == words.size());
  for (auto const word : words) {
    CAPTURE(word);
    auto const value = parse(word);
    REQUIRE(value);
    CHECK(name(*value) == word);
  }
  CHECK_FALSE(parse(""));
  CHECK_FALSE(parse("Nonsense"));
}

}  // namespace

TEST_CASE("vocabulary: every word is read as itself, and no other is") {
  check_round_trip<Feature>(feature_names(), parse_feature);
  check_round_trip<Level>(level_names(), parse_level);
  check_round_trip<Expect>(expect_names(), parse_expect);
  check_round_trip<Confidence>(confidence_names(), parse_confidence);
  check_round_trip<Constraint>(constraint_names(), parse_constraint);
  check_round_trip<ProbeKind>(probe_kind_names(), parse_probe_kind);
}

TEST_CASE("vocabulary: protocols have their IANA numbers") {
  CHECK(parse_protocol("tcp") == 6U);
  CHECK(parse_protocol("udp") == 17U);
  CHECK(parse_protocol("sctp") == 132U);
  CHECK(parse_protocol("esp") == 50U);
  CHECK(parse_protocol("ah") == 51U);
  CHECK(parse_protocol("gre") == 47U);
  CHECK_FALSE(parse_protocol("6"));
}

}  // namespace safeconduct::test
