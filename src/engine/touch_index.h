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
  // Rules by one of the two addresses: each is in one of the trees, by the end that it asks more
  // narrowly for; one that asks for a few ranges, with each of them.
  struct ByEnd {
    std::vector<Entry> tree;  // by the first address; of any stretch the one in the middle is root
    std::vector<Bits128> lasts;  // in order

    void add(ValueInterval range, std::uint32_t number);
    void build();
    std::size_t count(ValueInterval wanted) const;  // of entries that may touch
    // Appends the rules from number 'from' on that may touch, in any order, maybe repeated.
    void collect(std::uint32_t from, ValueInterval wanted, std::vector<std::uint32_t>& found) const;
  };

  ByEnd by_source_;
  ByEnd by_destination_;
  std::vector<std::uint32_t> rest_;  // rules that ask for no address
  std::size_t count_ = 0;
};

}  // namespace safeconduct
