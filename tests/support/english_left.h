// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace safeconduct::test {

// The first five English words of a text that follow each other, as sentences have them and names
// of files, chains and protocols do not; empty: there are none.
std::string english_left(std::string_view text);

}  // namespace safeconduct::test
