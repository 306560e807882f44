// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "net/address.h"
#include "packet/packet_set.h"

namespace safeconduct {

// Between whom the conversations go that will be asked about, known before the rules are read: a
// rule between others need not be kept. Both directions count: the replies come back.
//
// Holds as long as nobody has translated an address. Who asks about other ground (covers is false)
// needs all the rules.
class Sieve {
 public:
  // Conversations that 'source' begins with 'destination'.
  void ask(Family family, AddressSet const& source, AddressSet const& destination);

  // Can a rule for packets from these addresses to those matter? Errs towards yes.
  bool wants(Family family, AddressInterval source, AddressInterval destination) const {
    auto const& ends = ends_[family == Family::ip4 ? 0 : 1];
    return (ends.here.touches(source) && ends.there.touches(destination)) ||
           (ends.here.touches(destination) && ends.there.touches(source));
  }
  // The same for IPv4, where most rules are.
  struct Ip4Range {
    std::uint32_t first = 0;
    std::uint32_t last = 0xFFFFFFFFU;
  };
  bool wants_ip4(Ip4Range source, Ip4Range destination) const {
    auto const& ends = ends_[0];
    return (ends.here.touches(source) && ends.there.touches(destination)) ||
           (ends.here.touches(destination) && ends.there.touches(source));
  }

  // Are all packets from these addresses to those asked about?
  bool covers(Family family, AddressInterval source, AddressInterval destination) const;

 private:
  // A set of addresses; for IPv4 beside a bit for each /16 that it touches.
  struct End {
    AddressSet all;
    std::array<std::uint64_t, 1024> touched{};

    void add(Family family, AddressSet const& more);
    bool touches(AddressInterval range) const { return all.over(range) != Overlap::none; }
    bool touches(Ip4Range range) const {
      auto const block = range.first >> 16U;
      if (block == range.last >> 16U && (touched[block >> 6U] >> (block & 63U) & 1U) == 0)
        return false;
      return all.over({range.first, range.last}) != Overlap::none;
    }
  };
  struct Ends {
    End here;
    End there;
  };
  std::array<Ends, 2> ends_;  // IPv4, IPv6
};

}  // namespace safeconduct
