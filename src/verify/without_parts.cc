// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/without_parts.h"

namespace safeconduct {

bool covers(Ruleset const& rules, Family family) {
  return family == Family::ip4 ? rules.reads_ip4 : rules.reads_ip6;
}

std::optional<std::string> rules_missing(DeviceRules const& device, Family family) {
  if (covers(device.rules, family)) return std::nullopt;
  return "no " + std::string(name(family)) + " rules of " + device.name +
         " were given: add the output of " +
         (family == Family::ip6 ? "ip6tables-save" : "iptables-save");
}

FlowResult unresolved_flow(Requirement const& requirement, Unresolved const& unresolved) {
  FlowResult flow;
  flow.protocol = requirement.protocols.empty() ? 0 : requirement.protocols.front();
  for (auto const& range : requirement.ports) flow.dport = flow.dport | PortSet(range);
  for (auto const& part : unresolved.names)
    flow.destination_name += (flow.destination_name.empty() ? "" : ", ") + part;
  if (unresolved.region != nullptr) flow.region = unresolved.region->id;
  flow.verdict = Verdict::undecided;
  bool const of_family = unresolved.why == Unresolved::Why::family;
  flow.doubt = of_family ? Doubt::other_family : Doubt::unresolved;
  flow.reason = (of_family ? "" : "needs resolution: ") + unresolved.text;
  return flow;
}

}  // namespace safeconduct
