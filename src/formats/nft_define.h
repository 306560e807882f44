// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_source.h"

namespace safeconduct::nft {

// At "define", "redefine" or "undefine": notes what the variable stands for, from here to
// 'scope_end'.
Result<void> define(Source& source, Lexer& lexer, std::uint32_t scope_end);
// At "include": refuses it. Those that can be followed are not there any more, see Script.
std::unexpected<Error> include(Source& source, Lexer& lexer);

}  // namespace safeconduct::nft
