// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Packets within packets: IP in IP, GRE (with Ethernet, and the mirrored frames of ERSPAN), VXLAN
// and Geneve. Captures that were taken on the way, or that a switch mirrors, have them.

#include "evidence/frame.h"

namespace safeconduct {

struct Carried {
  ByteView ip;          // from the first byte of the packet inside on; empty: there is none
  bool unread = false;  // it is a tunnel, and of a kind that is not read
};
Carried carried(IpView const& ip);

}  // namespace safeconduct
