// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Routers and senders of ICMP errors that were heard, by the names that the site's devices have.

#include <map>
#include <string>

#include "packet/observation.h"
#include "policy/site.h"

namespace safeconduct {

using DeviceNames = std::map<Address, std::string>;

// Of the devices whose addresses the site file lists.
DeviceNames device_names(Site const& site);

// Puts the name beside each address that is one of theirs: "10.20.0.1 [perimeter]".
void name_devices(Observation& observation, DeviceNames const& names);

}  // namespace safeconduct
