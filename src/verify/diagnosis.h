// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One story out of logs and captures: what failed, when and how, what the client showed, and what
// may be behind it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "packet/client_state.h"
#include "verify/observed.h"

namespace safeconduct {

// A file that was read.
struct EvidenceFile {
  std::string file;
  std::string kind;  // "dns-log", "gateway-log", "capture", "client"
  Said text;
};

// A target of which a capture of better days shows something else.
struct Difference {
  std::string requirement;
  Family family = Family::ip4;
  std::uint32_t protocol = 0;
  std::optional<Address> dst;
  std::uint16_t dport = 0;
  Said before;  // "open", "timeout"; "" : nothing of it
  Said now;
  bool operator==(Difference const&) const = default;
};

struct Diagnosis {
  ObservedResult result;
  std::vector<StateChange> timeline;
  std::vector<EvidenceFile> files;
  std::string system;  // of the client: "Microsoft Windows 11"
  std::optional<ClockMatch> clock;
  std::optional<std::vector<Difference>> differences;  // of a baseline, where one was given
  std::string probe_command;                           // what asks the same from a host
  std::string trace_command;                           // up to the packet, where rules were given
  std::vector<Address> clients;  // one of each family, for packets to be traced
  bool incomplete = false;       // evidence was not read, or not all of it
};

struct DiagnosisInput {
  std::vector<Observation> observations;
  std::vector<StateChange> timeline;
  std::optional<bool> fail_open;
};

// The observations in the words of a check, the status as the client showed it: by its own log
// where that speaks, else by what was seen last of each target.
Diagnosis diagnosed(Wanted const& wanted, DiagnosisInput input);

// What may be behind the failures, best supported first; after the rules were laid beside, so that
// they count. See also probable_causes(), which speaks of single observations.
std::vector<ProbableCause> diagnosed_causes(Diagnosis const& diagnosis);

std::vector<Difference> differences(std::vector<Observation> const& before,
                                    std::vector<Observation> const& now);

}  // namespace safeconduct
