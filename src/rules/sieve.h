// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/address.h"
#include "packet/packet_set.h"

namespace safeconduct {

// Between whom the conversations go that will be asked about, and on which ports, known before the
// rules are read: a rule for others need not be kept. Both directions count: the replies come back.
//
// Holds as long as nobody has translated an address. Who asks about other ground (covers is false)
// needs all the rules.
class Sieve {
 public:
  using PortRange = Interval<std::uint32_t>;

  // Conversations that 'source' begins with 'destination' ...
  void between(Family family, AddressSet const& source, AddressSet const& destination);
  // ... in this protocol, on these ports of the destination's; nullopt: on any.
  void on(std::uint32_t protocol, std::optional<PortRange> ports);
  // ... in any protocol, on any port.
  void ask(Family family, AddressSet const& source, AddressSet const& destination);
  // Their packets are forwarded here.
  void ask_forwarded() { forwarded_ = true; }
  bool forwarded() const { return forwarded_; }

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
    return may_request(source, destination) || may_request(destination, source);
  }
  // May those who begin conversations have an address of the one, and those who answer one of the
  // other?
  bool may_request(Ip4Range source, Ip4Range destination) const {
    auto const here = ends_[0].here.glance(source);
    auto const there = ends_[0].there.glance(destination);
    if ((here == Glance::none) | (there == Glance::none)) return false;
    return (here == Glance::some || ends_[0].here.touches(source)) &&
           (there == Glance::some || ends_[0].there.touches(destination));
  }

  // Of which packets of the conversations a rule may be. 'ports' of an end that the rule does not
  // ask for, or not simply: none.
  struct Ip4Rule {
    Ip4Range source;
    Ip4Range destination;
    std::uint32_t protocol = kAnyProtocol;
    std::span<PortRange const> source_ports = {};
    std::span<PortRange const> destination_ports = {};
  };
  static constexpr std::uint32_t kAnyProtocol = 256;
  bool wants_of_requests(Ip4Rule const& rule) const {
    return may_request(rule.source, rule.destination) &&
           may_be_on(rule.protocol, rule.destination_ports);
  }
  bool wants_of_replies(Ip4Rule const& rule) const {
    return may_request(rule.destination, rule.source) &&
           may_be_on(rule.protocol, rule.source_ports);
  }

  // Some packets that somebody asks about.
  struct Ground {
    Family family = Family::ip4;
    AddressInterval source;
    AddressInterval destination;
    Interval<Bits128> protocol;
    Interval<Bits128> source_port;
    Interval<Bits128> destination_port;
  };
  // Are all of them of the conversations, one way or the other? 'requests': from their beginners.
  bool covers(Ground const& ground, bool requests) const;

 private:
  enum class Glance : std::uint8_t { none, some, unclear };

  // A set of addresses; for IPv4 beside two bits for each /16: whether it has some of it, or all.
  struct End {
    using Blocks = std::array<std::uint64_t, 1024>;
    AddressSet all;
    Blocks some_of{};
    Blocks all_of{};
    bool any_ip4 = false;

    void add(Family family, AddressSet const& more);
    bool touches(AddressInterval range) const { return all.over(range) != Overlap::none; }
    bool touches(Ip4Range range) const {
      return all.over({range.first, range.last}) != Overlap::none;
    }
    // The same, as far as the bits tell. Without branches: rules come in any order.
    Glance glance(Ip4Range range) const {
      auto const block = range.first >> 16U;
      bool const anywhere = range.last - range.first == ~0U;
      bool const yes = has(all_of, block) | (anywhere & any_ip4);
      bool const no = ((block == range.last >> 16U) & !has(some_of, block)) | (anywhere & !any_ip4);
      return static_cast<Glance>(no ? 0 : 2 - int{yes});
    }
    static bool has(Blocks const& blocks, std::uint32_t block) {
      return (blocks[block >> 6U] >> (block & 63U) & 1U) != 0;
    }
  };
  struct Ends {
    End here;
    End there;
  };
  bool may_be_on(std::uint32_t protocol, std::span<PortRange const> ports) const;
  bool is_on(Interval<Bits128> protocol, Interval<Bits128> port) const;

  std::array<Ends, 2> ends_;    // IPv4, IPv6
  std::bitset<256> protocols_;  // all that are asked for
  IntervalSet<Bits128> ports_;  // of those who answer; protocols without ports have any
  bool forwarded_ = false;
};

}  // namespace safeconduct
