// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/probe_session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/codes.h"
#include "cli/check_input.h"
#include "cli/note_wording.h"
#include "cli/option_values.h"
#include "cli/rule_cover.h"
#include "probe/judge_range.h"
#include "verify/device_names.h"

namespace safeconduct {
namespace {

PlanOptions plan_options(ProbeOptions const& options) {
  PlanOptions plan;
  if (!options.families.empty()) plan.families = options.families;
  if (!options.through_forward.empty()) {  // those that the client has an address of
    std::erase_if(plan.families, [&](Family family) {
      return std::ranges::none_of(options.through_forward,
                                  [&](Address const& one) { return one.family == family; });
    });
  }
  plan.as_client = options.as_client;
  plan.tries = options.tries;
  plan.patience = std::chrono::milliseconds(options.patience);
  plan.rate = options.rate;
  plan.target_rate = options.target_rate;
  plan.path = options.path;
  plan.allowed = options.allow_target;
  plan.asking = options.resolver;
  return plan;
}

// Where the site does not say which families its clients have, those count that this host has a
// route for.
void leave_out_families(ProbePlan& plan, PlanOptions& options, ProbeOptions const& asked,
                        Wanted const& wishes, World const& world) {
  if (!asked.through_forward.empty()) return;
  if (!asked.families.empty() || !asked.check.site.empty() || !asked.check.clients.empty()) return;
  std::vector<Family> routed;
  for (auto const family : {Family::ip4, Family::ip6}) {
    auto const target = std::ranges::find_if(
        plan.tasks, [&](ProbeTask const& task) { return task.family == family && task.dst; });
    if (target == plan.tasks.end() || world.has_route(*target->dst)) routed.push_back(family);
  }
  if (routed.size() != 1) return;
  options.families = routed;
  plan = plan_probes(wishes, options);
  plan.notes.push_back(
      {std::string(code::kNoRoute),
       {wording::kNoRouteOfFamily,
        {std::string(name(routed.front() == Family::ip4 ? Family::ip6 : Family::ip4))}},
       {}});
}

WireOptions wire_options(ProbeOptions const& options) {
  WireOptions wire;
  wire.source = options.source;
  wire.interface = options.interface;
  wire.mark = options.mark;
  if (options.dscp) wire.dscp = static_cast<std::uint8_t>(*options.dscp);
  return wire;
}

void note_way(Notes& notes, ProbeOptions const& options, World const& world) {
  if (!options.through_forward.empty()) {
    auto const& enter = options.check.in;
    notes.push_back(
        {std::string(code::kThroughForward),
         enter.empty() ? Said(wording::kMadeUpClient) : Said(wording::kMadeUpClientBy, {enter}),
         {}});
    return;
  }
  notes.push_back({std::string(code::kProbesOutput),
                   world.forwards() ? wording::kHostForwards : wording::kHostsOwnChains,
                   {}});
}

RuleTracePlan trace_plan(ProbePlan const& plan, ProbeOptions const& options) {
  RuleTracePlan traced{options.through_forward, {}};
  for (auto const& task : plan.tasks)
    if (std::ranges::find(traced.ports, task.port) == traced.ports.end())
      traced.ports.push_back(task.port);
  return traced;
}

// From this host, or from the client that is made up on it.
Result<ProbeRun> carried_out(ProbePlan const& plan, ProbeSettings const& settings,
                             ProbeOptions const& options, World const& world) {
  if (options.through_forward.empty()) return world.probe(plan, settings);
  SC_TRY(client, world.lan_client({options.through_forward, options.check.in}));
  std::optional<ProbeRun> run;
  client->run([&] { run = world.probe(plan, settings); });
  if (!run)
    return std::unexpected(usage_error("--through-forward: the client's namespace is not there"));
  return std::move(*run);
}

}  // namespace

Result<ProbeSession> ProbeSession::prepare(ProbeOptions const& options, World const& world) {
  ProbeSession session(options, world);
  SC_TRY(asked, asked_site(options.check, world, Asking::probe));
  session.site_ = asked.site.name;
  SC_TRY(input, check_input(options.check, std::move(asked), world));
  session.input_ = std::move(input);
  auto const& in = session.input_;
  SC_TRY(wishes, wanted(in.policies, in.ranges, in.site, in.as_of));
  session.wishes_ = std::move(wishes);
  auto& plan = session.plan_;
  auto planning = plan_options(options);
  Notes uncovered;
  if (options.cover_rules) {
    if (in.devices.empty())
      return std::unexpected(usage_error("--cover-rules: the site has no rules"));
    SC_TRY(checked, verify(in));
    auto cover = rule_cover(checked);
    planning.witnesses = std::move(cover.witnesses);
    uncovered = std::move(cover.notes);
    session.check_ = std::move(checked);
  }
  plan = plan_probes(session.wishes_, planning);
  leave_out_families(plan, planning, options, session.wishes_, world);
  auto& notes = session.wishes_.notes;
  std::erase_if(notes, [](Note const& note) {  // names are resolved here
    return note.code == code::kAddressesForNames;
  });
  plan.notes.insert(plan.notes.begin(), notes.begin(), notes.end());
  plan.notes.insert(plan.notes.begin(), in.notes.begin(), in.notes.end());
  plan.notes.insert(plan.notes.end(), uncovered.begin(), uncovered.end());
  if (plan.tasks.empty())
    return std::unexpected(usage_error("there is nothing to probe", "the policies give no probe"));
  if (!options.dry_run && !options.trust.empty()) SC_CHECK(world.read(options.trust));
  return session;
}

Result<ObservedResult> ProbeSession::run(ProbeSettings settings) {
  if (!input_.devices.empty() && !check_) {
    SC_TRY(checked, verify(input_));
    check_ = std::move(checked);
  }
  settings.wire = wire_options(*options_);
  settings.trust = options_->trust;
  auto const finish = [names = device_names(input_.site), this](Observation& o) {
    name_devices(o, names);
    judge_range(o, plan_.tasks);
  };
  if (auto told = std::move(settings.seen))
    settings.seen = [told = std::move(told), &finish](Observation o) {
      finish(o);
      told(o);
    };
  std::unique_ptr<RuleTrace> trace;
  if (options_->trace_rules) {
    SC_TRY(started, world_->trace_rules(trace_plan(plan_, *options_)));
    trace = std::move(started);
  }
  SC_TRY(run, carried_out(plan_, settings, *options_, *world_));
  if (trace) add_rule_trace(run.observations, read_rule_trace(trace->end()));
  for (auto& o : run.observations) finish(o);
  auto result = observed(wishes_, std::move(run.observations), plan_.families);
  result.site = site_;
  result.notes.insert(result.notes.begin(), plan_.notes.begin(), plan_.notes.end());
  result.interrupted = run.interrupted;
  note_way(result.notes, *options_, *world_);
  if (check_) lay_beside(result, *check_);
  return result;
}

}  // namespace safeconduct
