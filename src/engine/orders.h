// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "engine/decide.h"
#include "engine/pipeline.h"

namespace safeconduct {

// Chains of several tables at one hook with one priority: an export does not tell which was
// registered first (a table that is listed first may have got its chain last). Where one of them
// writes what another asks for, or does yet more to packets, that can make a difference: then each
// order that can make one is a way of its own.
struct Orders {
  std::vector<ChainOrder> all;                // never empty; the first is as listed
  std::vector<std::vector<ChainId>> doubted;  // groups of such chains; none: one order
  bool too_many = false;                      // to be tried: 'all' is the first alone
};
Orders orders(Ruleset const& rules, Travel travel, Family family);

// What packets meet, in each of the orders.
struct Ways {
  Orders orders;
  std::vector<std::vector<Step>> steps;
};
Ways ways(Ruleset const& rules, Travel travel, Family family);
// "the order of ip a/forward and inet b/forward, both of priority 0"
std::string order_text(Ruleset const& rules, std::vector<ChainId> const& doubted);

// Do both lists of pieces, each of one order, say the same of every packet: whether it passes, is
// stopped or diverted, and what it leaves behind? Long lists are taken to differ.
bool come_to_the_same(std::vector<Piece> const& a, std::vector<Piece> const& b);
// The piece comes about in one order of these chains.
void assume_order(Piece& piece, std::vector<std::vector<ChainId>> const& doubted, bool as_listed);

}  // namespace safeconduct
