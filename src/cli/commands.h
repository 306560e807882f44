// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/options.h"
#include "cli/world.h"
#include "report/context.h"

namespace safeconduct {

// Exit statuses.
inline constexpr int kHolds = 0;
inline constexpr int kFindings = 1;
inline constexpr int kCouldNotRun = 2;
inline constexpr int kInterrupted = 130;  // what is known by then was reported

// One file a command. The exit status, or why it could not run.
Result<int> check_command(CheckOptions const& options, World const& world);
Result<int> baseline_command(BaselineOptions const& options, World const& world);
Result<int> trace_command(TraceOptions const& options, World const& world);
Result<int> probe_command(ProbeOptions const& options, World const& world);
Result<int> diagnose_command(DiagnoseOptions const& options, World const& world);
Result<int> watch_command(WatchOptions const& options, World const& world);
Result<int> audit_command(AuditOptions const& options, World const& world);
Result<int> audit_merge_command(AuditOptions const& options, World const& world);
Result<int> ranges_command(RangesOptions const& options, World const& world);
Result<int> ranges_diff_command(RangesOptions const& options, World const& world);
Result<int> ranges_import_command(RangesOptions const& options, World const& world);
Result<int> ranges_resolve_command(RangesOptions const& options, World const& world);
Result<int> explain_command(ExplainOptions const& options, World const& world);
Result<int> verify_certificate_command(VerifyOptions const& options, World const& world);
Result<int> completion_command(CompletionOptions const& options, World const& world);
Result<int> manual_command(ManualOptions const& options, World const& world);

// Does such a command line ask for what a monitoring system reads? Its errors go there, too.
bool is_for_monitoring(std::span<std::string const> words);

// The result, to where --output says.
Result<void> emit(std::string const& text, CommonOptions const& common, World const& world);
TextStyle text_style(CommonOptions const& common, World const& world);

// Everything, from the words after the program's name to the exit status.
int run(std::span<std::string const> words, World const& world);

}  // namespace safeconduct
