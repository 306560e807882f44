// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/diagnostic.h"

namespace safeconduct::test {

// What a reader refuses has a text, and a place inside the input.
inline void check_error(Error const& error, std::string_view text) {
  auto const& at = error.at;
  auto const lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n')) + 1;
  if (error.text.empty() || at.file != "input") std::abort();
  if (at.line == 0 || at.line > lines || at.column == 0) std::abort();
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < at.line; ++line) start = text.find('\n', start) + 1;
  auto const end = std::min(text.find('\n', start), text.size());
  if (start + at.column - 1 > end) std::abort();
  if (to_message(error).empty()) std::abort();
}

}  // namespace safeconduct::test
