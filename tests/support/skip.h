// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace safeconduct::test {

inline constexpr int kSkippedStatus = 77;  // tests/CMakeLists.txt tells CTest the same

// For a case that cannot run here (no corpus, not root): prints "skipped: <why>" and has the
// binary end with kSkippedStatus unless some case failed. The case itself then returns.
void skip(std::string_view why);

[[nodiscard]] bool anything_skipped();

}  // namespace safeconduct::test
