// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/sha256.h"
#include "cli/certified_inputs.h"
#include "cli/check_input.h"
#include "cli/commands.h"
#include "cli/data.h"
#include "cli/known_state.h"
#include "cli/waivers_from.h"
#include "monitor/check_metrics.h"
#include "monitor/exposition.h"
#include "report/certificate_json.h"
#include "report/check_writers.h"
#include "report/json_check.h"
#include "report/text_check.h"

namespace safeconduct {
namespace {

std::string nagios_text(CheckResult const& result, ReportContext const& /*context*/) {
  return nagios_check(result).text;
}

// Prometheus' text format and OpenMetrics agree on gauges; the last line is a comment to the
// former.
std::string openmetrics_check(CheckResult const& result, ReportContext const& /*context*/) {
  return exposition_text(metrics_of(result)) + "# EOF\n";
}

// The exit status is then what a monitoring system expects.
bool is_nagios(CommonOptions const& common) {
  return std::ranges::any_of(common.further, [](FurtherReport const& one) {
    return one.format == "nagios" && one.file.empty();
  });
}

std::string write(CheckResult const& result, ReportContext const& context, std::string_view format,
                  TextStyle const& style) {
  using Writer = std::string (*)(CheckResult const&, ReportContext const&);
  constexpr std::array<std::pair<std::string_view, Writer>, 12> kWriters{{
      {"json", json_check},
      {"jsonl", jsonl_check},
      {"sarif", sarif_check},
      {"junit", junit_check},
      {"markdown", markdown_check},
      {"html", html_check},
      {"github", github_check},
      {"gitlab", gitlab_check},
      {"rdjsonl", rdjsonl_check},
      {"csv", csv_check},
      {"nagios", nagios_text},
      {"openmetrics", openmetrics_check},
  }};
  auto const* const found =
      std::ranges::find(kWriters, format, [](auto const& one) { return one.first; });
  if (found != kWriters.end()) return found->second(result, context);
  return text_check(result, context, style);
}

std::string_view name_of(OutputFormat format) {
  constexpr std::array<std::string_view, 3> kNames{"text", "json", "jsonl"};
  return kNames[static_cast<std::size_t>(format)];
}

// One run, all the reports that are asked for.
Result<void> report(CheckResult const& result, ReportContext const& context,
                    CommonOptions const& common, World const& world) {
  if (!common.only_further)
    SC_CHECK(emit(write(result, context, name_of(common.format), text_style(common, world)), common,
                  world));
  for (auto const& one : common.further) {
    // Files are read without a terminal.
    TextStyle style;
    style.language = common.language;
    auto const text = write(result, context, one.format, style);
    if (one.file.empty()) {
      SC_CHECK(emit(text, common, world));
    } else {
      SC_CHECK(world.write(one.file, text));
    }
  }
  return {};
}

bool is_filed(CommonOptions const& common) {
  return std::ranges::find(common.further, "html", &FurtherReport::format) != common.further.end();
}

std::vector<InputFile> input_files(std::vector<RecordedFile> const& files,
                                   CommonOptions const& common, World const& world) {
  std::optional<DataFolder> data;
  if (auto found = find_data(world, common.data)) data = std::move(*found);
  std::vector<InputFile> inputs;
  for (auto const& one : files) {
    auto const name = data ? shown_path(*data, one.path) : one.path;
    if (std::ranges::find(inputs, name, &InputFile::name) == inputs.end())
      inputs.push_back({name, sha256(*one.text)});
  }
  return inputs;
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
  if (!options.certificate.empty())
    SC_CHECK(world.write(options.certificate, json_certificate(certificate)));
  if (!options.statement.empty())
    SC_CHECK(world.write(options.statement, json_statement(certificate)));
  return result;
}

// Does 'trace --site' ask about the same devices, in the same way?
bool is_asked_by_its_file_alone(CheckOptions const& options, Site const& site) {
  auto const& facts = options.facts;
  bool const some_fact = !facts.masquerade_as.empty() || facts.symmetric_routes ||
                         facts.plain_interfaces || facts.full_listing;
  return site.paths.empty() && options.rules.empty() && options.also.empty() &&
         options.in.empty() && options.out.empty() && options.hook == Hook::forward &&
         !options.input_format && options.dialect.empty() && !some_fact;
}

}  // namespace

Result<int> check_command(CheckOptions const& options, World const& world) {
  std::vector<RecordedFile> files;
  auto const seen = recorded(world, files);
  auto const& reading = !options.certifies() && !is_filed(options.common) ? world : seen;
  SC_TRY(asked, asked_site(options, reading));
  if (!options.waivers_from.empty())
    SC_CHECK(
        take_waivers_from(options.waivers_from, options.site, asked.site, asked.notes, reading));
  ReportContext context;
  context.version = SC_VERSION;
  context.language = options.common.language;
  context.hook = options.hook;
  context.devices = device_files(asked);
  if (is_asked_by_its_file_alone(options, asked.site)) context.site_file = options.site;
  SC_TRY(result, options.certifies() ? certified(options, asked, seen, files, world)
                                     : checked(options, asked, reading));
  SC_CHECK(hold_against(options, context, world, result));
  if (is_filed(options.common)) {
    context.as_of = to_string(options.as_of.value_or(world.today));
    context.inputs = input_files(files, options.common, world);
  }
  SC_CHECK(report(result, context, options.common, world));
  if (is_nagios(options.common)) return nagios_check(result).status;
  return failed(result, options.fail_on, options.upcoming_fails) ? kFindings : kHolds;
}

}  // namespace safeconduct
