// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "rules/ruleset.h"

namespace safeconduct {

// What a packet meets on its way through a host, in the kernel's order: hooks, and at each hook the
// base chains of every table that sees its family, by priority, with connection tracking and
// address translation at their own places (include/uapi/linux/netfilter_ipv4.h: conntrack -200,
// destination NAT -100, source NAT 100). walk and decide both follow it.
struct Step {
  enum class Kind : std::uint8_t {
    enter_hook,  // interfaces become known, see Hook
    conntrack,   // the connection state becomes known
    // Chains follow that may see a connection before there is one: at the very priority of
    // connection tracking (by which was registered first), or behind a table's CT.
    conntrack_in_doubt,
    chain,        // one base chain of type filter or route
    translation,  // address translation: the nat chains, consulted for a new connection only
  };
  Kind kind = Kind::chain;
  Hook hook = Hook::forward;
  std::vector<ChainId> chains;  // one; or the nat chains in order, possibly none
};

enum class Travel : std::uint8_t { forwarded, incoming, outgoing };
// prerouting forward postrouting; prerouting input; output postrouting. Where a host has chains at
// devices, ingress stands before prerouting, and egress behind postrouting.
Travel travel_of(Hook hook);
// The way back: what came in goes out.
Travel reverse(Travel travel);

// The hop is counted before the forward chains see the packet (ip_forward, ip6_forward).
constexpr Bits128 ttl_when_forwarded(Bits128 arriving) { return arriving == 0 ? 0 : arriving - 1; }

// In which order chains come that stand at one hook with one priority; those that are not named
// keep their places, by which the later table comes first.
using ChainOrder = std::vector<ChainId>;

// Which interfaces a packet has at a hook.
constexpr bool knows_incoming(Hook hook) { return hook != Hook::output && hook != Hook::egress; }
constexpr bool knows_outgoing(Hook hook) {
  return hook == Hook::forward || hook == Hook::output || hook == Hook::postrouting ||
         hook == Hook::egress;
}

// Base chains of one hook for packets of that family. Equal priorities: within a table, the later
// registered first (nf_hook_entries_grow inserts before equals since Linux 4.18; a listing has the
// chains of a table in the order of registration).
std::vector<ChainId> base_chains(Ruleset const& rules, Hook hook, Family family,
                                 ChainOrder const& order = {});

// Are the nat chains asked about such a packet? Of a tracked one: those that begin a connection; an
// ICMP error goes by the translation of the one that it speaks of (nf_nat_inet_fn).
bool asks_nat_chains(CtState state, std::optional<Bits128> l4proto);

// What some packets hang on, in words for reports: that a connection is translated and some of its
// packets are not tracked, or what earlier ones left behind.
inline constexpr std::string_view kUnseenByConntrack =
    "what connection tracking has seen of the connection";

std::vector<Step> steps(Ruleset const& rules, Travel travel, Family family,
                        ChainOrder const& order = {});
// The steps of a packet that was redirected to this host in prerouting.
std::vector<Step> steps_after_redirect(Ruleset const& rules, Family family,
                                       ChainOrder const& order = {});

// Who decided: a rule of a chain, or the chain's policy.
struct Decider {
  static constexpr std::uint32_t kPolicy = std::numeric_limits<std::uint32_t>::max();
  ChainId chain = kNoChain;  // kNoChain: nobody, no chain sees such packets
  std::uint32_t rule = kPolicy;

  auto operator<=>(Decider const&) const = default;
};

// In which of its fields a packet shows what the first one of its connection had (in the order of
// kOriginalTuple), when connection tracking looks at it: packets of the original direction are not
// translated yet then, and those of the other are the reverse where nothing is translated. nullopt:
// it does not.
std::optional<std::array<Field, kOriginalTuple.size()>> shows_original(
    CtState state, std::optional<CtDirection> direction, std::optional<std::uint32_t> status);

// What becomes of a packet at this host.
enum class Fate : std::uint8_t {
  pass,       // goes on to where it was sent
  drop,       // is lost silently
  reject,     // is refused, with an answer
  intercept,  // goes on, but to somewhere else
  unknown,    // a statement that we do not model may do anything with it
  budget,     // deciding it would take longer than we allow
};

// One base chain let the packet go on: who said so, at which hook, and the chains entered.
struct Passage {
  Decider decider;
  Hook hook = Hook::forward;
  std::vector<ChainId> way;
};
// Of several passages, the one worth naming: by a rule at the main hook (forward, input, output)
// before a rule elsewhere, then by the main hook's policy, then by any policy. Null: none at all.
Passage const* worth_naming(std::vector<Passage> const& passages);

}  // namespace safeconduct
