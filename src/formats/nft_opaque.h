// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_rule.h"

// Fields that are not modelled: what of them can be told to be a mistake all the same.
namespace safeconduct::nft {

// Refuses a number that the field is too narrow for, and a name that it does not have.
Result<void> check_number(Source const& source, Token const& token, Selector const& key);
// The same for the value of a match, or all those in braces; reads nothing.
Result<void> check_numbers(Source const& source, Lexer const& lexer, Selector const& key);
// Refuses fields that the packets of the table do not have, or that need more to be said first.
Result<void> check_context(RuleWriter& writer, Selector const& key);
// "vxlan ip saddr": a field of the packet that is carried.
bool is_inside_tunnel(Selector const& key);

}  // namespace safeconduct::nft
