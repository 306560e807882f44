// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/check_input.h"
#include "cli/commands.h"
#include "report/json_check.h"
#include "report/text_check.h"

namespace safeconduct {
namespace {

std::string write(CheckResult const& result, ReportContext const& context,
                  CommonOptions const& common, World const& world) {
  switch (common.format) {
    case OutputFormat::json:
      return json_check(result, context);
    case OutputFormat::jsonl:
      return jsonl_check(result, context);
    case OutputFormat::text:
      break;
  }
  return text_check(result, context, text_style(common, world));
}

Result<CheckResult> checked(CheckOptions const& options, AskedSite const& asked,
                            World const& world) {
  {
    SC_TRY(input, check_input(options, asked, world, Reading::what_matters));
    SC_TRY(result, verify(input));
    if (!result.sieve_left) return result;
  }
  SC_TRY(input, check_input(options, asked, world));
  return verify(input);
}

}  // namespace

Result<int> check_command(CheckOptions const& options, World const& world) {
  SC_TRY(asked, asked_site(options, world));
  ReportContext context;
  context.version = SC_VERSION;
  context.hook = options.hook;
  for (auto const& device : asked.devices) context.devices.push_back({device.name, device.files});
  SC_TRY(result, checked(options, asked, world));
  SC_CHECK(emit(write(result, context, options.common, world), options.common, world));
  return failed(result, options.fail_on) ? kFindings : kHolds;
}

}  // namespace safeconduct
