// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_declared.h"

namespace safeconduct::nft {

// Does this begin what a chain's block says of the chain itself, and no rule?
bool is_chain_property(Token const& token);

// Reads what stands in a chain, or one rule of it: its type, hook and policy, and its rules.
Result<void> read_chain(Source& source, DeclaredTable& table, std::uint32_t table_id, ChainId chain,
                        ChainBody const& body);

}  // namespace safeconduct::nft
