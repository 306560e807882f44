// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// When runs begin: every so often, give or take a tenth, so that many hosts do not ask at once; and
// never before the run before has ended. Pure: the clock is the caller's.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace safeconduct {

class Schedule {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The first run begins at 'start'.
  Schedule(std::chrono::milliseconds every, std::uint32_t seed, Time start)
      : every_(every), random_(seed), due_(start) {}

  // When the next run begins, of one who asks at 'now', when the run before has ended.
  Time next(Time now);
  // Runs whose time came and went while another was on.
  std::size_t missed() const { return missed_; }

 private:
  std::chrono::milliseconds every_;
  std::mt19937 random_;
  Time due_;  // of the run to come, without its jitter
  std::size_t missed_ = 0;
};

}  // namespace safeconduct
