// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/shared.h"
#include "engine/pipeline.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

// A decider, as a report names it.
RuleRef rule_ref(DeviceRules const& device, Decider decider);
// "inet filter/forward", "inet filter/lan-out".
std::vector<std::string> way_names(DeviceRules const& device, std::vector<ChainId> const& way);

// The same of one device, each made once: thousands of parts may name a rule. Several threads may
// ask.
class RuleNames {
 public:
  explicit RuleNames(DeviceRules const& device) : device_(device) {}
  Shared<RuleRef> rule(Decider decider);
  Shared<std::vector<std::string>> way(std::vector<ChainId> const& way);

 private:
  DeviceRules const& device_;
  std::mutex mutex_;
  std::map<Decider, Shared<RuleRef>> rules_;
  std::map<std::vector<ChainId>, Shared<std::vector<std::string>>> ways_;
};

// The index of an interface of that name; nullopt for the empty name.
std::optional<std::uint32_t> interface_index(Ruleset const& rules, std::string_view name);

}  // namespace safeconduct
