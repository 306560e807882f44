// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_declare.h"

namespace safeconduct::nft {

// A packet that is routed meets the chains of a bridge, too, where the interface it comes in by or
// leaves by is one (br-lan, docker0, virbr0): prerouting and input before all that IP has, output
// and postrouting behind it; forward is for frames that stay on the bridge. (Measured on
// Linux 6.18: tests/oracle/semantics_hooks_test.cc.) Tables of the family bridge are not read; what
// may stop or alter a packet at those hooks leaves it undecided, as no export tells which
// interfaces are bridges. (rules/device_facts.h: the operator may know.)
void doubt_bridges(Source& source, Declarations& declared);

}  // namespace safeconduct::nft
