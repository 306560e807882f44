// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/language.h"

namespace safeconduct {

// What would decide the words that a verdict hangs on ("limit rate 5/second", "iifname \"lan0\""):
// something to give, a command to run, or that no file can.
std::string settled_by(std::string const& words, Language language = Language::english);
// The same of each.
std::vector<std::string> settled_by(std::vector<std::string> const& words,
                                    Language language = Language::english);

}  // namespace safeconduct
