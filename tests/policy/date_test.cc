// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/date.h"

#include <doctest/doctest.h>

#include <string>

namespace safeconduct::test {

TEST_CASE("date: days of the calendar are read and written back") {
  for (std::string const text : {"2026-11-23", "2024-02-29", "0001-01-01", "9999-12-31"}) {
    CAPTURE(text);
    auto const date = parse_date(text);
    REQUIRE(date);
    CHECK(to_string(*date) == text);
  }
}

TEST_CASE("date: what is no day, or not written as one, is refused") {
  for (std::string const text :
       {"", "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
        "2026-1-1", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "+026-01-01",
        "2026-01-1x", "2026-01-01T00:00:00Z", "20260101"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text));
  }
}

TEST_CASE("date: days are in the order of time") {
  CHECK(*parse_date("2026-01-31") < *parse_date("2026-02-01"));
  CHECK(*parse_date("2025-12-31") < *parse_date("2026-01-01"));
  CHECK(Date{} < *parse_date("0001-01-01"));
}

}  // namespace safeconduct::test
