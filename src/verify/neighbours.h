// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/language.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

// Hosts on a link find each other's hardware address by ICMPv6 neighbour solicitations and
// advertisements (RFC 4861, section 7.2). They are packets of the device itself, to its input and
// from its output, whatever it forwards. Where they are surely lost, no IPv6 packet leaves on that
// link, and RFC 4890 (4.4.1) asks not to drop them. But links to one other host alone (PPP,
// tunnels) have no neighbours to find, and neighbours may be entered by hand: no export tells.

struct FocusedDevice;

// A message that is lost.
struct LostNeighbours {
  std::string link;    // empty: one that nobody has named
  Translated message;  // {0}: the link
  Decider decider;
};

// Of each link of the device that packets of the hook cross: the first that it surely loses. Links
// whose names are commonly those of links to one other host are taken to be such.
std::vector<LostNeighbours> lost_neighbours(DeviceRules const& device, Hook hook);

// What the rules of such a device let pass of IPv6 is undecided, unless its neighbours are known
// (DeviceFacts).
void doubt_neighbours(std::span<FocusedDevice const> devices, std::vector<Part>& parts);
bool is_doubted_for_neighbours(Part const& part);

// Says so (SC928), or that it was taken at the operator's word (SC929), where IPv6 flows are asked
// about that nothing else stops.
void note_neighbours(std::span<FocusedDevice const> devices, std::span<Finding const> findings,
                     Notes& notes);
Note told_of_neighbours(DeviceRules const& device);

}  // namespace safeconduct
