// SPDX-License-Identifier: GPL-3.0-or-later
#include <exception>
#include <new>
#include <ostream>

#include "base/diagnostic.h"
#include "base/overloaded.h"
#include "cli/commands.h"
#include "cli/guarded.h"
#include "cli/settings.h"
#include "report/probe_report.h"

namespace safeconduct {
namespace {

bool colour_wanted(CommonOptions const& common, World const& world) {
  switch (common.colour) {
    case ColourChoice::always:
      return true;
    case ColourChoice::never:
      return false;
    case ColourChoice::automatic:
      break;
  }
  return world.terminal.is_terminal && !world.terminal.no_colour && common.output.empty();
}

}  // namespace

TextStyle text_style(CommonOptions const& common, World const& world) {
  TextStyle style;
  style.width = common.output.empty() ? world.terminal.width : 80;
  style.colour = colour_wanted(common, world);
  if (common.quiet) style.detail = Detail::quiet;
  if (common.verbose) style.detail = Detail::verbose;
  style.language = common.language;
  return style;
}

Result<void> emit(std::string const& text, CommonOptions const& common, World const& world) {
  if (!common.output.empty()) return world.write(common.output, text);
  *world.out << text << std::flush;
  if (world.out->good()) return {};
  return std::unexpected(
      Error{ErrorKind::unreadable, {}, "standard output cannot be written", {}, {}});
}

namespace {

void say(std::string_view what, std::vector<std::string> const& lines, World const& world) {
  for (auto const& one : lines) *world.err << "safeconduct: " << what << one << '\n';
  *world.err << std::flush;
}

}  // namespace

bool is_for_monitoring(std::span<std::string const> words) {
  if (words.empty() || (words.front() != "probe" && words.front() != "check")) return false;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i] == "--format=nagios" || (words[i] == "nagios" && words[i - 1] == "--format"))
      return true;
  return false;
}

namespace {

Result<int> carried_out(std::span<std::string const> words, World const& world) {
  auto const settings = Settings::read(world);
  say("", settings.warnings(), world);
  std::vector<std::string> taken;
  SC_TRY(command, parse_command_line(words, &settings, &taken));
  if (auto const unheeded = unheeded_language(words.front(), settings);
      !unheeded.empty() && !is_for_monitoring(words))
    say("", {unheeded}, world);
  // Always, however quiet: they may make a verdict milder.
  say("not by the command line: ", taken, world);
  return std::visit(
      Overloaded{
          [&](PrintText const& one) -> Result<int> {
            SC_CHECK(emit(one.text, {}, world));
            return kHolds;
          },
          [&](CheckOptions const& options) { return check_command(options, guarded(world)); },
          [&](BaselineOptions const& options) { return baseline_command(options, world); },
          [&](TraceOptions const& options) { return trace_command(options, guarded(world)); },
          [&](ProbeOptions const& options) { return probe_command(options, guarded(world)); },
          [&](WatchOptions const& options) { return watch_command(options, world); },
          [&](DiagnoseOptions const& options) { return diagnose_command(options, guarded(world)); },
          [&](AuditOptions const& options) {
            return options.merged.empty() ? audit_command(options, world)
                                          : audit_merge_command(options, world);
          },
          [&](RangesOptions const& options) { return ranges_command(options, world); },
          [&](ExplainOptions const& options) { return explain_command(options, world); },
          [&](VerifyOptions const& options) { return verify_certificate_command(options, world); },
          [&](CompletionOptions const& options) { return completion_command(options, world); },
          [&](ManualOptions const& options) { return manual_command(options, world); },
      },
      command);
}

Result<int> without_exceptions(std::span<std::string const> words, World const& world) {
  try {
    return carried_out(words, world);
  } catch (std::bad_alloc const&) {
    return std::unexpected(Error{ErrorKind::limit,
                                 {},
                                 "there is not enough memory",
                                 "ask about fewer clients, regions or policies at a time",
                                 {}});
  } catch (std::exception const& what) {  // no thread, a library's error
    return std::unexpected(
        Error{ErrorKind::limit, {}, "could not run: " + printable(what.what()), std::string(), {}});
  }
}

}  // namespace

int run(std::span<std::string const> words, World const& world) {
  auto const status = without_exceptions(words, world);
  if (status) return *status;
  auto const& error = status.error();
  if (is_for_monitoring(words)) {
    *world.out << nagios_error(to_message(error)) << std::flush;
    return kNagiosUnknown;
  }
  *world.err << (error.at.file.empty() ? "safeconduct: " : "") << to_message(error) << std::flush;
  return kCouldNotRun;
}

}  // namespace safeconduct
