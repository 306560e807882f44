// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace safeconduct {

inline unsigned jobs_or_cores(unsigned jobs) {
  return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

// Calls work(i) once for each i below 'count', by so many threads at once.
template <class Work>
void in_parallel(std::size_t count, unsigned jobs, Work const& work) {
  std::atomic<std::size_t> next = 0;
  auto const loop = [&] {
    for (auto i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(jobs, count); ++i) others.emplace_back(loop);
  loop();
}

}  // namespace safeconduct
