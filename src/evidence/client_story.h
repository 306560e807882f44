// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the logs of a client come to: observations for the requirements, by the client's own word,
// and its states over time. Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "evidence/log_time.h"
#include "evidence/plugin_log.h"
#include "evidence/swg_log.h"
#include "packet/client_state.h"
#include "packet/observation.h"
#include "policy/wanted.h"

namespace safeconduct {

// When the client began to ask which resolvers: what a capture of the same client shows, too.
struct AskedAt {
  LogTime time;
  std::uint16_t port = 0;
  std::vector<Address> resolvers;
  bool operator==(AskedAt const&) const = default;
};

struct ClientStory {
  std::vector<Observation> observations;
  std::vector<StateChange> timeline;  // of each subject in the order of time
  std::vector<AskedAt> asked;
  std::optional<bool> fail_open;  // what the client does without its gateway; none: it does not say
  Notes notes;
};

// How long the client waits at a port before it goes on (tech note 222351), with some to spare.
inline constexpr std::int64_t kLadderStep = 5;  // seconds
inline constexpr std::int64_t kLadderPatience = 20;
inline constexpr std::size_t kMostChanges = 1000;  // of state, of one subject
inline constexpr std::size_t kMostQuoted = 6;      // lines of a log, for one observation

void tell_resolvers(PluginLog const& log, Wanted const& wanted, ClientStory& story);
void tell_gateway(SwgLog const& log, Wanted const& wanted, ClientStory& story);

ClientStory client_story(std::span<PluginLog const> plugin_logs, std::span<SwgLog const> swg_logs,
                         Wanted const& wanted);

// Evidence that a line gives, kept to the first ones and the last.
void quote(std::vector<Evidence>& evidence, Evidence line);

}  // namespace safeconduct
