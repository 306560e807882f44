// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "engine/decide.h"
#include "net/address.h"

namespace safeconduct {

// The rules of a device that can matter to some conversations between known addresses, by chain:
// found once, where many flows are asked about. A rule is left out when its source or destination
// lies outside of all these addresses, or its protocol is none of theirs. Holds as long as nobody
// has translated an address.
class Focus {
 public:
  Focus() = default;  // on nothing: every rule matters
  Focus(Ruleset const& rules, Family family, AddressSet addresses, ValueSet protocols);

  // May a question about this ground be answered with these rules alone?
  bool covers(Box const& asked, View const& view, Family family) const;
  std::span<std::uint32_t const> rules(ChainId chain) const { return by_chain_[chain]; }

 private:
  Family family_ = Family::ip4;
  AddressSet addresses_;
  ValueSet protocols_;
  std::vector<std::vector<std::uint32_t>> by_chain_;
};

}  // namespace safeconduct
