// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "support/kernel_oracle.h"
#include "support/rule_generator.h"
#include "verify/trace.h"

// Our reading of a rule set held against what the kernel does with it.
namespace safeconduct::testing {

// What connection tracking says of a packet that it has not seen the like of. (As the kernel
// oracle's self test shows.)
CtState fresh_state(WirePacket const& packet);

// Tries them out, and says on standard output what this kernel lacks.
KernelLimits kernel_limits(KernelOracle& oracle);

// Interfaces as trace knows them: lan0 inside, wan0 outside.
std::vector<std::string> const& interface_names();
TraceQuestion question_of(Shot const& shot);

struct ReadRules {
  std::string origin;  // "as written", "as listed by the kernel"
  std::optional<DeviceRules> device;
  std::string error;  // where it could not be read
  bool less = false;  // a form that says less than the others: more is undecided
};
ReadRules read_rules(std::string origin, std::vector<std::string> const& texts);
// What runs in the namespace, as "kernel:" reads it; with these exports beside it.
ReadRules read_running(Namespace const& space, std::vector<std::string> const& beside = {});

// The generator's own text.
ReadRules read_as_written(GeneratedRules const& rules);
// What was loaded before goes. Empty, or what the program said when it refused the text.
std::string load_rules(KernelOracle& oracle, GeneratedRules const& rules, Backend backend);

// "accept", "reject: tcp-reset": a trace's answer, for messages.
std::string to_string(TraceAnswer const& answer);

// What a refusal looks like on the wire (RFC 792, 1812; RFC 4443, 3.1). Nothing: a reset, or none
// of this family.
struct IcmpCode {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};
std::optional<IcmpCode> icmp_answer(RejectWith with, Family family);

enum class Agreement : std::uint8_t { agree, undecided, differ };
// 'swallows': rules may lose the resets and ICMP errors of the gateway itself on their way out.
Agreement compare(TraceAnswer const& answer, Shot const& shot, KernelVerdict const& kernel,
                  bool swallows = false);

struct Tally {
  std::size_t sets = 0;
  std::size_t packets = 0;
  std::size_t comparisons = 0;
  std::size_t undecided = 0;
  std::size_t forwarded = 0;  // of the packets
  std::size_t rejected = 0;
  std::size_t dropped = 0;
  std::size_t delivered = 0;
  std::vector<std::string> undecided_words;  // the first few
};
std::string to_string(Tally const& tally);

struct Disagreement {
  bool refused = false;      // by the kernel: a mistake of the generator
  std::string what;          // in words; empty: all agree
  std::optional<Shot> shot;  // the packet
  explicit operator bool() const { return !what.empty(); }
};

// Loads the rules, sends the packets, and traces each over the rules as written and as the kernel
// lists them; those of nft as text and as JSON.
Disagreement hold_against_kernel(KernelOracle& oracle, GeneratedRules const& rules,
                                 std::vector<Shot> const& shots, Backend backend,
                                 Tally* tally = nullptr);

// The same with a disagreement made as small as can be, and told in full.
std::string check_against_kernel(KernelOracle& oracle, GeneratedRules const& rules,
                                 std::vector<Shot> const& shots, Backend backend, Tally& tally);

}  // namespace safeconduct::testing
