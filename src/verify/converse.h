// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The conversation that one request begins, packet by packet with the one-packet evaluator
// (engine/walk): the request, what the service answers, what the client sends then. Uses nothing of
// decide() and judge(): certificates are checked with it.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/journey.h"
#include "engine/walk.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

// The first packet of a client, as it arrives at a device. Its source may be one of several: where
// a device before this one rewrote it.
struct Request {
  Family family = Family::ip4;
  std::uint32_t protocol = 0;
  ValueInterval source{0, ~Bits128{0}};
  ValueInterval source_port{0, 65535};
  Bits128 destination = 0;
  Bits128 destination_port = 0;
  Bits128 icmp_type = 0;
  Bits128 icmp_code = 0;
  bool operator==(Request const&) const = default;
};

// A packet that was walked, with what connection tracking knows of it.
struct Asked {
  Packet packet;
  Connection connection;
  Travel travel = Travel::forwarded;
};

struct WalkedLeg {
  Leg leg = Leg::request;
  std::uint32_t tcp_flags = 0;
  std::vector<Asked> asked;  // one for each thing that is not known: interfaces, translation
  std::vector<Walk> walks;   // all ways of all of them
  bool complete = true;      // false: there are more ways than were walked
};

// Further legs only of what passed, as in journey().
std::vector<WalkedLeg> converse(DeviceRules const& device, Request const& request, Hook hook);

// What a router on the way sends back about the first packet: an ICMP error, related to the
// conversation. Its sender is taken to be the service itself. No walks where no request passes.
struct IcmpError {
  std::uint32_t type = 0;
  std::uint32_t code = 0;
};
WalkedLeg error_about(DeviceRules const& device, Request const& request, Hook hook,
                      IcmpError error);

// What the conversation comes to, judged by what happens: where every way ends alike it is certain,
// unless an earlier packet may have left something on the connection that nobody can tell.
struct WalkedVerdict {
  Verdict verdict = Verdict::allowed;
  WalkedLeg const* leg = nullptr;  // that decides; of allowed: the request
};
WalkedVerdict verdict_of(std::vector<WalkedLeg> const& legs);

// The requests as they leave the device.
std::vector<Request> requests_after(Request const& request, std::vector<WalkedLeg> const& legs);

}  // namespace safeconduct
