// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/orders.h"
#include "rules/ruleset.h"

namespace safeconduct {

// For many packets through the same rules: the ways that there are, and which rules of a chain a
// packet from this address to that one need not be held against. Left out are only rules that ask
// first for other addresses, before they ask anything that nobody knows: a walk with the index
// takes the same way, rule by rule, and has the same guesses.
class RuleIndex {
 public:
  // Chains shorter than 'worth' are walked as they are.
  static constexpr std::size_t kWorth = 32;
  explicit RuleIndex(Ruleset const& rules, std::size_t worth = kWorth);

  Ways const& ways(Travel travel, Family family) const;

  // The first rule of the chain, from 'from' on, that may match; the number of its rules where none
  // does. An address that is not known may be any.
  std::size_t next(ChainId chain, std::size_t from, std::optional<Bits128> source,
                   std::optional<Bits128> destination) const;

 private:
  using Numbers = std::vector<std::uint32_t>;
  struct OfChain {
    std::size_t size = 0;  // 0: not indexed
    Numbers rest;          // rules that any address may match
    // The others by the /16 of the source or of the destination that they ask for.
    std::array<std::unordered_map<std::uint32_t, Numbers>, 2> by_block;
  };
  std::vector<OfChain> chains_;
  std::array<std::array<Ways, 2>, 3> ways_;  // by Travel; IPv4, IPv6
};

}  // namespace safeconduct
