// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace safeconduct {

// As text of a paragraph or a cell, whatever it is: no markup, no line end, no HTML.
std::string markdown_text(std::string_view text);
// A code span that holds the text whatever backticks are in it (CommonMark 6.1).
std::string markdown_code(std::string_view text);

}  // namespace safeconduct
