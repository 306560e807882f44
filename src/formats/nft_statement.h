// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// A chain without a name of its own: "jump { ... }". Read when the chain around it is done.
struct InnerChain {
  ChainId chain = kNoChain;
  Stretch stretch;
};

// Reads one rule, from its first word to the end of its line or to ";".
Result<void> rule(RuleWriter& writer, Lexer& lexer, std::vector<InnerChain>& inner);

}  // namespace safeconduct::nft
