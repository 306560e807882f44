// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "formats/nft_source.h"

namespace safeconduct::nft {

// The word that says which field of 'of' is meant.
Result<std::string_view> key_word(Source& source, Lexer& lexer, std::string_view of);
// Behind "option" or "chunk" of the header 'of': "maxseg size", "rr exists", "data type". True: no
// field of it is named, it is asked whether there is one.
Result<bool> option(Source& source, Lexer& lexer, std::string_view of);

}  // namespace safeconduct::nft
