// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rules/builder.h"

// Two negated single values of neighbouring header fields, "tcp sport != 1 tcp dport != 2":
// nft 1.0.6 (payload_do_merge, rule.c) and iptables-nft 1.8.9 load both fields at once and compare
// the whole, so that the kernel takes "not both equal"; what is listed stays the same. Other
// versions, and iptables-legacy, ask for each. A file does not tell which it was: of packets with
// one of the two values nobody knows.
namespace safeconduct {

struct NegatedValue {
  Field field{};
  std::uint32_t value = 0;
};

// Such a pair comes to this many sets of clauses; no packet is in two of them.
inline constexpr std::size_t kJoinedCases = 3;

// Adds the clauses of the i-th. 'text' are the words of the two.
void add_joined_case(RulesetBuilder& builder, std::size_t i, NegatedValue first,
                     NegatedValue second, std::string_view text);

}  // namespace safeconduct
