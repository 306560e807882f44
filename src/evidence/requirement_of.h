// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which requirement a packet that a client sent is about.

#include <cstdint>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "policy/wanted.h"

namespace safeconduct {

struct Target {
  Address address;
  std::uint32_t protocol = 0;
  std::uint16_t port = 0;
};

// The first that lets such packets pass on purpose; null: none does.
WantedRequirement const* requirement_of(Wanted const& wanted, Target const& target);

// The one of the web gateway: by its names, where the client says which it resolved, else the
// first.
WantedRequirement const* gateway_requirement(Wanted const& wanted, std::string_view name,
                                             std::uint16_t port);

// Single addresses of one family that DNS is asked of at this port, in the order of the policies.
std::vector<Address> resolvers_of(Wanted const& wanted, Family family, std::uint16_t port);

bool is_dns(WantedRequirement const& wanted);

}  // namespace safeconduct
