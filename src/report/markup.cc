// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/markup.h"

#include "base/diagnostic.h"

namespace safeconduct {
namespace {

// Line ends stay; all else of a control character is '?' by then.
std::string safe(std::string_view text) {
  std::string out;
  while (true) {
    auto const end = text.find('\n');
    out += printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string markup_text(std::string_view text) {
  std::string out;
  for (char const c : safe(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace safeconduct
