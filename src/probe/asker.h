// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Asks what the tasks of a plan ask, on the terms of one run. Headers of .cc files only.

#include <cstdint>
#include <vector>

#include "packet/observation.h"
#include "probe/awaiting.h"
#include "probe/exchanges.h"
#include "probe/plan.h"
#include "probe/run.h"

namespace safeconduct {

class Asker {
 public:
  // All of them outlive it.
  Asker(asio::io_context& io, ProbePlan const& plan, ProbeSettings const& settings)
      : io_(io), plan_(plan), settings_(settings) {}

  // A question, and again over TCP where its answer over UDP is cut short.
  asio::awaitable<Heard> dns(WireTarget target, std::uint32_t protocol, DnsQuestion question);
  // A question for a TXT record.
  asio::awaitable<Heard> txt(WireTarget target, std::uint32_t protocol, std::string name);
  // All of a task that has a destination, judged.
  asio::awaitable<Observation> observe(ProbeTask task);
  // Is the reset of such a connection made by this host, and so never came in by an interface?
  asio::awaitable<bool> resets_itself(ProbeTask task);

 private:
  asio::awaitable<Heard> udp(WireTarget target, DnsQuestion question);
  asio::awaitable<Heard> stream(WireTarget target, StreamAsk ask);
  asio::awaitable<Heard> conversation(ProbeTask task);

  asio::io_context& io_;
  ProbePlan const& plan_;
  ProbeSettings const& settings_;
};

DnsQuestion txt_question(std::string const& name);

}  // namespace safeconduct
