// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/ruleset.h"

namespace safeconduct {

// Some rules of a chain by the addresses that they ask for, so that who asks about few addresses
// need not look at all of them. Leaves out only rules that surely do not touch what is asked about.
class TouchIndex {
 public:
  // 'numbers': of the rules, ascending.
  TouchIndex(Ruleset const& rules, ChainId chain, std::span<std::uint32_t const> numbers);

  // The rules from number 'from' on that may touch packets from these addresses to those, in
  // order. nullopt: they are too many for the index to help.
  std::optional<std::vector<std::uint32_t>> touching(std::uint32_t from, ValueInterval source,
                                                     ValueInterval destination) const;

 private:
  struct Entry {
    ValueInterval range;
    Bits128 reach = 0;  // the last address of this one and of all below it in the tree
    std::uint32_t number = 0;
  };
  // The rules by one of the two addresses.
  struct ByEnd {
    std::vector<Entry> tree;  // by the first address; of any stretch the one in the middle is root
    std::vector<Bits128> lasts;       // in order
    std::vector<std::uint32_t> rest;  // rules that do not ask for it

    void add(std::optional<ValueInterval> range, std::uint32_t number);
    void build();
    std::size_t count(ValueInterval wanted) const;  // of rules that may touch
    // Those from number 'from' on that may touch, in order.
    std::vector<std::uint32_t> collect(std::uint32_t from, ValueInterval wanted) const;
  };

  ByEnd by_source_;
  ByEnd by_destination_;
  std::size_t count_ = 0;
};

}  // namespace safeconduct
