// SPDX-License-Identifier: GPL-3.0-or-later
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "support/skip.h"

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  int const status = context.run();
  if (status != 0 || context.shouldExit()) return status;
  return safeconduct::test::anything_skipped() ? safeconduct::test::kSkippedStatus : 0;
}
