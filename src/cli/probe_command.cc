// SPDX-License-Identifier: GPL-3.0-or-later
#include <ostream>

#include "cli/commands.h"
#include "cli/probe_plan_report.h"
#include "cli/probe_session.h"
#include "report/probe_report.h"

namespace safeconduct {
namespace {

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

// What is printed, and what is printed while it goes on.
class Told {
 public:
  Told(ProbeOptions const& options, World const& world)
      : common_(options.check.common), nagios_(options.nagios), world_(world) {}

  ProbeSettings settings() {
    ProbeSettings settings;
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
    if (nagios_) {
      auto const report = nagios_probe(result);
      nagios_status_ = report.status;
      return emit(report.text, common_, world_);
    }
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

  // What the exit status is made of where a monitoring system asks.
  int nagios_status() const { return nagios_status_; }

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
  bool nagios_;
  World const& world_;
  bool drawn_ = false;
  int nagios_status_ = 0;
};

}  // namespace

Result<int> probe_command(ProbeOptions const& options, World const& world) {
  auto const& common = options.check.common;
  SC_TRY(session, ProbeSession::prepare(options, world));
  if (options.dry_run) {
    SC_CHECK(emit(plan_text(session.plan(), session.site(), common, world), common, world));
    return kHolds;
  }
  Told told(options, world);
  SC_TRY(result, session.run(told.settings()));
  SC_CHECK(told.end(result));
  if (options.nagios) return told.nagios_status();
  if (result.interrupted) return kInterrupted;
  return failed(result, options.check.fail_on) ? kFindings : kHolds;
}

}  // namespace safeconduct
