// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace safeconduct {

// A place in a file of the operator's: what every rule, requirement and message points at.
struct Location {
  std::string file;          // as the operator named it; "-" is standard input
  std::uint32_t line = 0;    // from 1; 0: the file as a whole
  std::uint32_t column = 0;  // from 1, in bytes; 0: the line as a whole

  auto operator<=>(Location const&) const = default;
};

// "file:line:column", "file:line" or "file", as far as the place is known.
std::string to_string(Location const& where);

}  // namespace safeconduct
