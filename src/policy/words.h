// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace safeconduct {

// The word of a list that a misspelt one was probably meant to be; empty where none is near.
std::string_view nearest(std::string_view text, std::span<std::string_view const> words);

// Help for a word that is not in the list: "did you mean 'level'? known: id, level, title".
std::string known_words(std::string_view text, std::span<std::string_view const> words);

}  // namespace safeconduct
