// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// Behind "snat", "dnat", "masquerade", "redirect", "tproxy": reads the rest and writes the action.
Result<void> snat(RuleWriter& writer, Lexer& lexer);
Result<void> dnat(RuleWriter& writer, Lexer& lexer);
Result<void> masquerade(RuleWriter& writer, Lexer& lexer);
Result<void> redirect(RuleWriter& writer, Lexer& lexer);
Result<void> tproxy(RuleWriter& writer, Lexer& lexer);

}  // namespace safeconduct::nft
