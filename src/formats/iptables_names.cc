// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_names.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "packet/field.h"

namespace safeconduct::iptables {
namespace {

struct IcmpName {
  std::string_view name;
  std::uint8_t type;
  std::uint8_t first_code;
  std::uint8_t last_code;
};

constexpr std::array kIcmpNames{
    IcmpName{"any", 0xFF, 0, 0xFF},
    IcmpName{"echo-reply", 0, 0, 0xFF},
    IcmpName{"pong", 0, 0, 0xFF},
    IcmpName{"destination-unreachable", 3, 0, 0xFF},
    IcmpName{"network-unreachable", 3, 0, 0},
    IcmpName{"host-unreachable", 3, 1, 1},
    IcmpName{"protocol-unreachable", 3, 2, 2},
    IcmpName{"port-unreachable", 3, 3, 3},
    IcmpName{"fragmentation-needed", 3, 4, 4},
    IcmpName{"source-route-failed", 3, 5, 5},
    IcmpName{"network-unknown", 3, 6, 6},
    IcmpName{"host-unknown", 3, 7, 7},
    IcmpName{"network-prohibited", 3, 9, 9},
    IcmpName{"host-prohibited", 3, 10, 10},
    IcmpName{"TOS-network-unreachable", 3, 11, 11},
    IcmpName{"TOS-host-unreachable", 3, 12, 12},
    IcmpName{"communication-prohibited", 3, 13, 13},
    IcmpName{"host-precedence-violation", 3, 14, 14},
    IcmpName{"precedence-cutoff", 3, 15, 15},
    IcmpName{"source-quench", 4, 0, 0xFF},
    IcmpName{"redirect", 5, 0, 0xFF},
    IcmpName{"network-redirect", 5, 0, 0},
    IcmpName{"host-redirect", 5, 1, 1},
    IcmpName{"TOS-network-redirect", 5, 2, 2},
    IcmpName{"TOS-host-redirect", 5, 3, 3},
    IcmpName{"echo-request", 8, 0, 0xFF},
    IcmpName{"ping", 8, 0, 0xFF},
    IcmpName{"router-advertisement", 9, 0, 0xFF},
    IcmpName{"router-solicitation", 10, 0, 0xFF},
    IcmpName{"time-exceeded", 11, 0, 0xFF},
    IcmpName{"ttl-exceeded", 11, 0, 0xFF},
    IcmpName{"ttl-zero-during-transit", 11, 0, 0},
    IcmpName{"ttl-zero-during-reassembly", 11, 1, 1},
    IcmpName{"parameter-problem", 12, 0, 0xFF},
    IcmpName{"ip-header-bad", 12, 0, 0},
    IcmpName{"required-option-missing", 12, 1, 1},
    IcmpName{"timestamp-request", 13, 0, 0xFF},
    IcmpName{"timestamp-reply", 14, 0, 0xFF},
    IcmpName{"address-mask-request", 17, 0, 0xFF},
    IcmpName{"address-mask-reply", 18, 0, 0xFF},
};

constexpr std::array kIcmp6Names{
    IcmpName{"destination-unreachable", 1, 0, 0xFF},
    IcmpName{"no-route", 1, 0, 0},
    IcmpName{"communication-prohibited", 1, 1, 1},
    IcmpName{"beyond-scope", 1, 2, 2},
    IcmpName{"address-unreachable", 1, 3, 3},
    IcmpName{"port-unreachable", 1, 4, 4},
    IcmpName{"failed-policy", 1, 5, 5},
    IcmpName{"reject-route", 1, 6, 6},
    IcmpName{"packet-too-big", 2, 0, 0xFF},
    IcmpName{"time-exceeded", 3, 0, 0xFF},
    IcmpName{"ttl-exceeded", 3, 0, 0xFF},
    IcmpName{"ttl-zero-during-transit", 3, 0, 0},
    IcmpName{"ttl-zero-during-reassembly", 3, 1, 1},
    IcmpName{"parameter-problem", 4, 0, 0xFF},
    IcmpName{"bad-header", 4, 0, 0},
    IcmpName{"unknown-header-type", 4, 1, 1},
    IcmpName{"unknown-option", 4, 2, 2},
    IcmpName{"echo-request", 128, 0, 0xFF},
    IcmpName{"ping", 128, 0, 0xFF},
    IcmpName{"echo-reply", 129, 0, 0xFF},
    IcmpName{"pong", 129, 0, 0xFF},
    IcmpName{"mld-listener-query", 130, 0, 0xFF},
    IcmpName{"mld-listener-report", 131, 0, 0xFF},
    IcmpName{"mld-listener-done", 132, 0, 0xFF},
    IcmpName{"mld-listener-reduction", 132, 0, 0xFF},
    IcmpName{"router-solicitation", 133, 0, 0xFF},
    IcmpName{"router-advertisement", 134, 0, 0xFF},
    IcmpName{"neighbour-solicitation", 135, 0, 0xFF},
    IcmpName{"neighbor-solicitation", 135, 0, 0xFF},
    IcmpName{"neighbour-advertisement", 136, 0, 0xFF},
    IcmpName{"neighbor-advertisement", 136, 0, 0xFF},
    IcmpName{"redirect", 137, 0, 0xFF},
};

struct RejectName {
  std::string_view name;
  RejectWith with;
};

constexpr std::array kRejectNames{
    RejectName{"icmp-port-unreachable", RejectWith::port_unreachable},
    RejectName{"port-unreach", RejectWith::port_unreachable},
    RejectName{"icmp-host-prohibited", RejectWith::host_prohibited},
    RejectName{"host-prohib", RejectWith::host_prohibited},
    RejectName{"icmp-net-unreachable", RejectWith::net_unreachable},
    RejectName{"net-unreach", RejectWith::net_unreachable},
    RejectName{"icmp-host-unreachable", RejectWith::host_unreachable},
    RejectName{"host-unreach", RejectWith::host_unreachable},
    RejectName{"icmp-proto-unreachable", RejectWith::proto_unreachable},
    RejectName{"proto-unreach", RejectWith::proto_unreachable},
    RejectName{"icmp-net-prohibited", RejectWith::net_prohibited},
    RejectName{"net-prohib", RejectWith::net_prohibited},
    RejectName{"icmp-admin-prohibited", RejectWith::admin_prohibited},
    RejectName{"admin-prohib", RejectWith::admin_prohibited},
    RejectName{"tcp-reset", RejectWith::tcp_reset},
    RejectName{"tcp-rst", RejectWith::tcp_reset},
};

constexpr std::array kReject6Names{
    RejectName{"icmp6-port-unreachable", RejectWith::port_unreachable},
    RejectName{"port-unreach", RejectWith::port_unreachable},
    RejectName{"icmp6-no-route", RejectWith::no_route},
    RejectName{"no-route", RejectWith::no_route},
    RejectName{"icmp6-adm-prohibited", RejectWith::admin_prohibited},
    RejectName{"adm-prohibited", RejectWith::admin_prohibited},
    RejectName{"icmp6-addr-unreachable", RejectWith::addr_unreachable},
    RejectName{"addr-unreach", RejectWith::addr_unreachable},
    RejectName{"icmp6-policy-fail", RejectWith::policy_fail},
    RejectName{"policy-fail", RejectWith::policy_fail},
    RejectName{"icmp6-reject-route", RejectWith::reject_route},
    RejectName{"reject-route", RejectWith::reject_route},
    RejectName{"tcp-reset", RejectWith::tcp_reset},
};

struct Number {
  std::string_view name;
  std::uint32_t number;
};

constexpr std::array kAddressTypes{
    Number{"UNSPEC", 0},   Number{"UNICAST", 1},   Number{"LOCAL", 2},     Number{"BROADCAST", 3},
    Number{"ANYCAST", 4},  Number{"MULTICAST", 5}, Number{"BLACKHOLE", 6}, Number{"UNREACHABLE", 7},
    Number{"PROHIBIT", 8}, Number{"THROW", 9},     Number{"NAT", 10},      Number{"XRESOLVE", 11},
};

constexpr std::array kDscpClasses{
    Number{"CS0", 0},   Number{"CS1", 8},   Number{"CS2", 16},  Number{"CS3", 24},
    Number{"CS4", 32},  Number{"CS5", 40},  Number{"CS6", 48},  Number{"CS7", 56},
    Number{"BE", 0},    Number{"AF11", 10}, Number{"AF12", 12}, Number{"AF13", 14},
    Number{"AF21", 18}, Number{"AF22", 20}, Number{"AF23", 22}, Number{"AF31", 26},
    Number{"AF32", 28}, Number{"AF33", 30}, Number{"AF41", 34}, Number{"AF42", 36},
    Number{"AF43", 38}, Number{"EF", 46},
};

constexpr std::array kPacketTypes{
    Number{"unicast", 0},   Number{"host", 0},  Number{"broadcast", 1}, Number{"bcast", 1},
    Number{"multicast", 2}, Number{"mcast", 2}, Number{"otherhost", 3},
};

constexpr std::array kTosNames{
    Number{"Minimize-Delay", 0x10},       Number{"Maximize-Throughput", 0x08},
    Number{"Maximize-Reliability", 0x04}, Number{"Minimize-Cost", 0x02},
    Number{"Normal-Service", 0x00},
};

bool same_but_for_case(std::string_view a, std::string_view b) {
  auto const letter = [](char c) { return lower(c); };
  return std::ranges::equal(a, b, {}, letter, letter);
}

template <std::size_t N>
std::optional<std::uint32_t> number_of(std::array<Number, N> const& table, std::string_view name) {
  for (auto const& entry : table)
    if (same_but_for_case(entry.name, name)) return entry.number;
  return std::nullopt;
}

// "3", "0:5"
std::optional<Interval<std::uint32_t>> parse_codes(std::string_view text) {
  auto const colon = text.find(':');
  auto const first = parse_c_number(text.substr(0, colon), 255);
  auto const last =
      colon == std::string_view::npos ? first : parse_c_number(text.substr(colon + 1), 255);
  if (!first || !last || *first > *last) return std::nullopt;
  return Interval<std::uint32_t>{*first, *last};
}

}  // namespace

std::optional<IcmpKind> parse_icmp_kind(Family family, std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (!begins_with_digit(text)) {
    auto const names = family == Family::ip4 ? std::span<IcmpName const>(kIcmpNames)
                                             : std::span<IcmpName const>(kIcmp6Names);
    for (auto const& entry : names) {
      if (!same_but_for_case(entry.name, text)) continue;
      if (entry.type == 0xFF) return IcmpKind{{0, 255}, {0, 255}};
      return IcmpKind{{entry.type, entry.type}, {entry.first_code, entry.last_code}};
    }
    return std::nullopt;
  }
  auto const slash = text.find('/');
  auto const type = parse_c_number(text.substr(0, slash), 255);
  if (!type) return std::nullopt;
  IcmpKind kind{{*type, *type}, {0, 255}};
  if (slash != std::string_view::npos) {
    auto const codes = parse_codes(text.substr(slash + 1));
    if (!codes) return std::nullopt;
    kind.code = *codes;
  }
  // The kernel's icmp match takes type 255 for every type (ip_tables.c, icmp_type_code_match); that
  // of IPv6 does not.
  if (family == Family::ip4 && *type == 255) return IcmpKind{{0, 255}, {0, 255}};
  return kind;
}

std::optional<RejectWith> parse_reject_with(Family family, std::string_view text) {
  auto const names = family == Family::ip4 ? std::span<RejectName const>(kRejectNames)
                                           : std::span<RejectName const>(kReject6Names);
  for (auto const& entry : names)
    if (same_but_for_case(entry.name, text)) return entry.with;
  return std::nullopt;
}

std::optional<std::uint32_t> parse_address_type(std::string_view text) {
  return number_of(kAddressTypes, text);
}

std::optional<std::uint32_t> parse_dscp_class(std::string_view text) {
  return number_of(kDscpClasses, text);
}

std::optional<std::uint32_t> parse_packet_type(std::string_view text) {
  return number_of(kPacketTypes, text);
}

std::optional<std::uint32_t> parse_tos_name(std::string_view text) {
  return number_of(kTosNames, text);
}

std::optional<std::uint32_t> parse_tcp_flag_list(std::string_view text) {
  std::uint32_t flags = 0;
  while (true) {
    auto const comma = text.find(',');
    auto const word = text.substr(0, comma);
    if (same_but_for_case(word, "ALL")) {
      flags |= 0x3F;
    } else if (!same_but_for_case(word, "NONE")) {
      auto const flag = parse_tcp_flag(word);
      if (!flag) return std::nullopt;
      flags |= *flag;
    }
    if (comma == std::string_view::npos) return flags;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace safeconduct::iptables
