// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace safeconduct {

// Has the heap lie in large pages, as far as the system has some (madvise(2), MADV_HUGEPAGE): the
// kernel takes up to 16 µs to give a page of 4 KiB, which was a quarter of the time that rule sets
// of a million rules took. Costs some MiB that are not used, and addresses; what was freed is kept
// for later. To be called before there are threads; those have heaps of their own, which stay as
// they are.
void prefer_large_pages();

}  // namespace safeconduct
