// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "verify/finding.h"
#include "verify/flow.h"

namespace safeconduct {

// A router that cannot pass a packet on for its size says so to the sender: ICMPv6 packet-too-big
// (RFC 4443, RFC 8201), ICMP fragmentation-needed (RFC 792, RFC 1191). Where a device does not let
// that back to the clients, connections over a narrower link open and then stall (RFC 2923, 2.1).
// A note says so, of TCP flows that pass, where it is sure and the rule set is not too large; the
// verdict stays, as many ways have no such link.
void note_path_mtu(std::span<FocusedDevice const> devices, std::span<Finding const> findings,
                   Hook hook, Notes& notes);

}  // namespace safeconduct
