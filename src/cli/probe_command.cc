// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <iterator>

#include "cli/check_input.h"
#include "cli/commands.h"
#include "cli/option_values.h"
#include "cli/probe_plan_report.h"
#include "policy/wanted.h"
#include "probe/plan.h"
#include "verify/codes.h"

namespace safeconduct {
namespace {

PlanOptions plan_options(ProbeOptions const& options) {
  PlanOptions plan;
  if (!options.families.empty()) plan.families = options.families;
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

}  // namespace

Result<int> probe_command(ProbeOptions const& options, World const& world) {
  auto const& common = options.check.common;
  SC_TRY(asked, asked_site(options.check, world, Asking::probe));
  auto const site = asked.site.name;
  SC_TRY(input, check_input(options.check, std::move(asked), world));
  SC_TRY(wishes, wanted(input.policies, input.ranges, input.site, input.as_of));
  auto plan = plan_probes(wishes, plan_options(options));
  std::erase_if(wishes.notes, [](Note const& note) {  // names are resolved here
    return note.code == code::kAddressesForNames;
  });
  plan.notes.insert(plan.notes.begin(), wishes.notes.begin(), wishes.notes.end());
  plan.notes.insert(plan.notes.begin(), input.notes.begin(), input.notes.end());
  if (plan.tasks.empty())
    return std::unexpected(usage_error("there is nothing to probe", "the policies give no probe"));
  if (!options.dry_run) return std::unexpected(usage_error("only --dry-run is there yet"));
  SC_CHECK(emit(plan_text(plan, site, common, world), common, world));
  return kHolds;
}

}  // namespace safeconduct
