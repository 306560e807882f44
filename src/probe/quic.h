// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// UDP 443 told from QUIC: firewalls that "block QUIC" drop all of UDP 443, or what looks like QUIC
// alone. A packet in the form of QUIC goes beside the DNS question, to the same port.

#include <cstdint>
#include <vector>

#include "packet/observation.h"

namespace safeconduct {

// The first packet of a QUIC client (RFC 9000, 17.2), in a version that is reserved so that nobody
// speaks it (15): a server answers with the versions that it speaks, and needs no key for that.
std::vector<std::uint8_t> quic_packet(std::uint64_t seed);

// What the way of such packets ('quic') says, beside that of the DNS questions ('dns').
void judge_quic(Observation& observation, std::vector<Hop> const& dns,
                std::vector<Hop> const& quic);
// Do the DNS questions go further? Then the loss may be chance, and is looked at again.
bool lost_on_the_way(Observation const& observation, std::vector<Hop> const& dns,
                     std::vector<Hop> const& quic);

}  // namespace safeconduct
