// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace safeconduct {

// The same text in UTF-8, where it begins with a byte order mark of UTF-16; what is no character
// (half a surrogate pair, an odd byte at the end) becomes U+FFFD. nullopt: it is not UTF-16.
std::optional<std::string> utf8_of_utf16(std::string_view text);

}  // namespace safeconduct
