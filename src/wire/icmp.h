// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// ICMP errors, and what they are called.

#include <cstdint>
#include <string>

#include "net/address.h"

namespace safeconduct {

struct IcmpHeard {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  Address by;
  bool operator==(IcmpHeard const&) const = default;
};

bool is_time_exceeded(IcmpHeard const& icmp);
// "admin-prohibited", "host-unreachable", "port-unreachable", ...
std::string icmp_word(IcmpHeard const& icmp);

}  // namespace safeconduct
