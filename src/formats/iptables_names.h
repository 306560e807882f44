// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/address.h"
#include "net/interval_set.h"
#include "rules/ruleset.h"

// The words that iptables itself knows, by family: from its extensions' sources.
namespace safeconduct::iptables {

struct IcmpKind {
  Interval<std::uint32_t> type;
  Interval<std::uint32_t> code;
};
// "echo-request", "8", "3/1", "3/0:5", "any".
std::optional<IcmpKind> parse_icmp_kind(Family family, std::string_view text);

// "icmp-port-unreachable", "tcp-rst", "icmp6-adm-prohibited".
std::optional<RejectWith> parse_reject_with(Family family, std::string_view text);

// "LOCAL": an RTN_* number.
std::optional<std::uint32_t> parse_address_type(std::string_view text);

// "AF11", "cs0", "EF".
std::optional<std::uint32_t> parse_dscp_class(std::string_view text);

// "unicast": a PACKET_* number.
std::optional<std::uint32_t> parse_packet_type(std::string_view text);

// "Minimize-Delay".
std::optional<std::uint32_t> parse_tos_name(std::string_view text);

// The flags of "SYN,ACK", "ALL", "NONE". "ALL" are the six without ECE and CWR.
std::optional<std::uint32_t> parse_tcp_flag_list(std::string_view text);

}  // namespace safeconduct::iptables
