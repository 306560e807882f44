// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// Behind "reject": reads what the sender is told.
Result<void> reject(RuleWriter& writer, Lexer& lexer);

}  // namespace safeconduct::nft
