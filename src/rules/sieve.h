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
    auto const& ends = ends_[slot(family)];
    return (touches(ends.here, source) && touches(ends.there, destination)) ||
           (touches(ends.here, destination) && touches(ends.there, source));
  }
  // The same for IPv4, where most rules are.
  struct Ip4Range {
    std::uint32_t first = 0;
    std::uint32_t last = 0xFFFFFFFFU;
  };
  bool wants_ip4(Ip4Range source, Ip4Range destination) const {
    // Of most rules the first line tells.
    return (at_first_sight(source, destination) != 0) &&
           (may_request(source, destination) || may_request(destination, source));
  }
  // May those who begin conversations have an address of the one, and those who answer one of the
  // other?
  bool may_request(Ip4Range source, Ip4Range destination) const {
    return (at_first_sight(source, destination) & kHere) != 0 && touches(ends_[0].here, source) &&
           touches(ends_[0].there, destination);
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
  struct Ends {
    AddressSet here;
    AddressSet there;
  };
  static bool touches(AddressSet const& set, AddressInterval range) {
    return set.over(range) != Overlap::none;
  }
  static bool touches(AddressSet const& set, Ip4Range range) {
    return touches(set, AddressInterval{range.first, range.last});
  }

  // Two bits for each IPv4 /16: whether those who begin conversations have some of it, and those
  // who answer.
  static constexpr std::uint64_t kHere = 1;
  static constexpr std::uint64_t kThere = 2;

  void mark(AddressSet const& more, std::uint64_t end);
  // What the bits say of these addresses; of those of several blocks, that there may be some.
  // Without branches: rules come in any order.
  std::uint64_t glance(Ip4Range range) const {
    auto const block = range.first >> 16U;
    std::uint64_t const several = block == range.last >> 16U ? 0 : kHere | kThere;
    return (blocks_[block >> 5U] >> (block & 31U) * 2 & 3U) | several;
  }
  // kHere: these may be requests; kThere: these may be replies. Neither: they are not, for sure.
  std::uint64_t at_first_sight(Ip4Range source, Ip4Range destination) const {
    auto const others = glance(destination);
    return glance(source) & (others >> 1U | (others & 1U) << 1U);
  }
  bool may_be_on(std::uint32_t protocol, std::span<PortRange const> ports) const;
  bool is_on(Interval<Bits128> protocol, Interval<Bits128> port) const;

  std::array<Ends, 2> ends_;  // IPv4, IPv6
  std::array<std::uint64_t, 2048> blocks_{};
  std::bitset<256> protocols_;  // all that are asked for
  IntervalSet<Bits128> ports_;  // of those who answer; protocols without ports have any
  bool forwarded_ = false;
};

}  // namespace safeconduct
