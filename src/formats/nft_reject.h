// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// nft takes codes of ICMP errors up to this one.
inline constexpr std::uint32_t kLastRejectCode = 127;

// Behind "reject": reads what the sender is told.
Result<void> reject(RuleWriter& writer, Lexer& lexer);

}  // namespace safeconduct::nft
