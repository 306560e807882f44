// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/schedule.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

namespace safeconduct::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
Schedule::Time const kStart{seconds(1000)};

std::vector<Schedule::Time> runs(std::uint32_t seed, int count) {
  Schedule schedule(seconds(60), seed, kStart);
  std::vector<Schedule::Time> times;
  auto now = kStart;
  for (int i = 0; i < count; ++i) times.push_back(now = schedule.next(now));
  return times;
}

}  // namespace

TEST_CASE("schedule: runs keep within a tenth of their interval, and do not drift away from it") {
  auto const times = runs(7, 1000);
  for (std::size_t i = 0; i < times.size(); ++i) {
    auto const due = kStart + seconds(60) * (static_cast<int>(i) + 1);
    CAPTURE(i);
    REQUIRE(times[i] >= due - seconds(6));
    REQUIRE(times[i] <= due + seconds(6));
  }
}

TEST_CASE("schedule: a seed gives one schedule, and other seeds others") {
  CHECK((runs(7, 20) == runs(7, 20)));
  std::set<Schedule::Time> first;
  for (std::uint32_t seed = 0; seed < 50; ++seed) first.insert(runs(seed, 1).front());
  CHECK(first.size() > 40);
}

TEST_CASE("schedule: a run that takes too long leaves out those whose time it took") {
  Schedule schedule(seconds(60), 1, kStart);
  auto const late = kStart + seconds(200);
  auto const next = schedule.next(late);
  CHECK(next >= late);
  CHECK(next <= kStart + seconds(180) + seconds(66));
  CHECK(schedule.missed() == 2);
  Schedule prompt(seconds(60), 1, kStart);
  prompt.next(kStart + seconds(59));
  CHECK(prompt.missed() == 0);
}

}  // namespace safeconduct::test
