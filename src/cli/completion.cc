// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/completion.h"

namespace safeconduct {

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (char const c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + '\'';
}

std::string spaced(std::span<std::string const> words) {
  std::string text;
  for (auto const& one : words) text += (text.empty() ? "" : " ") + one;
  return text;
}

bool is_asked(Offer offer) {
  return offer == Offer::policies || offer == Offer::providers || offer == Offer::regions ||
         offer == Offer::dialects;
}

}  // namespace safeconduct
