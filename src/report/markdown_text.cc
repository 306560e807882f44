// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/markdown_text.h"

#include <algorithm>

#include "base/diagnostic.h"

namespace safeconduct {

std::string markdown_text(std::string_view text) {
  std::string out;
  for (char const c : printable(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (std::string_view("\\`*_[]|#!~>@").contains(c)) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  auto const shown = printable(text);
  std::size_t longest = 0;
  std::size_t run = 0;
  for (char const c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  std::string const fence(longest + 1, '`');
  bool const pad = shown.starts_with('`') || shown.ends_with('`');
  return fence + (pad ? " " : "") + shown + (pad ? " " : "") + fence;
}

}  // namespace safeconduct
