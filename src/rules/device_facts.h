// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "net/address.h"
#include "rules/ruleset.h"

namespace safeconduct {

// What the operator knows of a device, and no export tells.
struct DeviceFacts {
  // Masquerade puts in one of these. Of a family that has none here it is not known; of several,
  // any address between the lowest and the highest.
  std::vector<Address> masquerade_as;
  // What is sent to an address leaves by the interface that its packets come in by: filters of the
  // reverse path (rpfilter, "fib saddr . iif oif") find it.
  bool symmetric_routes = false;
  // No interface is a VLAN, a bridge or a bond upon another at which a chain hooks in
  // (formats/nft_devices.h), nor one whose chains packets meet (formats/nft_bridge.h).
  bool plain_interfaces = false;
  // Hosts on its links are known whatever the rules do to IPv6 neighbour discovery
  // (verify/neighbours.h) and ARP (formats/nft_arp.h): there is one host alone (PPP, a tunnel), or
  // they were entered by hand.
  bool known_neighbours = false;
  // Its listings of nft show all elements of their sets: those without any are empty, and not made
  // with 'nft -t' (formats/nft_text.cc).
  bool full_listing = false;
};

// Puts it in place of what is not known; notes it (SC929) where that made a difference. Of IPv6
// neighbour discovery verify() does.
void take_facts(Ruleset& rules, DeviceFacts const& facts);

}  // namespace safeconduct
