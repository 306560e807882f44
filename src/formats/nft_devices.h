// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_source.h"

namespace safeconduct::nft {

// Chains that hook into a device (families netdev and inet; hooks ingress and egress), once all
// rules are read: each is held to the packets of its devices. Not followed, so that nobody knows
// what they drop, are those that name no device, that ask for interfaces, and that may stop ARP.
//
// Whether an interface is a VLAN, a bridge or a bond upon the device, no export tells; its packets
// meet the device's chains, too. (rules/device_facts.h: the operator may know.)
void hold_to_devices(Source& source);

}  // namespace safeconduct::nft
