// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_compare.h"
#include "formats/nft_match.h"

namespace safeconduct::nft {

// What the verdict does; nothing for 'continue'.
std::optional<Action> to_action(RuleWriter& writer, Verdict const& verdict);

// At "vmap": reads the map, and writes a Rule for each verdict of it.
Result<void> verdict_map(RuleWriter& writer, Lexer& lexer, Selectors const& keys,
                         Arithmetic const& left);

}  // namespace safeconduct::nft
