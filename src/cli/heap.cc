// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace safeconduct {
namespace {

constexpr int kMegabyte = 1 << 20;
constexpr int kReserved = 256 * kMegabyte;  // of addresses, not of memory
constexpr std::uintptr_t kLargePage = 2 * kMegabyte;

std::uintptr_t end_of_heap() { return reinterpret_cast<std::uintptr_t>(sbrk(0)); }

}  // namespace

void prefer_large_pages() {
  // mallopt(3): what lies in the heap and not by itself, and when it shrinks.
  mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);
  mallopt(M_TRIM_THRESHOLD, 2 * kReserved);
  mallopt(M_TOP_PAD, kReserved);  // grows by so much at once; where it may not, this is all for now
  auto const old_end = end_of_heap();
  void* volatile const more = std::malloc(kLargePage);
  std::free(more);
  mallopt(M_TOP_PAD, kMegabyte);
  auto const begin = (old_end + kLargePage - 1) / kLargePage * kLargePage;
  if (auto const end = end_of_heap(); begin < end)
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace safeconduct
