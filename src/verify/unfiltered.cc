// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/unfiltered.h"

#include <algorithm>

#include "base/codes.h"
#include "engine/pipeline.h"
#include "verify/flow.h"
#include "verify/note_wording.h"
#include "verify/without_parts.h"

namespace safeconduct {
namespace {

bool is_asked(std::span<Finding const> findings, Family family) {
  return std::ranges::any_of(findings, [&](Finding const& finding) {
    return std::ranges::find(finding.flows, family, &FlowResult::family) != finding.flows.end();
  });
}

bool filters(Ruleset const& rules, Hook hook, Family family) {
  return std::ranges::any_of(base_chains(rules, hook, family), [&](ChainId id) {
    return rules.chains[id].base->type == ChainType::filter;
  });
}

}  // namespace

void note_unfiltered(DeviceRules const& device, std::span<Finding const> findings, Hook hook,
                     Notes& notes) {
  std::string families;
  // Of a family that the export does not have, all is undecided, and the reason is told there.
  for (auto const family : {Family::ip4, Family::ip6})
    if (covers(device.rules, family) && is_asked(findings, family) &&
        !filters(device.rules, hook, family))
      families += (families.empty() ? "" : ", ") + std::string(name(family));
  if (families.empty()) return;
  notes.push_back({std::string(code::kNothingFilters),
                   {wording::kNothingFilters, {device.name, std::string(name(hook)), families}},
                   {}});
}

}  // namespace safeconduct
