// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_declare.h"

namespace safeconduct::nft {

// Without ARP no IPv4 packet comes to the device or leaves it on a link that needs it. Tables of
// the family arp are not read; what they let pass of IPv4 is undecided where they hook in and have
// a word that stops packets.
void doubt_arp(Source& source, Declarations& declared);

}  // namespace safeconduct::nft
