// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/requirement_of.h"

#include <algorithm>

#include "packet/field.h"

namespace safeconduct {
namespace {

bool covers(WantedFlow const& flow, std::uint32_t protocol, std::uint16_t port) {
  return flow.protocol == protocol && flow.ports && flow.ports->contains(port);
}

bool covers(WantedRequirement const& wanted, Target const& target) {
  auto const about = [&](WantedFlow const& flow) {
    return flow.family == target.address.family && covers(flow, target.protocol, target.port) &&
           flow.dst.contains(target.address.bits);
  };
  return std::ranges::any_of(wanted.flows, about) || std::ranges::any_of(wanted.later, about) ||
         std::ranges::any_of(wanted.retired, about);
}

bool permits(WantedRequirement const& wanted) {
  return wanted.requirement->expect == Expect::allow &&
         !std::holds_alternative<ToAnywhere>(wanted.requirement->to);
}

bool is_named(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with("*.")) return name.ends_with(pattern.substr(1));
  return pattern == name;
}

bool has_port(Requirement const& requirement, std::uint16_t port) {
  return port == 0 || std::ranges::any_of(requirement.ports, [&](PortInterval const& one) {
           return one.contains(port);
         });
}

}  // namespace

bool is_dns(WantedRequirement const& wanted) {
  return wanted.requirement->feature == Feature::dns ||
         wanted.requirement->feature == Feature::dns_encrypted;
}

WantedRequirement const* requirement_of(Wanted const& wanted, Target const& target) {
  auto const found = std::ranges::find_if(wanted.requirements, [&](WantedRequirement const& one) {
    return permits(one) && covers(one, target);
  });
  return found == wanted.requirements.end() ? nullptr : &*found;
}

WantedRequirement const* gateway_requirement(Wanted const& wanted, std::string_view name,
                                             std::uint16_t port) {
  WantedRequirement const* first = nullptr;
  for (auto const& one : wanted.requirements) {
    auto const& requirement = *one.requirement;
    if (requirement.feature != Feature::swg || !permits(one) || !has_port(requirement, port))
      continue;
    if (first == nullptr) first = &one;
    if (std::ranges::any_of(
            destination_names(requirement),
            [&](Placed<std::string> const& pattern) { return is_named(pattern.value, name); }))
      return &one;
  }
  return first;
}

std::vector<Address> resolvers_of(Wanted const& wanted, Family family, std::uint16_t port) {
  std::vector<Address> found;
  for (auto const& one : wanted.requirements) {
    if (!permits(one) || !is_dns(one)) continue;
    for (auto const& flow : one.flows) {
      if (flow.family != family || !covers(flow, l4::udp, port)) continue;
      for (auto const& prefix : to_prefixes(family, flow.dst))
        if (prefix.length == address_bits(family) &&
            std::ranges::find(found, prefix.address) == found.end())
          found.push_back(prefix.address);
    }
  }
  return found;
}

}  // namespace safeconduct
