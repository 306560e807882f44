// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The obvious reading of the rules: one packet, chain by chain, as nft(8) and iptables(8) tell it.
// Slow and plain on purpose; decide() is held against it, and it against the Linux kernel.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/guesses.h"
#include "engine/pipeline.h"
#include "packet/packet.h"

namespace safeconduct {

// What connection tracking will say of a packet, once it looks at it.
struct Connection {
  CtState state = CtState::new_;
  std::optional<CtDirection> direction = CtDirection::original;
  std::optional<std::uint32_t> mark = 0;    // nullopt: not known
  std::optional<std::uint32_t> status = 0;  // of the bits that Field::ct_status has
  // What the connection's first packet had, in the order of kOriginalTuple; nullopt of one: not
  // known. Not said at all: as far as the packet shows it (shows_original).
  using Tuple = std::array<std::optional<Bits128>, kOriginalTuple.size()>;
  std::optional<Tuple> original = {};  // NOLINT(readability-redundant-member-init)
  // Address translation that an earlier packet of the connection set up: what fields become at the
  // translation step of each kind.
  struct Rewrite {
    Field field{};
    ValueInterval values;
  };
  using Rewrites = std::vector<Rewrite>;
  Rewrites at_destination_nat = {};  // NOLINT(readability-redundant-member-init)
  Rewrites at_source_nat = {};       // NOLINT(readability-redundant-member-init)
  // A further packet of a conversation that begins a connection here all the same (its first one
  // was not tracked): with another source its receiver does not know it, as with another
  // destination.
  bool known_by_source = false;
};

struct Walk {
  Fate fate = Fate::pass;
  RejectWith with = RejectWith::port_unreachable;  // of a reject
  Decider decider;                                 // of a pass: the passage worth naming
  std::vector<ChainId> way;                        // chains entered up to there, base chain first
  Packet packet;                                   // as it leaves this host
  std::optional<Decider> rewrote;                  // who changed its destination
  std::vector<std::string> guessed;  // what had to be guessed, in the words of the rules
  std::vector<Decider> guessed_at;   // and the rules that asked
  bool untracked = false;            // the packet is no part of a connection
};

class RuleIndex;

// One walk with these guesses. The packet's interfaces (iif, oif) are those of the whole way; hooks
// that do not know one yet do not show it to the rules.
Walk walk(Ruleset const& rules, Travel travel, Packet const& packet, Connection const& connection,
          Guesses& guesses, RuleIndex const* index = nullptr);

// Every walk that different guesses lead to, at most 'limit'; then 'complete' is false.
struct Walks {
  std::vector<Walk> all;
  bool complete = true;
};
Walks walks(Ruleset const& rules, Travel travel, Packet const& packet, Connection const& connection,
            std::size_t limit = 512, RuleIndex const* index = nullptr);

// The rules that a walk holds the packet against, in order, those included that do not match.
std::vector<Decider> rules_met(Ruleset const& rules, Travel travel, Packet const& packet,
                               Connection const& connection, Guesses& guesses);

}  // namespace safeconduct
