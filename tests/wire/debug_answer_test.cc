// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/debug_answer.h"

#include <doctest/doctest.h>

#include <vector>

namespace safeconduct::test {
namespace {

DebugAnswer read(std::vector<std::string> const& strings) { return read_debug_answer(strings); }

}  // namespace

TEST_CASE("debug_answer: the answer of a real resolver names it and shows where we come from") {
  auto const answer = read({"server 7.sin", "flags 20 0 2f4 4000800000000000000", "id 0",
                            "source 112.126.67.25:57552", "dnscrypt enabled (7165343751484877)"});
  CHECK(answer.server == "7.sin");
  CHECK(answer.source == "112.126.67.25:57552");
  CHECK(answer.encrypted);
}

TEST_CASE("debug_answer: ids of organisations and devices are not kept") {
  auto const answer = read({"server m84.lon", "orgid 1234567", "device 0123456789abcdef",
                            "originid 99", "bundle 77", "user id 5"});
  CHECK((answer == DebugAnswer{"m84.lon", "", false}));
}

TEST_CASE("debug_answer: what only looks like a line of the service is none") {
  CHECK((read({"I am not an OpenDNS resolver."}) == DebugAnswer{}));
  CHECK((read({"server", "server ", "servers m84.lon", "server \x1b[31m.x", "server nodot"}) ==
         DebugAnswer{}));
  CHECK((read({"source nowhere", "source 1.2.3.4", "server " + std::string(65, 'a') + ".b"}) ==
         DebugAnswer{}));
}

}  // namespace safeconduct::test
