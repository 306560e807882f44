// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <initializer_list>

#include "cli/declaration.h"
#include "cli/option_values.h"
#include "packet/field.h"
#include "policy/fleet.h"

namespace safeconduct {
namespace {

constexpr std::uint32_t kMostJobs = 1024;
constexpr std::string_view kMerge = "merge";

Result<void> read_shard(std::string const& text, AuditOptions& options) {
  if (text.empty()) return {};
  auto const slash = std::min(text.find('/'), text.size() - 1);  // without one, no number follows
  auto const number = parse_number(text.substr(0, slash), kMostShards).value_or(0);
  auto const of = parse_number(text.substr(slash + 1), kMostShards).value_or(0);
  if (number < 1 || number > of)
    return std::unexpected(usage_error("--shard: '" + text + "' will not do",
                                       "K/N, the K-th of N, counted from 1: 3/8"));
  options.shard = number;
  options.shards = of;
  return {};
}

// What was asked stands in the results.
Result<void> refuse_questions(std::initializer_list<std::string> words) {
  if (std::ranges::all_of(words, &std::string::empty)) return {};
  return std::unexpected(
      usage_error("'audit merge' checks nothing: it takes no --cache, --resume, --shard, "
                  "--fail-on, --upcoming, --baseline or --write-baseline",
                  "they are for the audits whose results it merges"));
}

// All sites are checked for it: a result has not all that it knows.
Result<void> refuse_part_of_baseline(AuditOptions const& options, std::string const& shard) {
  if (options.write_baseline.empty()) return {};
  if (options.cache.empty() && options.resume.empty() && shard.empty() && options.baseline.empty())
    return {};
  return std::unexpected(
      usage_error("--write-baseline checks all sites: it takes no --cache, --resume, --shard or "
                  "--baseline"));
}

Result<void> take_arguments(std::vector<std::string> const& arguments, AuditOptions& options) {
  if (arguments.empty())
    return std::unexpected(usage_error("no fleet is named", "a file in the form of fleet/1"));
  if (arguments.front() != kMerge) {
    options.fleet = arguments.front();
    if (arguments.size() > 1)
      return std::unexpected(usage_error("'" + arguments[1] + "' is one argument too many"));
    return {};
  }
  options.merged.assign(arguments.begin() + 1, arguments.end());
  if (options.merged.empty())
    return std::unexpected(usage_error("'audit merge' needs files of results",
                                       "each is written by 'audit FLEET --output FILE'"));
  return {};
}

Result<void> refuse_streams_into_files(AuditOptions const& options) {
  for (auto const& one : options.common.further)
    if (one.format == "jsonl")
      return std::unexpected(
          usage_error("--format: the lines of 'jsonl' come one by one", "--output " + one.file));
  if (!options.resume.empty() && !options.common.output.empty())
    return std::unexpected(
        usage_error("--resume goes on with the file that it names: --output "
                    "would be another"));
  return {};
}

}  // namespace

Result<Command> parse_audit(Words words) {
  AuditOptions options;
  std::vector<std::string> arguments;
  std::string as_of;
  std::string fail_on;
  std::string upcoming;
  std::string jobs;
  std::string shard;
  Declaration declared("audit",
                       "Checks every site of a fleet, a line as each is done; or merges the "
                       "results of several audits.",
                       options.common);
  declared.languages(
      "text, markdown and html (other formats, what policies say, errors and this help are "
      "English)");
  declared.further_formats({"markdown", "html", "csv"});
  declared.positionals("FLEET", arguments, "a fleet file; or 'merge FILE...': files of results",
                       {std::string(kMerge)}, Offer::files);
  declared.text("--as-of", as_of,
                "the day to check for, YYYY-MM-DD (else today); of 'merge': that the results have "
                "to be for",
                "DATE");
  declared.text("--fail-on", fail_on,
                "exit with 1 from this level on: required, recommended or none", "LEVEL");
  declared.text(
      "--upcoming", upcoming,
      "what breaks when a range takes effect after that day: fail (exit with 1 for it, by "
      "--fail-on) or report",
      "WORD");
  declared.text("--jobs", jobs, "sites at once (else as many as the hardware has threads)", "N");
  declared.text("--shard", shard, "only the K-th of N shares of the sites", "K/N");
  declared.text("--cache", options.cache, "a folder of answers, for sites that did not change",
                "DIR");
  declared.text("--baseline", options.baseline,
                "what --write-baseline has written down of each site is known, and does not count",
                "FILE");
  declared.text("--write-baseline", options.write_baseline,
                "write down what is found, to be known by --baseline from now on; what the file "
                "knows already keeps its day",
                "FILE");
  declared.text("--resume", options.resume,
                "go on with the results that an earlier run left in this file", "FILE");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  SC_CHECK(take_arguments(arguments, options));
  if (!options.merged.empty())
    SC_CHECK(refuse_questions({options.cache, options.resume, shard, fail_on, upcoming,
                               options.baseline, options.write_baseline}));
  SC_CHECK(refuse_part_of_baseline(options, shard));
  SC_CHECK(refuse_streams_into_files(options));
  SC_TRY(day, option_date("--as-of", as_of));
  options.as_of = day;
  if (!fail_on.empty()) options.fail_on = fail_on;
  SC_CHECK(option_fail_on(options.fail_on));
  SC_TRY(upcoming_fails, option_upcoming(upcoming.empty() ? "fail" : upcoming));
  options.upcoming_fails = upcoming_fails;
  SC_TRY(threads, option_number("--jobs", jobs, kMostJobs));
  options.jobs = threads.value_or(0);
  SC_CHECK(read_shard(shard, options));
  return options;
}

}  // namespace safeconduct
