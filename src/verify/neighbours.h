// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "verify/finding.h"
#include "verify/flow.h"

namespace safeconduct {

// Hosts on a link find each other's hardware address by ICMPv6 neighbour solicitations and
// advertisements (RFC 4861, section 7.2). They are packets of the device itself, to its input and
// from its output, whatever it forwards. Where they are surely lost, no IPv6 packet leaves on that
// link, and RFC 4890 (4.4.1) asks not to drop them. A note says so, where an IPv6 flow is called
// allowed and the rule set is not too large; the verdict stays, as links to one other host alone
// (PPP, tunnels) have no neighbours to find, and neighbours may be entered by hand.
void note_neighbours(std::span<FocusedDevice const> devices, std::span<Finding const> findings,
                     Hook hook, Notes& notes);

}  // namespace safeconduct
