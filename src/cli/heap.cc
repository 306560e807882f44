// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <limits>

namespace safeconduct {
namespace {

constexpr int kMegabyte = 1 << 20;
constexpr int kReserved = 1024 * kMegabyte;  // of addresses, not of memory
constexpr std::uintptr_t kLargePage = 2 * kMegabyte;
constexpr std::uintptr_t kAhead = 4096;  // where what is behind an allocation is written down

std::uintptr_t end_of_heap() { return reinterpret_cast<std::uintptr_t>(sbrk(0)); }

// As volatile, neither of them is left out by the compiler.
void* volatile g_first = nullptr;
void* volatile g_filler = nullptr;

}  // namespace

void prefer_large_pages() {
  // mallopt(3): what lies in the heap and not by itself, and when the heap shrinks.
  mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  // It grows by so much at once; where it may not, nothing is gained.
  mallopt(M_TOP_PAD, kReserved);
  g_first = std::malloc(kMegabyte);  // more than what is left of the heap's first step
  auto const next = reinterpret_cast<std::uintptr_t>(g_first);  // where the heap goes on
  auto const touched = next + kMegabyte + kAhead;               // by the allocator, so far
  std::free(g_first);
  mallopt(M_TOP_PAD, kMegabyte);
  auto const begin = (touched + kLargePage - 1) / kLargePage * kLargePage;
  auto const end = end_of_heap();
  if (begin >= end || end - begin > 2U * kReserved) return;  // another allocator's heap
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  g_filler = std::malloc(begin - next);  // nobody touches what is before the first large page
}

}  // namespace safeconduct
