// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engine/decide.h"
#include "engine/touch_index.h"
#include "net/address.h"

namespace safeconduct {

// The rules of a device that can matter to some conversations between known addresses, by chain:
// found once, where many flows are asked about. A rule is left out when its source or destination
// lies outside of all these addresses, or its protocol is none of theirs. Holds as long as nobody
// has translated an address.
//
// Copies share what was found. It stays true where actions of rules are taken away.
class Focus {
 public:
  Focus() = default;  // on nothing: every rule matters
  Focus(Ruleset const& rules, Family family, AddressSet addresses, ValueSet protocols);

  // May a question about this ground be answered with these rules alone?
  bool covers(Box const& asked, View const& view, Family family) const;
  std::span<std::uint32_t const> rules(ChainId chain) const { return found_->chains[chain].all; }
  // Who asks about few of their addresses: made for chains that are asked about often. Null: none.
  TouchIndex const* by_address(Ruleset const& rules, ChainId chain) const;

 private:
  struct OfChain {
    std::vector<std::uint32_t> all;
    unsigned asked = 0;
    std::unique_ptr<TouchIndex const> index;
  };
  struct Found {
    std::vector<OfChain> chains;
    std::mutex mutex;  // of 'asked' and 'index'
  };

  Family family_ = Family::ip4;
  AddressSet addresses_;
  ValueSet protocols_;
  std::shared_ptr<Found> found_;
};

}  // namespace safeconduct
