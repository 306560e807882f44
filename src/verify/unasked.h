// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a requirement wants and no probe asked: an open door says nothing of the ones beside it.

#include <span>
#include <string>
#include <vector>

#include "packet/observation.h"
#include "policy/wanted.h"

namespace safeconduct {

struct Unasked {
  WantedFlow const* flow = nullptr;
  AddressSet dst;  // of its addresses those that were not asked
  Said text;       // "of 192.0.2.0/24 (udp 53) 1 address was asked"
};

// Of the flows in these families those that were not asked as a whole. A flow was asked where each
// of its addresses was, on its port; or where a name of the requirement was followed on that port:
// clients go where it leads, if anywhere. What was observed for another requirement does not count.
std::vector<Unasked> unasked(WantedRequirement const& wanted,
                             std::span<Observation const> observations,
                             std::span<Family const> families);

}  // namespace safeconduct
