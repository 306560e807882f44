// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "packet/packet.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

class RuleIndex;

// One packet, and the way it takes: what 'trace' asks. Interfaces go by name; fields that are not
// set are not known, and what a rule asks of them is undecided.
struct TraceQuestion {
  Packet packet;   // nfproto, l4proto, saddr, daddr, ports, tcp_flags, ct_state, mark ...
  std::string in;  // names; empty: not known
  std::string out;
  Hook hook = Hook::forward;  // forward: prerouting, forward, postrouting; output; input
};

enum class TraceVerdict : std::uint8_t { accept, drop, reject, intercept, undecided };
std::string_view name(TraceVerdict verdict);

struct TraceAnswer {
  TraceVerdict verdict = TraceVerdict::undecided;
  How how;  // reject: with what
  // Decides; of an undecided answer: the first that we cannot tell. 'nothing': no chain sees the
  // packet.
  RuleRef rule;
  std::vector<std::string> way;           // chains entered, in order: "inet filter/forward", ...
  std::optional<Packet> rewritten;        // after address translation, where there was any
  Packet leaving;                         // as it goes on, where that is decided
  std::string rewritten_text;             // intercept: "redirect to port 3128"
  std::vector<std::string> undecided_by;  // the words that could not be decided
  CtState state = CtState::new_;          // what connection tracking is taken to say of it
};

// Walks with the one-packet evaluator (engine/walk), the same semantics as verify().
// 'index': of the device's rules, where many questions are asked.
TraceAnswer trace(DeviceRules const& device, TraceQuestion const& question,
                  RuleIndex const* index = nullptr);

// At one device of a path.
struct TraceHop {
  std::string device;
  TraceQuestion question;
  TraceAnswer answer;
};
// The packet as the next device gets it from this one, which let it pass: with the addresses,
// ports, TTL and DSCP that it gave it, and without its mark.
Packet packet_after(TraceHop const& hop);

}  // namespace safeconduct
