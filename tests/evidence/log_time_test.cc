// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/log_time.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

std::string read(std::string_view text) {
  auto const time = log_time(text);
  return time ? to_string(*time) : "none";
}

std::string read(std::string_view day, std::string_view time) {
  auto const both = log_time(day, time);
  return both ? to_string(both->time) + (both->guessed ? " guessed" : "") : "none";
}

}  // namespace

TEST_CASE("log_time: a line's time is read, and written without a zone") {
  CHECK(read("2024-08-27 03:07:43 [8880] more") == "2024-08-27T03:07:43");
  CHECK(read("2024-02-29T23:59:59") == "2024-02-29T23:59:59");
  for (auto const* none : {"", "2024-08-27", "2023-02-29 00:00:00", "2024-08-27 24:00:00",
                           "2024-08-27 03:07", "x2024-08-27 03:07:43", "1969-12-31 23:59:59"}) {
    CAPTURE(none);
    CHECK(read(none) == "none");
  }
}

TEST_CASE("log_time: days are read as countries write them, and a guess is said") {
  CHECK(read("08/27/2024", "06:41:22") == "2024-08-27T06:41:22");
  CHECK(read("27/08/2024", "06:41:22") == "2024-08-27T06:41:22");
  CHECK(read("27.08.2024", "06:41:22") == "2024-08-27T06:41:22");
  CHECK(read("7.8.2024", "06:41:22") == "2024-08-07T06:41:22");
  CHECK(read("2024/08/27", "06:41:22") == "2024-08-27T06:41:22");
  CHECK(read("08/07/2024", "06:41:22") == "2024-08-07T06:41:22 guessed");
  CHECK(read("08/08/2024", "06:41:22") == "2024-08-08T06:41:22");
  CHECK(read("8/27/2024", "6:41:22 PM") == "2024-08-27T18:41:22");
  CHECK(read("8/27/2024", "12:00:01 AM") == "2024-08-27T00:00:01");
  for (auto const* none : {"", "27-08/2024", "99/99/2024", "08/27"}) {
    CAPTURE(none);
    CHECK(read(none, "06:41:22") == "none");
  }
}

}  // namespace safeconduct::test
