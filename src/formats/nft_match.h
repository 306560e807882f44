// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "formats/nft_rule.h"

namespace safeconduct::nft {

// Reads them into 'keys', which is emptied first.
Result<void> selectors(Source& source, Lexer& lexer, Selectors& keys);
// Can clauses ask for it? A raw payload, for one, is an address in IPv4 packets only.
bool is_modelled(RuleWriter const& writer, Selector const& selector);
bool all_modelled(RuleWriter const& writer, Selectors const& keys);
// Of keys that are: there is something to ask for, whatever it is.
void require_values(RuleWriter& writer, Selectors const& keys);

// A set of another type than what is looked up in it is a mistake that nft refuses.
Result<void> check_types(Source const& source, Token const& name, DeclaredSet const& set,
                         Selectors const& keys);

// Behind the selectors of a match: reads the rest, and writes its clauses.
Result<void> match(RuleWriter& writer, Lexer& lexer, Selectors const& keys);

// Writes that the keys are among the elements' rows 'which' (nullopt: all of them). False: it
// cannot be said in clauses, and nothing was written.
bool among(RuleWriter& writer, Selectors const& keys, Elements const& elements,
           std::optional<std::span<std::size_t const>> which, bool negated);

}  // namespace safeconduct::nft
