// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace safeconduct {

inline unsigned jobs_or_cores(unsigned jobs) {
  return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

// Calls work(i) once for each i below 'count', by so many threads at once, or as many as there can
// be. What one of them throws (there is no memory) is thrown here, once all have ended.
template <class Work>
void in_parallel(std::size_t count, unsigned jobs, Work const& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  auto const loop = [&] {
    try {
      for (auto i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      std::scoped_lock const lock(mutex);
      failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t i = 1; i < std::min<std::size_t>(jobs, count); ++i)
        others.emplace_back(loop);
    } catch (std::system_error const&) {  // no further thread: a limit of the system's
    }
    loop();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace safeconduct
