// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/client_story.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace safeconduct {

void quote(std::vector<Evidence>& evidence, Evidence line) {
  if (evidence.size() < kMostQuoted) {
    evidence.push_back(std::move(line));
  } else {
    evidence.back() = std::move(line);
  }
}

ClientStory client_story(std::span<PluginLog const> plugin_logs, std::span<SwgLog const> swg_logs,
                         Wanted const& wanted) {
  ClientStory story;
  for (auto const& log : plugin_logs) tell_resolvers(log, wanted, story);
  for (auto const& log : swg_logs) tell_gateway(log, wanted, story);
  std::ranges::stable_sort(story.timeline, [](StateChange const& one, StateChange const& other) {
    return std::tie(one.subject, one.at) < std::tie(other.subject, other.at);
  });
  return story;
}

}  // namespace safeconduct
