// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/declaration.h"
#include "cli/option_values.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

// What is said in words and means a value.
struct ProbeWords {
  std::vector<std::string> clients;
  std::vector<std::string> families;
  std::vector<std::string> targets;
  std::string hook = "forward";
  std::string as_of;
  std::string resolver;
  std::string source;
  std::string mark;
  std::string dscp;
  std::string tries;
  std::string patience;
  std::string rate;
};

Result<std::optional<Address>> option_address(std::string const& option, std::string const& text) {
  if (text.empty()) return std::optional<Address>();
  auto const address = parse_address(text);
  if (!address) return std::unexpected(usage_error(option + ": '" + text + "' is not an address"));
  return address;
}

Result<unsigned> option_count(std::string const& option, std::string const& text,
                              unsigned otherwise, unsigned most) {
  SC_TRY(number, option_number(option, text, most));
  if (number && *number == 0)
    return std::unexpected(usage_error(option + ": 0 would send nothing"));
  return number.value_or(otherwise);
}

Result<void> read_wire(ProbeWords const& words, ProbeOptions& options) {
  SC_TRY(source, option_address("--source", words.source));
  options.source = source;
  SC_TRY(resolver, option_address("--resolver", words.resolver));
  options.resolver = resolver;
  SC_TRY(mark, option_number("--mark", words.mark, 0xFFFFFFFFU));
  options.mark = mark;
  SC_TRY(dscp, option_number("--dscp", words.dscp, 63));
  options.dscp = dscp;
  SC_TRY(tries, option_count("--tries", words.tries, options.tries, 10));
  options.tries = tries;
  SC_TRY(patience, option_count("--patience", words.patience, options.patience, 60000));
  options.patience = patience;
  SC_TRY(rate, option_count("--rate", words.rate, options.rate, 10000));
  options.rate = rate;
  return {};
}

Result<void> read_words(ProbeWords const& words, ProbeOptions& options) {
  for (auto const& one : words.clients) {
    SC_TRY(prefix, option_prefix("--clients", one));
    options.check.clients.push_back(prefix);
  }
  for (auto const& one : words.targets) {
    SC_TRY(prefix, option_prefix("--allow-target", one));
    options.allow_target.push_back(prefix);
  }
  for (auto const& one : words.families) {
    if (one != "4" && one != "6")
      return std::unexpected(usage_error("--family: '" + one + "' is neither 4 nor 6"));
    options.families.push_back(one == "4" ? Family::ip4 : Family::ip6);
  }
  SC_TRY(hook, option_hook(words.hook));
  options.check.hook = hook;
  SC_TRY(day, option_date("--as-of", words.as_of));
  options.check.as_of = day;
  SC_CHECK(option_fail_on(options.check.fail_on));
  return read_wire(words, options);
}

}  // namespace

Result<Command> parse_probe(Words words) {
  ProbeOptions options;
  ProbeWords said;
  auto& check = options.check;
  Declaration declared("probe",
                       "Sends the traffic that is required, from this host, and classifies what "
                       "comes back. With --dry-run it only says what it would send.",
                       check.common);
  declared.text("--site", check.site, "a site file: clients, regions, policies", "FILE");
  declared.list("--policy", check.policies, "a policy, by name or file", "NAME");
  declared.text("--provider", check.provider, "whose ingress ranges, by name or file", "NAME");
  declared.list("--region", check.regions, "a region of the provider", "ID");
  declared.list("--clients", said.clients, "addresses of the clients", "PREFIX");
  declared.text("--as-of", said.as_of, "the day whose ranges count, YYYY-MM-DD (else today)",
                "DATE");
  declared.flag("--dry-run", options.dry_run, "send nothing: list the probes, packets, duration");
  declared.flag("--as-client", options.as_client,
                "on the schedule of the vendor's client: port 443, 5 s later port 53");
  declared.list("--family", said.families, "4 or 6 (else what this host has a route for)", "N");
  declared.text("--resolver", said.resolver, "ask this one for names (else the policy's own)",
                "ADDRESS");
  declared.list("--allow-target", said.targets,
                "an address that names may lead to, though it is a private one", "PREFIX");
  declared.text("--tries", said.tries, "packets of a question that stays silent (else 3)", "N");
  declared.text("--patience", said.patience, "how long an answer is waited for (else 2000)", "MS");
  declared.text("--rate", said.rate, "packets a second, over all (else 50)", "N");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  SC_CHECK(read_words(said, options));
  return options;
}

}  // namespace safeconduct
