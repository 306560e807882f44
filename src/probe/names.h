// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From the names of a plan to addresses. Headers of .cc files only.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "packet/observation.h"
#include "probe/asker.h"
#include "probe/awaiting.h"
#include "probe/plan.h"

namespace safeconduct {

// One address that a task is about, or what became of its name instead.
struct ResolvedTask {
  ProbeTask task;
  std::vector<Evidence> evidence;
  std::optional<Observation> observation;
};

// A task of which nothing was sent.
Observation unsent(ProbeTask const& task, Outcome outcome, std::string cause, Said detail);

// What an answer says of the task's name. Pure.
std::vector<ResolvedTask> resolved_tasks(ProbePlan const& plan, ProbeTask const& task,
                                         DnsMessage const& message, std::string const& asked);

class Names {
 public:
  Names(Asker& asker, ProbePlan const& plan) : asker_(asker), plan_(plan) {}

  // The first resolver that answers at all answers for all names.
  asio::awaitable<void> choose();
  asio::awaitable<std::vector<ResolvedTask>> resolve(ProbeTask task);

 private:
  asio::awaitable<Heard> ask(WireTarget resolver, DnsQuestion question);

  Asker& asker_;
  ProbePlan const& plan_;
  std::optional<WireTarget> resolver_;
  std::map<std::pair<std::string, Family>, Heard> known_;
};

}  // namespace safeconduct
