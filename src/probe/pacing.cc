// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/pacing.h"

#include <algorithm>

namespace safeconduct {
namespace {

std::chrono::microseconds gap_of(unsigned rate) {
  return std::chrono::microseconds(1'000'000 / std::max(1U, rate));
}

Pacing::Time take(Pacing::Time now, Pacing::Time& next, std::chrono::microseconds gap) {
  auto const turn = std::max(now, next);
  next = turn + gap;
  return turn;
}

}  // namespace

Pacing::Pacing(unsigned rate, unsigned target_rate)
    : gap_(gap_of(rate)), target_gap_(gap_of(target_rate)) {}

Pacing::Time Pacing::of_target(Time now, Address const& target) {
  return take(now, next_of_[target], target_gap_);
}

Pacing::Time Pacing::of_all(Time now) { return take(now, next_, gap_); }

}  // namespace safeconduct
