// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "packet/packet_set.h"

namespace safeconduct {

// Clients send from these ports (RFC 6056, and every operating system since). Where packets are to
// pass, what becomes of those from lower ports does not count; where none is to, each does.
inline constexpr ValueInterval kClientPorts{1024, 65535};

// But some services are spoken to from their own port: NTP (RFC 5905) and IKE (RFC 7296, 2).
inline constexpr std::array<std::uint32_t, 2> kPortsOfBothEnds{123, 500};

// From which ports clients send to these.
inline ValueSet client_ports(ValueSet const& destination_ports) {
  std::vector<ValueInterval> ports{kClientPorts};
  for (Bits128 const port : kPortsOfBothEnds)
    if (destination_ports.contains(port)) ports.push_back({port, port});
  return ValueSet(std::move(ports));
}

// One of the source ports, such as a client sends from if there is one of these.
inline Bits128 likely_port(ValueSet const& source_ports, ValueSet const& destination_ports) {
  if (source_ports.contains(kClientPorts.first)) return kClientPorts.first;
  auto const likely = source_ports & client_ports(destination_ports);
  return (likely.empty() ? source_ports : likely).intervals().front().first;
}

}  // namespace safeconduct
