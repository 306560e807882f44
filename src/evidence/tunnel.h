// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Packets within packets: IP in IP, GRE (with Ethernet, and the mirrored frames of ERSPAN), VXLAN
// and VXLAN-GPE, Geneve, EtherIP, MPLS. Captures that were taken on the way, or that a switch
// mirrors, have them.

#include "evidence/frame.h"

namespace safeconduct {

// Nothing: it is no tunnel.
Carried carried(IpView const& ip);

}  // namespace safeconduct
