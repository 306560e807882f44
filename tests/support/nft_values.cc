// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/nft_values.h"

#include <algorithm>
#include <cstdlib>

#include "packet/field.h"

namespace safeconduct::testing {
namespace {

std::string text_of(Family family, Bits128 bits) { return to_string(Address{family, bits}); }

bool overlap(KeyRow const& a, KeyRow const& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].last < b[i].first || b[i].last < a[i].first) return false;
  return true;
}

}  // namespace

std::string_view set_type(Kind kind) {
  switch (kind) {
    case Kind::ip4:
      return "ipv4_addr";
    case Kind::ip6:
      return "ipv6_addr";
    case Kind::port:
      return "inet_service";
    case Kind::l4proto:
      return "inet_proto";
    case Kind::icmp_type:
      return "icmp_type";
    case Kind::icmp6_type:
      return "icmpv6_type";
    case Kind::icmp_code:
      return "icmp_code";
    case Kind::interface:
      return "ifname";
    case Kind::mark:
      return "mark";
    case Kind::dscp:
      return "dscp";
    case Kind::ttl:
    case Kind::length:
      break;
  }
  std::abort();  // no set of such
}

std::string braced(std::vector<std::string> const& elements) {
  std::string out = "{ ";
  for (auto const& element : elements) out += (out.size() > 2 ? ", " : "") + element;
  return out + " }";
}

std::string concatenated(KeyRow const& row) {
  std::string out;
  for (auto const& cell : row) out += (out.empty() ? "" : " . ") + cell.text;
  return out;
}

KeyValue NftValues::address(Family family, bool ranges) {
  auto const base = universe::address(dice_, family);
  auto const max = max_address(family);
  KeyValue value{to_string(base), base.bits, base.bits};
  auto const lot = ranges ? dice_.below(100) : 0;
  if (lot >= 85) {
    value.first = base.bits - dice_.number(0, 9);
    value.last = base.bits + dice_.number(1, 300);
    value.text = text_of(family, value.first) + '-' + text_of(family, value.last);
  } else if (lot >= 45) {
    auto const length = family == Family::ip4 ? dice_.pick({8, 12, 16, 16, 20, 24, 24, 28, 30, 31})
                                              : dice_.pick({16, 32, 32, 48, 48, 64, 96, 112, 126});
    Bits128 const hosts = length == 0 ? max : max >> length;
    value.first = base.bits & ~hosts;
    value.last = value.first | hosts;
    value.text = text_of(family, value.first) + '/' + std::to_string(length);
  }
  edges_.note({family, value.first}, {family, value.last});
  return value;
}

KeyValue NftValues::number(Kind kind, std::uint32_t first, std::uint32_t last) {
  auto const written = [&](std::uint32_t n) {
    if (kind != Kind::mark) return std::to_string(n);
    std::string hex = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[n >> shift & 15U];
    return hex;
  };
  KeyValue value{written(first), first, last};
  if (last != first) value.text += '-' + written(last);
  return value;
}

KeyValue NftValues::value(Kind kind, bool ranges) {
  switch (kind) {
    case Kind::ip4:
      return address(Family::ip4, ranges);
    case Kind::ip6:
      return address(Family::ip6, ranges);
    case Kind::port: {
      std::uint32_t const first = universe::port(dice_);
      bool const range = ranges && first < 65535 && dice_.percent(40);
      auto const last =
          range ? std::min(65535U, first + dice_.number(1, dice_.percent(50) ? 40 : 60000)) : first;
      edges_.note(first, last);
      return number(kind, first, last);
    }
    case Kind::l4proto: {
      auto const [text, n] = dice_.pick<std::pair<char const*, unsigned>>({{"tcp", 6},
                                                                           {"tcp", 6},
                                                                           {"udp", 17},
                                                                           {"udp", 17},
                                                                           {"icmp", 1},
                                                                           {"ipv6-icmp", 58},
                                                                           {"gre", 47},
                                                                           {"esp", 50},
                                                                           {"sctp", 132},
                                                                           {"udplite", 136}});
      return {text, n, n};
    }
    case Kind::icmp_type: {
      auto const [text, n] =
          dice_.pick<std::pair<char const*, unsigned>>({{"echo-request", 8},
                                                        {"echo-request", 8},
                                                        {"echo-reply", 0},
                                                        {"destination-unreachable", 3},
                                                        {"time-exceeded", 11},
                                                        {"timestamp-request", 13},
                                                        {"parameter-problem", 12},
                                                        {"redirect", 5},
                                                        {"router-advertisement", 9},
                                                        {"42", 42}});
      return {text, n, n};
    }
    case Kind::icmp6_type: {
      auto const [text, n] =
          dice_.pick<std::pair<char const*, unsigned>>({{"echo-request", 128},
                                                        {"echo-request", 128},
                                                        {"echo-reply", 129},
                                                        {"destination-unreachable", 1},
                                                        {"packet-too-big", 2},
                                                        {"time-exceeded", 3},
                                                        {"nd-neighbor-solicit", 135},
                                                        {"nd-router-advert", 134},
                                                        {"mld-listener-query", 130},
                                                        {"200", 200}});
      return {text, n, n};
    }
    case Kind::icmp_code: {
      auto const first = dice_.number(0, 5);
      return number(kind, first, first);
    }
    case Kind::interface: {
      auto const index = dice_.below(6);
      static constexpr std::string_view kNames[] = {"\"lan0\"", "\"wan0\"", "\"lan0\"",
                                                    "\"tun7\"", "\"lan*\"", "\"wan*\""};
      auto const shown = ranges ? index : index % 4;
      // Names stand for places of a line of their own, in which "lan*" overlaps "lan0".
      static constexpr Bits128 kFirst[] = {11, 21, 11, 31, 10, 20};
      static constexpr Bits128 kLast[] = {11, 21, 11, 31, 19, 29};
      return {std::string(kNames[shown]), kFirst[shown], kLast[shown]};
    }
    case Kind::mark: {
      auto const first = dice_.number(0, 3) | (dice_.percent(30) ? 0x10U : 0);
      return number(kind, first, ranges && dice_.percent(30) ? first + dice_.number(1, 20) : first);
    }
    case Kind::dscp: {
      auto const [text, n] = dice_.pick<std::pair<char const*, unsigned>>(
          {{"ef", 46}, {"cs1", 8}, {"cs0", 0}, {"af11", 10}, {"0x3f", 63}, {"0x2d", 45}});
      return {text, n, n};
    }
    case Kind::ttl: {
      std::uint32_t const first = dice_.pick({63U, 64U, 62U, 127U, 2U, 1U, 254U, 255U});
      return number(kind, first, ranges && first < 200 && dice_.percent(40) ? first + 1 : first);
    }
    case Kind::length: {
      auto const first = dice_.pick({36U, 48U, 56U, 68U, 35U, 37U, 47U, 49U, 60U, 28U, 44U});
      return number(kind, first, ranges && dice_.percent(50) ? first + dice_.number(1, 15) : first);
    }
  }
  std::abort();  // not a Kind
}

std::vector<KeyRow> NftValues::rows(std::vector<Key> const& keys, std::size_t count, bool ranges) {
  std::vector<KeyRow> rows;
  for (std::size_t tries = 0; tries < 3 * count && rows.size() < count; ++tries) {
    KeyRow row;
    for (auto const& key : keys) {
      row.push_back(value(key.kind, ranges && (key.kind != Kind::interface || keys.size() == 1)));
      // Beside a port only protocols that have some.
      while (key.kind == Kind::l4proto && keys.back().kind == Kind::port &&
             !has_ports(static_cast<std::uint32_t>(row.back().first)))
        row.back() = value(key.kind, false);
    }
    if (std::ranges::none_of(rows, [&](KeyRow const& other) { return overlap(row, other); }))
      rows.push_back(std::move(row));
  }
  return rows;
}

void NftValues::aim(Shot& shot, Key const& key, KeyValue const& value) {
  auto const span = value.last - value.first;
  auto const number = dice_.percent(40)   ? value.first
                      : dice_.percent(50) ? value.last
                                          : value.first + dice_.bits() % (span + 1);
  auto& packet = shot.packet;
  auto const both_of = [&](Family family) {
    if (packet.source.family == family) return;
    packet.source = universe::address(dice_, family);
    packet.destination = universe::address(dice_, family);
  };
  switch (key.part) {
    case Part::source:
    case Part::destination: {
      auto const family = key.kind == Kind::ip6 ? Family::ip6 : Family::ip4;
      both_of(family);
      (key.part == Part::source ? packet.source : packet.destination) = {family, number};
      break;
    }
    case Part::source_port:
      packet.source_port = static_cast<std::uint16_t>(number);
      break;
    case Part::destination_port:
      packet.destination_port = static_cast<std::uint16_t>(number);
      break;
    case Part::l4proto:
      packet.protocol = static_cast<std::uint8_t>(number);
      break;
    case Part::icmp_type:
      packet.icmp_type = static_cast<std::uint8_t>(number);
      break;
    case Part::icmp_code:
      packet.icmp_code = static_cast<std::uint8_t>(number);
      break;
    case Part::enters:
      shot.from = value.first < 20 ? Side::inside : Side::outside;
      break;
    case Part::leaves:
      shot.from = value.first < 20 ? Side::outside : Side::inside;
      break;
    case Part::ttl:
      packet.ttl = static_cast<std::uint8_t>(number + (number < 255 ? 1 : 0));
      break;
    case Part::dscp:
      packet.dscp = static_cast<std::uint8_t>(number);
      break;
    case Part::other:
      break;
  }
}

}  // namespace safeconduct::testing
