// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace safeconduct {

// Takes a further value into a hash of several; begin with 0. Multiplied by 2^64 over the golden
// ratio, as Knuth does (The Art of Computer Programming 3, 6.4), and folded.
constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ hash >> 32U;
}

}  // namespace safeconduct
