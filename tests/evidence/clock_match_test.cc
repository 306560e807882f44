// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/clock_match.h"

#include <doctest/doctest.h>

#include <cmath>

#include "packet/field.h"

namespace safeconduct::test {
namespace {

constexpr std::int64_t kStart = 1'724'728'000;  // 2024-08-27
Address const kResolver = *parse_address("192.0.2.1");

// The ladder: 443, 53 five seconds later, and again after 15 s.
std::vector<AskedAt> ladder(std::int64_t offset, int cycles) {
  std::vector<AskedAt> asked;
  for (int i = 0; i < cycles; ++i) {
    asked.push_back({{kStart + offset + i * 15}, 443, {kResolver}});
    asked.push_back({{kStart + offset + i * 15 + 5}, 53, {kResolver}});
  }
  return asked;
}

std::vector<DnsWave> waves(int cycles) {
  std::vector<DnsWave> all;
  for (int i = 0; i < cycles; ++i)
    for (auto const& [after, port] : {std::pair(0, 443), std::pair(5, 53)}) {
      DnsWave wave;
      wave.first = (kStart + i * 15 + after) * 1'000'000'000 + 570'000'000;
      wave.last = wave.first + 170'000'000;
      wave.resolver = kResolver;
      wave.protocol = l4::udp;
      wave.port = static_cast<std::uint16_t>(port);
      all.push_back(wave);
    }
  return all;
}

}  // namespace

TEST_CASE("clock_match: the zone is a multiple of 15 minutes, the rest is the clock's fault") {
  for (auto const minutes : {0, 540, -420, 345, -840, 840}) {
    for (auto const wrong : {0, 7, -40}) {
      CAPTURE(minutes);
      CAPTURE(wrong);
      auto const match = clock_match(ladder(minutes * 60 + wrong, 4), waves(4));
      REQUIRE(match);
      CHECK(match->offset_minutes == minutes);
      CHECK(std::abs(match->residual_s - wrong) <= 1.0);
      CHECK(match->matched == 8);
      CHECK(match->steps == 8);
    }
  }
}

TEST_CASE("clock_match: too little, or what does not fit, tells nothing") {
  CHECK_FALSE(clock_match({}, waves(4)));
  CHECK_FALSE(clock_match(ladder(0, 4), {}));
  CHECK_FALSE(clock_match(ladder(15 * 3600, 4), waves(4)));  // no zone is that far
  auto const one = ladder(0, 1);
  CHECK_FALSE(clock_match(std::span(one).first(1), waves(4)));
  auto other_port = waves(4);
  for (auto& wave : other_port) wave.port = 5353;
  CHECK_FALSE(clock_match(ladder(0, 4), other_port));
}

TEST_CASE("clock_match: a log of a longer time than the capture is judged by what they share") {
  auto const match = clock_match(ladder(3600, 10), waves(4));
  REQUIRE(match);
  CHECK(match->offset_minutes == 60);
  CHECK(match->matched == 8);
  CHECK(match->steps == 8);
}

TEST_CASE("clock_match: where two zones fit alike, none is told") {
  CHECK_FALSE(clock_match(ladder(3600, 200), waves(4)));  // the ladder goes on for 50 minutes
}

TEST_CASE("clock_match: times of the log are told in UTC") {
  CHECK(in_utc("2024-08-27T03:07:43", {540, 0, 8, 8}) == "2024-08-26T18:07:43Z");
  CHECK(in_utc("2024-08-27T03:07:43", {-420, 2, 8, 8}) == "2024-08-27T10:07:41Z");
  CHECK(in_utc("", {540, 0, 8, 8}).empty());
}

}  // namespace safeconduct::test
