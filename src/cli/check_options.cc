// SPDX-License-Identifier: GPL-3.0-or-later
// The options of 'check', and of 'baseline write', which asks the same.
#include <algorithm>

#include "cli/declaration.h"
#include "cli/option_values.h"

namespace safeconduct {
namespace {

constexpr std::uint32_t kMostJobs = 1024;
constexpr std::string_view kWrite = "write";

// What needs judging, as text.
struct CheckWords {
  std::vector<std::string> clients;
  std::vector<std::string> masquerade_as;
  std::string hook = "forward";
  std::string as_of;
  std::string input_format;
  std::string upcoming = "fail";
  std::string jobs;
};

// What is asked of which rules.
void declare_question(Declaration& declared, CheckOptions& options, CheckWords& words) {
  declared.text("--site", options.site, "a site file: clients, regions, devices", "FILE");
  declared.list("--also", options.also, "a further site file, for its devices", "FILE");
  declared.list("--policy", options.policies, "a policy, by name or file", "NAME");
  declared.text("--provider", options.provider, "whose ingress ranges, by name or file", "NAME");
  declared.list("--region", options.regions, "a region of the provider", "ID");
  declared.list("--clients", words.clients, "addresses of the clients", "PREFIX");
  declared.text("--in", options.in, "interface that client traffic comes in by", "NAME");
  declared.text("--out", options.out, "interface that it leaves by", "NAME");
  declared.list("--masquerade-as", words.masquerade_as, std::string(kMasqueradeAs), "ADDRESS");
  declared.flag("--symmetric-routes", options.facts.symmetric_routes,
                std::string(kSymmetricRoutes));
  declared.flag("--plain-interfaces", options.facts.plain_interfaces,
                std::string(kPlainInterfaces));
  declared.flag(
      "--known-neighbours", options.facts.known_neighbours,
      "hosts on the links are known whatever rules do to neighbour discovery and ARP: PPP, "
      "tunnels, or entered by hand");
  declared.flag("--full-listing", options.facts.full_listing, std::string(kFullListing));
  declared.text("--hook", words.hook, "forward, output (this host is the client) or input", "HOOK");
  declared.text("--as-of", words.as_of, "the day to check for, YYYY-MM-DD (else today)", "DATE");
  declared.text("--input-format", words.input_format,
                "nft, nft-json, iptables-save, ipset-save or csv (else detected)", "FORMAT");
  declared.text("--dialect", options.dialect,
                "of a CSV export, by name or file (else told by its header)", "NAME");
}

// What of the answer counts.
void declare_answer(Declaration& declared, CheckOptions& options, CheckWords& words) {
  declared.text("--fail-on", options.fail_on,
                "exit with 1 from this level on: required, recommended or none", "LEVEL");
  declared.text(
      "--upcoming", words.upcoming,
      "what breaks when a range takes effect after that day: fail (exit with 1 for it, by "
      "--fail-on) or report",
      "WORD");
  declared.text("--certificate", options.certificate,
                "write what was found so that 'verify-certificate' can check it again", "FILE");
  declared.text("--statement", options.statement,
                "write the result as a statement of in-toto, which other tools sign", "FILE");
  declared.text("--baseline", options.baseline,
                "what 'baseline write' has written down is known, and does not count", "FILE");
  declared.text("--changed-since", options.changed_since,
                "only what the files of this git revision do not have yet counts", "REV");
}

void declare_rest(Declaration& declared, CheckOptions& options, CheckWords& words) {
  declared.text("--waivers-from", options.waivers_from,
                "the waivers of the site file as it is in this git revision, so that a change "
                "cannot excuse itself",
                "REV");
  declared.text("--jobs", words.jobs, "threads (else as many as the hardware runs at once)", "N");
}

// What is compared with a revision is in its repository.
Result<void> judge_known(CheckOptions const& options) {
  SC_CHECK(option_revision("--waivers-from", options.waivers_from));
  SC_CHECK(option_revision("--changed-since", options.changed_since));
  if (!options.waivers_from.empty() && options.site.empty())
    return std::unexpected(
        usage_error("--waivers-from is for the waivers of a site file", "name it with --site"));
  if (!options.waivers_from.empty() && options.certifies())
    return std::unexpected(
        usage_error("--waivers-from does not go with --certificate or --statement",
                    "a certificate rests on the files as they are"));
  bool const no_file = std::ranges::any_of(options.rules, [](std::string const& one) {
    return one == "-" || one.starts_with("kernel:");
  });
  if (!options.changed_since.empty() && no_file)
    return std::unexpected(usage_error("--changed-since compares files of a repository",
                                       "standard input and running rules have no revision"));
  return {};
}

Result<void> judge(CheckWords const& words, CheckOptions& options) {
  SC_CHECK(judge_known(options));
  if (options.rules.empty() && options.site.empty())
    return std::unexpected(usage_error("nothing to check", "name a rule-set export, or --site"));
  for (auto const& one : words.clients) {
    SC_TRY(prefix, option_prefix("--clients", one));
    options.clients.push_back(prefix);
  }
  SC_TRY(masquerade_as, option_addresses("--masquerade-as", words.masquerade_as));
  options.facts.masquerade_as = std::move(masquerade_as);
  SC_TRY(at_hook, option_hook(words.hook));
  options.hook = at_hook;
  SC_TRY(day, option_date("--as-of", words.as_of));
  options.as_of = day;
  options.count_expiring = day.has_value() && !options.certifies();
  SC_TRY(format, option_input_format(words.input_format));
  options.input_format = format;
  SC_CHECK(option_fail_on(options.fail_on));
  SC_TRY(upcoming_fails, option_upcoming(words.upcoming));
  options.upcoming_fails = upcoming_fails;
  SC_TRY(threads, option_number("--jobs", words.jobs, kMostJobs));
  options.jobs = threads.value_or(0);
  return {};
}

// "write FILE RULES..."
Result<void> take_arguments(std::vector<std::string> const& arguments, BaselineOptions& options) {
  if (arguments.empty() || arguments.front() != kWrite)
    return std::unexpected(
        usage_error("what to do with the baseline is not said", "safeconduct baseline write FILE"));
  if (arguments.size() < 2)
    return std::unexpected(
        usage_error("the file of the baseline is not named", "safeconduct baseline write FILE"));
  options.file = arguments[1];
  options.check.rules.assign(arguments.begin() + 2, arguments.end());
  return {};
}

}  // namespace

Result<Command> parse_check(Words line) {
  CheckOptions options;
  CheckWords words;
  Declaration declared("check",
                       "Proves each required flow through the rules, or names what "
                       "blocks it.",
                       options.common);
  declared.languages(
      "text, markdown and html (other formats, what policies say, errors and this help are "
      "English)");
  declared.further_formats({"sarif", "junit", "markdown", "html", "github", "gitlab", "rdjsonl",
                            "csv", "nagios", "openmetrics"});
  declared.positionals(
      "RULES", options.rules,
      "exported rule sets that make up one device; - is standard input, kernel: the "
      "running rules of this host, kernel:NETNS of a namespace; beside --site they stand for those "
      "of its one device");
  declare_question(declared, options, words);
  declare_answer(declared, options, words);
  declare_rest(declared, options, words);
  SC_TRY(help, declared.parse(line));
  if (help) return *help;
  SC_CHECK(judge(words, options));
  return options;
}

Result<Command> parse_baseline(Words line) {
  BaselineOptions options;
  CheckWords words;
  std::vector<std::string> arguments;
  Declaration declared("baseline",
                       "Writes down what 'check' finds: 'check --baseline' then shows it as known, "
                       "and only what is new fails.",
                       options.check.common);
  declared.positionals("write FILE RULES", arguments,
                       "the file of the baseline, JSON: what it knows already keeps its day; then "
                       "exported rule sets, as of 'check'",
                       {std::string(kWrite)}, Offer::files);
  declare_question(declared, options.check, words);
  declare_rest(declared, options.check, words);
  SC_TRY(help, declared.parse(line));
  if (help) return *help;
  SC_CHECK(take_arguments(arguments, options));
  SC_CHECK(judge(words, options.check));
  if (options.check.common.format != OutputFormat::text)
    return std::unexpected(usage_error("a baseline has one format, into its file"));
  return options;
}

}  // namespace safeconduct
