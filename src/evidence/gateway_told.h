// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a client's log says that its web gateway is. Its addresses are chosen when the name is
// resolved, and no list of ranges has them all: captures are searched for these as well.

#include <cstdint>
#include <string>
#include <vector>

#include "evidence/swg_log.h"
#include "net/address.h"
#include "policy/wanted.h"

namespace safeconduct {

struct GatewayTold {
  Address address;
  std::string name;               // that it was resolved from; empty: not said
  std::uint32_t requirement = 0;  // that it is of: its place in Wanted
  bool operator==(GatewayTold const&) const = default;
};

// Adds those of the log that no range of their requirement has; each address once.
void add_told(SwgLog const& log, Wanted const& wanted, std::vector<GatewayTold>& told);

}  // namespace safeconduct
