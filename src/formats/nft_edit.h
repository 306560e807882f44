// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/nft_declared.h"

// What commands do to chains and sets that stand in the file already.
namespace safeconduct::nft {

inline constexpr std::string_view kGiveListing = "give the output of 'nft list ruleset'";

// The number of "# handle 5", where that comment follows at once.
std::optional<std::uint64_t> handle_behind(std::string_view text, std::uint32_t offset);

// Where the first rule stands in a chain's block.
std::optional<std::uint32_t> first_rule(Source& source, Stretch block);
// Afterwards each rule of the chain is a body of its own, with its handle where the file shows it.
void tell_rules_apart(Source& source, DeclaredChain& chain);
// The body of the rule with that handle, or of the index-th one; of a chain whose rules are told
// apart. The number of bodies: there is none.
std::size_t body_of_handle(DeclaredChain const& chain, std::uint64_t handle);
std::size_t body_of_index(DeclaredChain const& chain, std::uint64_t index);

// Takes those elements out. The first that is not there, as words of the file; nothing: all went.
std::optional<std::string_view> take_out(Source const& source, Elements const& those,
                                         bool from_ranges, Elements& elements);
// From here on nobody knows what is among the elements; where something else keeps that open for
// good ("rules add to it"), it stays the reason.
void doubt(Elements& elements, std::string_view why);
// Is one of the rows from 'from' on there twice?
bool has_repeated_row(Source const& source, Elements const& elements, std::size_t from);

}  // namespace safeconduct::nft
