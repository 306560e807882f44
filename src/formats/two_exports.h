// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "formats/nft_source.h"
#include "rules/builder.h"

namespace safeconduct {

// A table of iptables-nft, given twice: as iptables-save has it, and as nft lists it. Neither says
// all: nft shows extensions of iptables ("xt") by their names alone and some words loosely, and
// iptables shows what nft itself put there wrongly (of "ip daddr A-B" it says "-d B").
struct TwiceGiven {
  std::uint32_t saved = 0;   // table
  std::uint32_t listed = 0;  // table
  bool running = false;      // 'listed' is the kernel's bytecode: what it says in full, is so
  std::function<nft::Listed(Rule const&)> how;  // nft lists a rule
};

// Rule by rule the one that is right stands in the saved table; where nobody can tell, either of
// them may hold. Of the listed one, base chains stay that iptables does not know. Error: the two do
// not have the same chains, policies and numbers of rules, so that they are not of one time.
Result<void> unite(RulesetBuilder& builder, TwiceGiven const& table);

}  // namespace safeconduct
