// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "support/dice.h"
#include "support/kernel_oracle.h"
#include "support/packet_bytes.h"

// Random rule sets, as texts that nft and iptables-restore load, and packets that meet them. All of
// it in a small universe of addresses, ports and interfaces, so that packets often hit rules.
namespace safeconduct::testing {

// What packets are drawn from.
namespace universe {
Address address(Dice& dice, Family family);
std::uint16_t port(Dice& dice);
std::uint8_t tcp_flags(Dice& dice);
std::uint8_t icmp_type(Dice& dice, Family family);
std::uint8_t dscp(Dice& dice);
std::uint8_t ttl(Dice& dice);
Shot shot(Dice& dice, Family family);
}  // namespace universe

// The values at which rules change their mind; what a generator writes, it notes here.
struct Edges {
  std::vector<Address> addresses;
  std::vector<std::uint16_t> ports;
  // Packets that fit a rule's positive conditions, more or less.
  std::vector<Shot> aims;

  void note(Address const& first, Address const& last);  // and both neighbours
  void note(std::uint32_t first_port, std::uint32_t last_port);
};

// A line of a rule-set text. Lines of one block come and go together; those that are 'rules' may
// also go alone. Block 0 stays.
struct Line {
  std::string text;
  std::uint32_t block = 0;
  bool rule = false;
};

struct GeneratedRules {
  std::vector<Line> lines;
  std::vector<Line> sets;  // ipset save
  bool iptables = false;
  bool nat = false;
  bool stateless = false;   // nothing in it asks for connection tracking: fragments stay fragments
  bool unmodelled = false;  // asks again and again what the kernel knows and no file decides
  std::vector<Family> families;  // of which packets are worth sending
  Edges edges;

  std::string text() const;
  std::string set_text() const;
};

// What this machine's kernel was built without; see kernel_limits. A generator leaves it out.
struct KernelLimits {
  bool queue = true;                           // nft's queue statement
  std::vector<std::string> missing_set_types;  // of ipset: "hash:ip,mark"
};

enum class Words : std::uint8_t { modelled, of_all_kinds };
GeneratedRules generate_nft(Dice& dice, KernelLimits const& limits = {},
                            Words words = Words::modelled);
GeneratedRules generate_iptables(Dice& dice, Family family, KernelLimits const& limits = {});

// Half of them anywhere in the universe, half aimed at the rules. Only such as routing forwards.
std::vector<Shot> shots_at(GeneratedRules const& rules, Dice& dice, std::size_t count);

// The smallest rule set that still fails, as far as dropping blocks and lines leads.
GeneratedRules shrink(GeneratedRules rules,
                      std::function<bool(GeneratedRules const&)> const& still_fails);

// SC_SEED: the first seed instead of the fixed one. SC_ORACLE_SETS: how many rule sets instead of
// 'usual'.
std::uint64_t first_seed();
std::size_t set_count(std::size_t usual);

}  // namespace safeconduct::testing
