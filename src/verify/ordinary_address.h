// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/address.h"

namespace safeconduct {

// The lowest address of the set that a host may really have: not of "this network" (0.0.0.0/8),
// loopback, multicast or broadcast, where the set has others. The set is not empty.
Bits128 ordinary_address(Family family, AddressSet const& set);

}  // namespace safeconduct
