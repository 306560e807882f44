// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

#include "cli/check_input.h"
#include "cli/commands.h"
#include "cli/option_values.h"
#include "cli/probe_plan_report.h"
#include "policy/wanted.h"
#include "probe/plan.h"
#include "report/probe_report.h"
#include "verify/codes.h"
#include "verify/observed.h"
#include "verify/verify.h"

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
  plan.path = options.path;
  plan.allowed = options.allow_target;
  plan.asking = options.resolver;
  return plan;
}

std::string plan_text(ProbePlan const& plan, std::string const& site, CommonOptions const& common,
                      World const& world) {
  ReportContext context;
  context.version = SC_VERSION;
  switch (common.format) {
    case OutputFormat::json:
      return json_plan(plan, site, context);
    case OutputFormat::jsonl:
      return jsonl_plan(plan);
    case OutputFormat::text:
      break;
  }
  return text_plan(plan, site, text_style(common, world));
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
       "this host has no route for " +
           std::string(name(routed.front() == Family::ip4 ? Family::ip6 : Family::ip4)) +
           ": those addresses are not probed",
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
         enter.empty() ? "sent by a made-up client through this host's forward chains; rules that "
                         "ask for the interface see one of its own (--in says another)"
                       : "sent by a made-up client through this host's forward chains, as if by " +
                             enter + "; answers leave by an interface of its own",
         {}});
    return;
  }
  notes.push_back(
      {std::string(code::kProbesOutput),
       world.forwards()
           ? "this host forwards packets: what it sends itself walks its output chains, and tests "
             "nothing of its forward chains, which are those for its clients"
           : "what this host sends itself walks its own output chains; the rules that a gateway "
             "has for other clients may differ",
       {}});
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

// What is printed, and what is printed while it goes on.
class Told {
 public:
  Told(CommonOptions const& common, World const& world) : common_(common), world_(world) {}

  ProbeSettings settings(ProbeOptions const& options) {
    ProbeSettings settings;
    settings.wire = wire_options(options);
    settings.trust = options.trust;
    if (streams())
      settings.seen = [this](Observation const& o) {
        *world_.out << jsonl_observation(o) << std::flush;
      };
    if (world_.terminal.draws && !common_.quiet)
      settings.progress = [this](std::size_t done, std::size_t all) {
        *world_.err << '\r' << done << " of " << all << " probes" << std::flush;
        drawn_ = true;
      };
    return settings;
  }

  Result<void> end(ObservedResult const& result) {
    if (drawn_) *world_.err << "\r\x1b[K" << std::flush;
    ReportContext context;
    context.version = SC_VERSION;
    switch (common_.format) {
      case OutputFormat::json:
        return emit(json_probe(result, context), common_, world_);
      case OutputFormat::jsonl:
        return emit(lines_of(result) + jsonl_probe_end(result, context), common_, world_);
      case OutputFormat::text:
        break;
    }
    return emit(text_probe(result, text_style(common_, world_)), common_, world_);
  }

 private:
  bool streams() const { return common_.format == OutputFormat::jsonl && common_.output.empty(); }

  // Into a file they go at the end.
  std::string lines_of(ObservedResult const& result) const {
    std::string lines;
    if (streams()) return lines;
    for (auto const& requirement : result.requirements)
      for (auto const& seen : requirement.seen) lines += jsonl_observation(seen.observation);
    return lines;
  }

  CommonOptions const& common_;
  World const& world_;
  bool drawn_ = false;
};

}  // namespace

Result<int> probe_command(ProbeOptions const& options, World const& world) {
  auto const& common = options.check.common;
  SC_TRY(asked, asked_site(options.check, world, Asking::probe));
  auto const site = asked.site.name;
  SC_TRY(input, check_input(options.check, std::move(asked), world));
  SC_TRY(wishes, wanted(input.policies, input.ranges, input.site, input.as_of));
  auto planning = plan_options(options);
  auto plan = plan_probes(wishes, planning);
  leave_out_families(plan, planning, options, wishes, world);
  std::erase_if(wishes.notes, [](Note const& note) {  // names are resolved here
    return note.code == code::kAddressesForNames;
  });
  plan.notes.insert(plan.notes.begin(), wishes.notes.begin(), wishes.notes.end());
  plan.notes.insert(plan.notes.begin(), input.notes.begin(), input.notes.end());
  if (plan.tasks.empty())
    return std::unexpected(usage_error("there is nothing to probe", "the policies give no probe"));
  if (options.dry_run) {
    SC_CHECK(emit(plan_text(plan, site, common, world), common, world));
    return kHolds;
  }
  if (!options.trust.empty()) SC_CHECK(world.read(options.trust));
  std::optional<CheckResult> check;
  if (!input.devices.empty()) {
    SC_TRY(checked, verify(input));
    check = std::move(checked);
  }
  Told told(common, world);
  SC_TRY(run, carried_out(plan, told.settings(options), options, world));
  auto result = observed(wishes, std::move(run.observations));
  result.site = site;
  result.notes.insert(result.notes.begin(), plan.notes.begin(), plan.notes.end());
  result.interrupted = run.interrupted;
  note_way(result.notes, options, world);
  if (check) lay_beside(result, *check);
  SC_CHECK(told.end(result));
  if (run.interrupted) return kInterrupted;
  return failed(result, options.check.fail_on) ? kFindings : kHolds;
}

}  // namespace safeconduct
