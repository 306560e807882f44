// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The ways of one run, each looked at once and at a pace that limits of ICMP errors do not hide.
// Headers of .cc files only.

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "packet/observation.h"
#include "probe/awaiting.h"
#include "probe/path.h"
#include "probe/plan.h"
#include "probe/run.h"

namespace safeconduct {

class Ways {
 public:
  Ways(asio::io_context& io, ProbePlan const& plan, ProbeSettings const& settings)
      : io_(io), plan_(plan), settings_(settings) {}

  // Of packets like the task's; empty where there were too many ways before.
  asio::awaitable<std::vector<Hop>> of(ProbeTask task);
  // Of packets to the same address that nobody waits for: traceroute's.
  asio::awaitable<std::vector<Hop>> control(ProbeTask task);
  // Of packets in the form of QUIC, to the task's target; and of one that may go so many hops.
  asio::awaitable<std::vector<Hop>> quic(ProbeTask task);
  asio::awaitable<Hop> quic_at(ProbeTask task, unsigned ttl);
  // What becomes of one packet like the task's that may go so many hops.
  asio::awaitable<Hop> at(ProbeTask task, unsigned ttl);
  bool full() const;
  // Is there room to compare answers of that address with other packets to it? The first addresses
  // that ask have it.
  bool has_room(Address const& target);

 private:
  asio::awaitable<std::vector<Hop>> look(PathAsk ask);
  asio::awaitable<Hop> look_at(PathAsk ask, unsigned ttl);
  PathAsk ask_like(ProbeTask const& task) const;

  asio::io_context& io_;
  ProbePlan const& plan_;
  ProbeSettings const& settings_;
  SteadyClock::time_point next_{};
  std::set<Address> compared_;
  std::map<std::tuple<Address, std::uint32_t, std::uint16_t>, std::vector<Hop>> known_;
};

}  // namespace safeconduct
