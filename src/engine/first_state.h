// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "packet/packet.h"

namespace safeconduct {

// What connection tracking says of a packet when it knows no connection that it is part of
// (nf_conntrack_proto_tcp.c, ..._icmp.c, ..._icmpv6.c): new, where such a packet may begin one;
// untracked, of neighbour discovery and multicast listeners; else invalid. What the packet does not
// say (TCP flags, ICMP type) is taken to be as in a first packet.
CtState first_state(Packet const& packet);

}  // namespace safeconduct
