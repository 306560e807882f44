// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "cli/certified_inputs.h"
#include "cli/check_input.h"
#include "cli/commands.h"
#include "report/certificate_json.h"
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
    if (!result.sieve_left) return std::move(result);
  }
  SC_TRY(input, check_input(options, asked, world));
  return verify(input);
}

// With all rules, as whoever checks the certificate will read them.
Result<CheckResult> certified(CheckOptions const& options, AskedSite const& asked,
                              World const& seen, std::vector<RecordedFile> const& files,
                              World const& world) {
  SC_CHECK(refuse_uncertifiable(asked));
  SC_TRY(input, check_input(options, asked, seen));
  SC_TRY(result, verify(input));
  auto certificate = certify(input, result);
  certificate.version = SC_VERSION;
  certificate.question = certified_question(options, input.as_of);
  certificate.inputs = certified_inputs(files, options, asked, input, world);
  SC_CHECK(world.write(options.certificate, json_certificate(certificate)));
  return result;
}

}  // namespace

Result<int> check_command(CheckOptions const& options, World const& world) {
  std::vector<RecordedFile> files;
  auto const seen = recorded(world, files);
  SC_TRY(asked, asked_site(options, options.certificate.empty() ? world : seen));
  ReportContext context;
  context.version = SC_VERSION;
  context.hook = options.hook;
  for (auto const& device : asked.devices)  // one that is on several paths has the same files
    if (std::ranges::find(context.devices, device.name, &DeviceFiles::device) ==
        context.devices.end())
      context.devices.push_back({device.name, device.files});
  SC_TRY(result, options.certificate.empty() ? checked(options, asked, world)
                                             : certified(options, asked, seen, files, world));
  SC_CHECK(emit(write(result, context, options.common, world), options.common, world));
  return failed(result, options.fail_on, options.upcoming_fails) ? kFindings : kHolds;
}

}  // namespace safeconduct
