// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "cli/check_input.h"
#include "cli/commands.h"
#include "cli/waivers_from.h"
#include "report/known.h"

namespace safeconduct {
namespace {

// What the file knows already: it keeps its day.
Result<std::vector<KnownAlert>> known_already(std::string const& file, World const& world) {
  if (!world.is_file(file)) return std::vector<KnownAlert>();
  SC_TRY(text, world.read(file));
  SC_TRY(known, read_baseline(file, *text));
  if (std::ranges::any_of(known, [](KnownAlert const& one) { return !one.site.empty(); }))
    return std::unexpected(Error{ErrorKind::conflict,
                                 {file, 0, 0},
                                 "this is the baseline of a fleet, which one check would overwrite",
                                 "audit FLEET --write-baseline FILE",
                                 {}});
  return std::move(known);
}

}  // namespace

Result<int> baseline_command(BaselineOptions const& options, World const& world) {
  auto const& check = options.check;
  SC_TRY(earlier, known_already(options.file, world));
  SC_TRY(asked, asked_site(check, world));
  if (!check.waivers_from.empty())
    SC_CHECK(take_waivers_from(check.waivers_from, check.site, asked.site, asked.notes, world));
  ReportContext context;
  context.version = SC_VERSION;
  context.hook = check.hook;
  context.devices = device_files(asked);
  SC_TRY(result, checked(check, asked, world));
  auto const day = to_string(check.as_of.value_or(world.today));
  auto known = known_alerts(result, context, day, OfWaived::left_out);
  keep_days(known, earlier);
  SC_CHECK(world.replace(options.file, json_baseline(known, context, day)));
  auto const count = std::to_string(known.size());
  SC_CHECK(emit(options.file + ": " + count + (known.size() == 1 ? " finding" : " findings") +
                    " known from now on, as of " + day + '\n',
                check.common, world));
  return kHolds;
}

}  // namespace safeconduct
