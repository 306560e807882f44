// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The way to a target, found by packets that may go one hop, two hops, ...: what each router says
// of those that end there, and where the first other answer comes from.

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "packet/observation.h"
#include "probe/exchanges.h"

namespace safeconduct {

struct PathAsk {
  WireTarget target;
  std::uint32_t protocol = 0;              // tcp or udp
  DnsQuestion question;                    // of the UDP packets
  std::vector<std::uint8_t> payload = {};  // of the UDP packets, in place of the question
  WireOptions options;
  std::chrono::milliseconds patience{1000};
  unsigned first = 1;  // TTL
  unsigned most = 30;
};
void find_path(boost::asio::io_context& io, PathAsk ask,
               std::function<void(std::vector<Hop>)> done);

// The TTL at which something else than "time exceeded" came first: an answer, a reset, an ICMP
// error.
std::optional<unsigned> end_of_path(std::vector<Hop> const& path);
// The largest TTL at which a router said "time exceeded": the target is further away than that. In
// the target's own name none does, unless its address is translated before it.
unsigned known_hops(std::vector<Hop> const& path, std::optional<Address> const& target);
// Where such a translation shows first.
std::optional<unsigned> translated_at(std::vector<Hop> const& path, Address const& target);
// The router at that TTL.
std::optional<Address> router_at(std::vector<Hop> const& path, unsigned ttl);
// "1 10.99.0.1, 2 192.0.2.1, 3 answered"
std::string path_text(std::vector<Hop> const& path);

}  // namespace safeconduct
