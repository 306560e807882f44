// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// At "set" behind a selector: "meta mark set 0x1", "ip dscp set af21". Reads the rest and writes
// what the packet becomes.
Result<void> assign(RuleWriter& writer, Lexer& lexer, Selector const& to);

}  // namespace safeconduct::nft
