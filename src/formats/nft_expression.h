// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// Reads an expression in a statement that packets decide: "ip dscp << 2", "tcp dport map { ... }",
// "numgen inc mod 2 map @targets". Its value is not modelled. But a packet that has none, for lack
// of the header or of a key in the map, leaves the rule there: that becomes clauses.
Result<void> expression(RuleWriter& writer, Lexer& lexer);
// The same where the first operand was read already: goes on at an operator, if there is one.
Result<bool> expression_tail(RuleWriter& writer, Lexer& lexer);

}  // namespace safeconduct::nft
