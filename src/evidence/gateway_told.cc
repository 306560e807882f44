// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/gateway_told.h"

#include <algorithm>
#include <map>

#include "evidence/requirement_of.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostTold = 1'024;

// What the steps of a log say of one address.
struct NameAndPort {
  std::string name;
  std::uint16_t port = 0;
};

std::map<Address, NameAndPort> said_by(SwgLog const& log) {
  std::map<Address, NameAndPort> said;
  for (auto const& step : log.steps) {
    if (!step.address || (said.size() >= kMostTold && !said.contains(*step.address))) continue;
    auto& one = said[*step.address];
    if (one.name.empty()) one.name = step.name;
    if (one.port == 0) one.port = step.port;
  }
  return said;
}

bool is_looked_for(WantedRequirement const& wanted, Address const& address) {
  return std::ranges::any_of(wanted.flows, [&](WantedFlow const& flow) {
    return flow.family == address.family && flow.dst.contains(address.bits);
  });
}

}  // namespace

void add_told(SwgLog const& log, Wanted const& wanted, std::vector<GatewayTold>& told) {
  for (auto const& [address, said] : said_by(log)) {
    WantedRequirement const* about = nullptr;
    if (said.port != 0) about = requirement_of(wanted, {address, l4::tcp, said.port});
    if (about == nullptr) about = gateway_requirement(wanted, said.name, said.port);
    if (about == nullptr || is_looked_for(*about, address)) continue;
    bool const known = std::ranges::find(told, address, &GatewayTold::address) != told.end();
    if (known || told.size() >= kMostTold) continue;
    told.push_back(
        {address, said.name, static_cast<std::uint32_t>(about - wanted.requirements.data())});
  }
}

}  // namespace safeconduct
