// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/codes.h"
#include "base/text.h"
#include "cli/check_input.h"
#include "cli/commands.h"
#include "cli/note_wording.h"
#include "cli/option_values.h"
#include "evidence/bundle.h"
#include "evidence/client_story.h"
#include "evidence/clock_match.h"
#include "policy/wanted.h"
#include "report/diagnosis_report.h"
#include "report/redaction.h"
#include "verify/device_names.h"
#include "verify/diagnosis.h"
#include "verify/verify.h"
#include "wire/public_address.h"

namespace safeconduct {
namespace {

// Logs first, wherever they stand: captures are searched for the gateways that they name. What can
// be read once only is read in its turn.
Result<Bundle> read_all(std::vector<std::string> const& files, Wanted const& wanted,
                        std::vector<GatewayTold> gateways, World const& world) {
  Bundle bundle;
  bundle.gateways = std::move(gateways);
  for (auto const& file : files) {
    if (!world.is_file(file)) continue;
    SC_TRY(stream, world.open(file));
    look_for_gateways(file, *stream, wanted, {}, bundle.gateways);
  }
  for (auto const& file : files) {
    SC_TRY(stream, world.open(file));
    read_evidence(file == "-" ? "standard input" : file, *stream, wanted, {}, bundle);
  }
  note_read_before_logs(bundle);
  return bundle;
}

// Logs and captures, with the logs' times in UTC where a capture tells the zone.
struct Told {
  DiagnosisInput input;
  std::optional<ClockMatch> clock;
  Notes notes;
};

Told told_by(Bundle const& bundle, Wanted const& wanted) {
  auto story = client_story(bundle.plugin_logs, bundle.swg_logs, wanted);
  Told told;
  std::vector<DnsWave> waves;
  for (auto const& capture : bundle.captures)
    waves.insert(waves.end(), capture.waves.begin(), capture.waves.end());
  std::ranges::stable_sort(waves, {}, &DnsWave::first);
  told.clock = clock_match(story.asked, waves);
  if (told.clock) {
    for (auto& o : story.observations) {
      if (auto utc = in_utc(o.first, *told.clock); !utc.empty()) o.first = std::move(utc);
      if (auto utc = in_utc(o.last, *told.clock); !utc.empty()) o.last = std::move(utc);
    }
    for (auto& change : story.timeline) change.utc = in_utc(change.at, *told.clock);
  }
  told.input.observations = std::move(story.observations);
  for (auto const& capture : bundle.captures)
    told.input.observations.insert(told.input.observations.end(), capture.observations.begin(),
                                   capture.observations.end());
  told.input.timeline = std::move(story.timeline);
  told.input.fail_open = story.fail_open;
  told.notes = std::move(story.notes);
  return told;
}

// As a word of a shell's line.
std::string shell_word(std::string const& word) {
  bool const plain = !word.empty() && std::ranges::all_of(word, [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("._-/:,+@%").contains(c);
  });
  if (plain) return word;
  std::string quoted = "'";
  for (auto const c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

std::string with_options(std::string command, CheckOptions const& options) {
  auto const add = [&](std::string_view option, std::string const& value) {
    if (!value.empty()) command += ' ' + std::string(option) + ' ' + shell_word(value);
  };
  add("--site", options.site);
  for (auto const& one : options.policies) add("--policy", one);
  add("--provider", options.provider);
  for (auto const& one : options.regions) add("--region", one);
  return command;
}

std::string trace_line(CheckOptions const& options) {
  std::string command = "safeconduct trace";
  if (options.rules.empty()) {
    if (options.site.empty()) return {};
    return command + " --site " + shell_word(options.site);
  }
  for (auto const& one : options.rules) command += ' ' + shell_word(one);
  if (!options.in.empty()) command += " --in " + shell_word(options.in);
  if (!options.out.empty()) command += " --out " + shell_word(options.out);
  return command;
}

std::string_view placeholder(Secret::Kind kind) {
  switch (kind) {
    case Secret::Kind::organization:
      return "[organization]";
    case Secret::Kind::fingerprint:
      return "[fingerprint]";
    case Secret::Kind::user_id:
      return "[user id]";
    case Secret::Kind::host:
      return "[host]";
    case Secret::Kind::user:
      return "[user]";
  }
  return "[redacted]";
}

// In the order in which the site file has them, each once.
std::vector<std::string> names_of_devices(Site const& site) {
  std::vector<std::string> names;
  auto const add = [&](Device const& device) {
    if (std::ranges::find(names, device.name) == names.end()) names.push_back(device.name);
  };
  for (auto const& device : site.path) add(device);
  for (auto const& path : site.paths)
    for (auto const& device : path.devices) add(device);
  return names;
}

Redaction redaction_for(Bundle const& bundle, Wanted const& wanted, Site const& site,
                        ObservedResult const& result, bool all) {
  Redaction redaction(all);
  for (auto const& secret : bundle.client.secrets) {
    bool const always = secret.kind != Secret::Kind::host && secret.kind != Secret::Kind::user;
    if (always || all) redaction.replace(secret.text, std::string(placeholder(secret.kind)));
  }
  if (all) {
    std::size_t number = 0;
    for (auto const& name : names_of_devices(site))
      redaction.replace(name, "device-" + std::to_string(++number));
  }
  for (auto const& one : wanted.requirements) {
    if (one.requirement->expect != Expect::allow) continue;
    if (std::holds_alternative<ToAnywhere>(one.requirement->to)) continue;
    for (auto const& flow : one.flows) redaction.keep(flow.family, flow.dst);
  }
  // And where its names led to, outside of the ranges that are known.
  for (auto const& one : result.requirements)
    for (auto const& seen : one.seen)
      if (auto const& dst = seen.observation.dst; dst && is_public(*dst))
        redaction.keep(dst->family, AddressSet(AddressInterval{dst->bits, dst->bits}));
  return redaction;
}

std::string report_of(Diagnosis const& diagnosis, Redaction& redaction, CommonOptions const& common,
                      World const& world) {
  ReportContext context;
  context.version = SC_VERSION;
  // The JSON report numbers the addresses, so that they have the same numbers in each.
  auto json = redaction.addresses(json_diagnosis(diagnosis, context));
  switch (common.format) {
    case OutputFormat::json:
      return json;
    case OutputFormat::jsonl:
      return redaction.addresses(jsonl_diagnosis(diagnosis, context));
    case OutputFormat::text:
      break;
  }
  return redaction.addresses(text_diagnosis(diagnosis, text_style(common, world)));
}

void add_notes(Diagnosis& diagnosis, Notes const& notes) {
  diagnosis.result.notes.insert(diagnosis.result.notes.end(), notes.begin(), notes.end());
}

std::string site_name(AskedSite const& asked, DiagnoseOptions const& options) {
  if (!options.check.site.empty()) return asked.site.name;
  auto const& first = options.files.front();
  auto name = first == "-" ? std::string("standard input") : first;
  if (options.files.size() == 1) return name;
  auto const& common = options.check.common;
  bool const text = common.format == OutputFormat::text;  // those for programs are English
  return Speaker(text ? common.language : Language::english)
      .say(wording::kFilesMore, {name, std::to_string(options.files.size() - 1)});
}

Result<void> refuse_nothing(Bundle const& bundle, std::string const& file) {
  if (!bundle.plugin_logs.empty() || !bundle.swg_logs.empty() || !bundle.captures.empty())
    return {};
  auto const text = bundle.notes.empty()
                        ? std::string("there is no client log and no capture in it")
                        : "nothing of it can be read: " + bundle.notes.front().message.english();
  return std::unexpected(
      Error{ErrorKind::unreadable,
            {file, 0, 0},
            text,
            "a diagnostic bundle (DART), cscumbrellaplugin.txt, Umbrella.txt, or "
            "a capture will do",
            {}});
}

// What differs from better days; none, where no evidence of such was given. What was not read of it
// is noted with the rest.
Result<std::optional<std::vector<Difference>>> beside_baseline(
    DiagnoseOptions const& options, Wanted const& wanted, std::vector<GatewayTold> const& gateways,
    Told& told, World const& world) {
  if (options.baseline.empty()) return std::optional<std::vector<Difference>>();
  SC_TRY(better, read_all(options.baseline, wanted, gateways, world));
  SC_CHECK(refuse_nothing(better, options.baseline.front()));
  told.notes.insert(told.notes.end(), better.notes.begin(), better.notes.end());
  return differences(told_by(better, wanted).input.observations, told.input.observations);
}

}  // namespace

Result<int> diagnose_command(DiagnoseOptions const& options, World const& world) {
  auto const& common = options.check.common;
  SC_TRY(asked, asked_site(options.check, world, Asking::probe));
  auto const site = site_name(asked, options);
  SC_TRY(input, check_input(options.check, std::move(asked), world));
  SC_TRY(wishes, wanted(input.policies, input.ranges, input.site, input.as_of));
  SC_TRY(bundle, read_all(options.files, wishes, {}, world));
  SC_CHECK(refuse_nothing(bundle, options.files.front()));
  auto told = told_by(bundle, wishes);
  SC_TRY(differing, beside_baseline(options, wishes, bundle.gateways, told, world));
  auto const names = device_names(input.site);
  for (auto& o : told.input.observations) name_devices(o, names);
  auto diagnosis = diagnosed(wishes, std::move(told.input));
  diagnosis.result.site = site;
  diagnosis.clock = told.clock;
  diagnosis.differences = std::move(differing);
  diagnosis.incomplete = bundle.incomplete;
  diagnosis.system = bundle.client.system;
  for (auto& one : bundle.read)
    diagnosis.files.push_back({std::move(one.file), std::move(one.kind), std::move(one.text)});
  diagnosis.probe_command = with_options("safeconduct probe", options.check);
  if (!input.devices.empty()) {
    SC_TRY(checked, verify(input));
    lay_beside(diagnosis.result, checked);
    diagnosis.trace_command = trace_line(options.check);
  }
  diagnosis.result.causes = diagnosed_causes(diagnosis);
  add_notes(diagnosis, bundle.notes);
  add_notes(diagnosis, told.notes);
  add_notes(diagnosis, input.notes);
  std::erase_if(wishes.notes, [](Note const& note) {  // of no use to one that is looked at
    return note.code == code::kAddressesForNames || note.code == code::kFeatureLeftOut;
  });
  add_notes(diagnosis, wishes.notes);
  auto redaction = redaction_for(bundle, wishes, input.site, diagnosis.result, options.redact);
  redact_words(diagnosis, redaction);
  SC_CHECK(emit(report_of(diagnosis, redaction, common, world), common, world));
  bool const fails = failed(diagnosis.result, options.check.fail_on);
  bool const doubtful = diagnosis.incomplete && options.check.fail_on != "none";
  return fails || doubtful ? kFindings : kHolds;
}

}  // namespace safeconduct
