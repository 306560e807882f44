// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The way of the probe's own packets through the rules of this host, as nf_tables tells it
// (nftrace): which rule, by its handle, decided. A table of our own sets the trace for them, before
// all other chains; it is taken away at the end, and by the next run where this one was killed.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "net/address.h"
#include "packet/observation.h"

namespace safeconduct {

struct TraceStep {
  std::string chain;  // "inet filter forward"
  std::string text;   // of the rule, without its counters; empty: the chain's policy
  std::uint64_t handle = 0;
  std::string verdict;  // "drop", "accept", "continue", "jump sub", ...
  bool operator==(TraceStep const&) const = default;
};

// A packet as it was before any rule changed it.
struct TracedPacket {
  std::uint32_t protocol = 0;
  Address dst;
  std::uint16_t dport = 0;
  std::vector<TraceStep> steps;
};

// Of the lines of 'nft --numeric --handle monitor trace'.
std::vector<TracedPacket> read_rule_trace(std::string_view text);

// What let it go or ended it: the last drop, else the last rule, or policy, that accepted it.
std::optional<TraceStep> deciding_step(TracedPacket const& packet);

// Adds to each observation what its packets met.
void add_rule_trace(std::vector<Observation>& observations,
                    std::vector<TracedPacket> const& packets);

struct RuleTracePlan {
  std::vector<Address> forwarded;  // addresses of a client whose packets come in; empty: our own
  std::vector<std::uint16_t> ports;
};

class RuleTrace {
 public:
  // Needs root and nft; in the network namespace of the calling thread.
  static Result<std::unique_ptr<RuleTrace>> start(RuleTracePlan const& plan);
  virtual ~RuleTrace() = default;
  // What was told until now; the table is gone then.
  virtual std::string end() = 0;
};

}  // namespace safeconduct
