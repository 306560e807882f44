// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Words of a log line, taken from its front.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace safeconduct {

inline constexpr std::size_t kMostKept = 300;  // bytes of a line that a report may quote

// Does the line say these words, or as much of them as it has before it ends?
bool says(std::string_view line, std::string_view words);
// A word that was cut says little: this much of one has to be there.
inline constexpr std::size_t kFewestLetters = 12;

// What stands behind the words; nullopt where they are not there.
std::optional<std::string_view> behind(std::string_view text, std::string_view words);
// The number at the front, whole: one that the line may end in is none.
std::optional<unsigned> whole_number(std::string_view text, unsigned most);
// "208.67.222.222, 208.67.220.220": those that are whole, until something else comes.
std::vector<Address> listed_addresses(std::string_view text);

}  // namespace safeconduct
