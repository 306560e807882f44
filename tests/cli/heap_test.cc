// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/heap.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

namespace safeconduct::testing {
namespace {

// The allocator of a sanitizer is none of glibc's. GCC defines the one, clang has the other.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kOwnHeap = false;
#elif defined(__has_feature)
constexpr bool kOwnHeap = !__has_feature(address_sanitizer);
#else
constexpr bool kOwnHeap = true;
#endif

// Those of the mapping that begins with this line of /proc/self/smaps (proc(5), VmFlags).
bool is_advised(std::ifstream& maps) {
  for (std::string line; std::getline(maps, line);)
    if (line.starts_with("VmFlags:")) return line.contains(" hg");
  return false;
}

}  // namespace

TEST_CASE("heap: most of it may lie in large pages, and it works as before") {
  prefer_large_pages();
  std::vector<std::string> grown;
  for (std::size_t i = 0; i < 100'000; ++i) grown.push_back(std::string(100, 'x'));
  CHECK(grown.back() == std::string(100, 'x'));
  if (!std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled")) {
    MESSAGE("this kernel has no large pages");
    return;
  }
  std::ifstream maps("/proc/self/smaps");
  bool advised = false;
  for (std::string line; std::getline(maps, line);)
    if (line.ends_with("[heap]") && is_advised(maps)) advised = true;
  CHECK(advised == kOwnHeap);
}

}  // namespace safeconduct::testing
