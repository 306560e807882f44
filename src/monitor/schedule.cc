// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/schedule.h"

#include <algorithm>

namespace safeconduct {
namespace {

constexpr int kParts = 10;  // of the interval: the jitter is one of them, either way

}  // namespace

Schedule::Time Schedule::next(Time now) {
  due_ += every_;
  while (due_ + every_ <= now) {
    due_ += every_;
    ++missed_;
  }
  auto const most = every_.count() / kParts;
  // As a remainder: distributions of the standard library differ from one to the other.
  auto const shift = static_cast<std::int64_t>(random_()) % (2 * most + 1) - most;
  return std::max(now, due_ + std::chrono::milliseconds(shift));
}

}  // namespace safeconduct
