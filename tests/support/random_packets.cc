// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstdlib>

#include "support/rule_generator.h"

namespace safeconduct::testing {
namespace {

constexpr std::array<std::string_view, 14> kAddresses4{
    "10.20.0.1",  "10.20.0.5",       "10.20.1.77",     "10.20.255.255",  "10.21.0.1",
    "172.16.5.5", "192.168.1.10",    "208.67.222.222", "208.67.220.220", "146.112.0.1",
    "8.8.8.8",    "146.112.255.254", "198.51.100.7",   "203.0.113.9"};
constexpr std::array<std::string_view, 11> kAddresses6{
    "fd00:20::1",      "fd00:20::5",        "fd00:20:0:1::77",    "fd00:21::1",
    "2001:db8:20::10", "2620:119:35::35",   "2620:119:53::53",    "2606:4700::1111",
    "2001:db8:7::7",   "2a04:e4c7:fffe::4", "2001:db8:20:ffff::1"};
constexpr std::array<std::uint16_t, 14> kPorts{53,  53,   80,   443,  443,   22,    123,
                                               853, 1023, 1024, 5353, 40000, 65535, 0};

// ICMP of the one family in packets of the other is nothing that anyone sends.
bool is_strange(WirePacket const& packet) {
  return packet.protocol ==
         (packet.source.family == Family::ip4 ? protocol::kIcmp6 : protocol::kIcmp);
}

std::uint8_t other_protocol(Dice& dice) {
  return dice.pick({protocol::kGre, protocol::kEsp, protocol::kUdpLite, protocol::kSctp,
                    std::uint8_t{89}, std::uint8_t{2}, std::uint8_t{33}});
}

Address neighbour(Address address, bool up) {
  Bits128 const max = max_address(address.family);
  address.bits = up ? (address.bits == max ? 0 : address.bits + 1)
                    : (address.bits == 0 ? max : address.bits - 1);
  return address;
}

// One field to something at the edge of a rule, or elsewhere in the universe.
void disturb(WirePacket& packet, Edges const& edges, Dice& dice) {
  auto const family = packet.source.family;
  auto const address = [&] {
    for (int tries = 0; tries < 8 && !edges.addresses.empty(); ++tries)
      if (auto const& edge = dice.pick(edges.addresses); edge.family == family) return edge;
    return universe::address(dice, family);
  };
  auto const port = [&] {
    return edges.ports.empty() || dice.percent(25) ? universe::port(dice) : dice.pick(edges.ports);
  };
  switch (dice.below(9)) {
    case 0:
    case 1:
      packet.source = address();
      break;
    case 2:
    case 3:
      packet.destination = address();
      break;
    case 4:
      packet.source_port = port();
      break;
    case 5:
    case 6:
      packet.destination_port = port();
      break;
    case 7:
      if (packet.protocol == protocol::kTcp) packet.tcp_flags = universe::tcp_flags(dice);
      packet.icmp_type = universe::icmp_type(dice, family);
      packet.icmp_code = static_cast<std::uint8_t>(dice.below(4));
      break;
    default:
      packet.ttl = universe::ttl(dice);
      packet.dscp = universe::dscp(dice);
      break;
  }
}

void fragment(Shot& shot, Dice& dice) {
  if (dice.percent(50)) {
    shot.packet.more_fragments = true;
  } else {
    // (xt_tcp drops fragments at 1, which would write over flags.)
    shot.packet.fragment_offset = static_cast<std::uint16_t>(dice.number(2, 100));
    shot.packet.more_fragments = dice.percent(50);
  }
}

}  // namespace

namespace universe {

Address address(Dice& dice, Family family) {
  return wire_address(family == Family::ip4 ? dice.pick(std::span(kAddresses4))
                                            : dice.pick(std::span(kAddresses6)));
}

std::uint16_t port(Dice& dice) { return dice.pick(std::span(kPorts)); }

std::uint8_t tcp_flags(Dice& dice) {
  using namespace tcp_flag;
  if (dice.percent(10)) return static_cast<std::uint8_t>(dice.below(256));
  auto const flags =
      dice.pick<int>({kSyn, kSyn, kSyn, kAck, kSyn | kAck, kFin | kAck, kRst, kRst | kAck,
                      kPsh | kAck, 0, kFin | kUrg | kPsh, kSyn | kFin, 0xC2});
  return static_cast<std::uint8_t>(flags);
}

std::uint8_t icmp_type(Dice& dice, Family family) {
  int const type =
      family == Family::ip4
          ? dice.pick({8, 8, 8, 0, 3, 4, 5, 11, 12, 13, 14, 17, 9, 42})
          : dice.pick({128, 128, 128, 129, 1, 2, 3, 4, 130, 133, 135, 136, 137, 139, 143, 200});
  return static_cast<std::uint8_t>(type);
}

std::uint8_t dscp(Dice& dice) {
  return static_cast<std::uint8_t>(dice.pick({0, 0, 46, 8, 10, 63, 45, 47}));
}

std::uint8_t ttl(Dice& dice) {
  return static_cast<std::uint8_t>(dice.pick({64, 64, 63, 65, 128, 129, 255, 2, 3}));
}

Shot shot(Dice& dice, Family family) {
  Shot out;
  auto& packet = out.packet;
  packet.source = address(dice, family);
  packet.destination = address(dice, family);
  auto const lot = dice.below(100);
  packet.protocol = lot < 42   ? protocol::kTcp
                    : lot < 78 ? protocol::kUdp
                    : lot < 92 ? (family == Family::ip4 ? protocol::kIcmp : protocol::kIcmp6)
                               : other_protocol(dice);
  packet.source_port = dice.percent(50) ? std::uint16_t{40000} : port(dice);
  packet.destination_port = port(dice);
  packet.tcp_flags = dice.percent(60) ? tcp_flag::kSyn : tcp_flags(dice);
  packet.icmp_type = icmp_type(dice, family);
  packet.icmp_code = static_cast<std::uint8_t>(dice.percent(70) ? 0 : dice.below(5));
  if (dice.percent(25)) packet.dscp = dscp(dice);
  if (dice.percent(25)) packet.ttl = ttl(dice);
  out.from = dice.percent(70) ? Side::inside : Side::outside;
  return out;
}

}  // namespace universe

void Edges::note(Address const& first, Address const& last) {
  for (auto const& edge : {first, last, neighbour(first, false), neighbour(last, true)})
    addresses.push_back(edge);
}

void Edges::note(std::uint32_t first_port, std::uint32_t last_port) {
  for (auto const edge : {first_port, last_port, first_port - 1, last_port + 1})
    ports.push_back(static_cast<std::uint16_t>(edge & 0xFFFFU));
}

std::vector<Shot> shots_at(GeneratedRules const& rules, Dice& dice, std::size_t count) {
  std::vector<Shot> shots;
  while (shots.size() < count) {
    bool const anywhere = shots.size() % 2 == 0 || rules.edges.aims.empty();
    auto shot =
        anywhere ? universe::shot(dice, dice.pick(rules.families)) : dice.pick(rules.edges.aims);
    if (!anywhere)
      for (auto changes = dice.below(3); changes > 0; --changes)
        disturb(shot.packet, rules.edges, dice);
    if (rules.stateless && dice.percent(8) && shot.packet.protocol != protocol::kIcmp6)
      fragment(shot, dice);
    if (shot.packet.protocol == protocol::kGre) shot.packet.source_port = 0;  // version 0, no flags
    if (shot.packet.source.family == shot.packet.destination.family && !is_strange(shot.packet) &&
        kernel_forwards(shot.packet))
      shots.push_back(std::move(shot));
  }
  return shots;
}

std::uint64_t first_seed() {
  auto const* const set = std::getenv("SC_SEED");
  return set == nullptr ? 20261123U : std::strtoull(set, nullptr, 10);
}

std::size_t set_count(std::size_t usual) {
  auto const* const set = std::getenv("SC_ORACLE_SETS");
  return set == nullptr ? usual : static_cast<std::size_t>(std::strtoull(set, nullptr, 10));
}

}  // namespace safeconduct::testing
