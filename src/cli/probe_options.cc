// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/declaration.h"
#include "cli/option_values.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr unsigned kShortestEvery = 10;  // seconds: the client's own checks are no closer

// What is said in words and means a value.
struct ProbeWords {
  std::vector<std::string> clients;
  std::vector<std::string> families;
  std::vector<std::string> targets;
  std::vector<std::string> through;
  std::string hook = "forward";
  std::string as_of;
  std::string resolver;
  std::string source;
  std::string mark;
  std::string dscp;
  std::string tries;
  std::string patience;
  std::string rate;
  std::string target_rate;
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
  SC_TRY(target_rate, option_count("--target-rate", words.target_rate, options.target_rate, 10000));
  options.target_rate = target_rate;
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
  for (auto const& one : words.through) {
    SC_TRY(address, option_address("--through-forward", one));
    for (auto const& other : options.through_forward)
      if (other.family == address->family)
        return std::unexpected(
            usage_error("--through-forward: one address of each family will do"));
    options.through_forward.push_back(*address);
  }
  if (options.cover_rules && options.check.rules.empty() && options.check.site.empty())
    return std::unexpected(usage_error("--cover-rules needs rules", "say --rules or --site"));
  if (!options.through_forward.empty() && !words.source.empty())
    return std::unexpected(usage_error("--source and --through-forward exclude each other"));
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

// What is asked, and beside which rules the answers are laid.
void declare_question(Declaration& declared, ProbeOptions& options, ProbeWords& said) {
  auto& check = options.check;
  declared.text("--site", check.site, "a site file: clients, regions, policies, devices", "FILE");
  declared.list("--rules", check.rules,
                "an export of the rules on the way, to lay the answers beside; all of one device",
                "FILE");
  declared.list("--policy", check.policies, "a policy, by name or file", "NAME");
  declared.text("--provider", check.provider, "whose ingress ranges, by name or file", "NAME");
  declared.list("--region", check.regions, "a region of the provider", "ID");
  declared.list("--clients", said.clients, "addresses of the clients", "PREFIX");
  declared.text("--in", check.in, "of --rules: interface that client traffic comes in by", "NAME");
  declared.text("--out", check.out, "of --rules: interface that it leaves by", "NAME");
  declared.text("--hook", said.hook, "of --rules: forward, or output (they are this host's own)",
                "HOOK");
  declared.text("--as-of", said.as_of, "the day whose ranges count, YYYY-MM-DD (else today)",
                "DATE");
  declared.text("--fail-on", check.fail_on,
                "exit with 1 from this level on: required, recommended or none", "LEVEL");
  declared.flag("--cover-rules", options.cover_rules,
                "the fewest probes that meet each rule which decides on what is required");
  declared.flag("--dry-run", options.dry_run, "send nothing: list the probes, packets, duration");
}

// How it is asked.
void declare_wire(Declaration& declared, ProbeOptions& options, ProbeWords& said) {
  declared.flag("--as-client", options.as_client,
                "on the schedule of the vendor's client: port 443, 5 s later port 53");
  declared.flag("--path", options.path,
                "look at the way to every target (TTL 1, 2, ...), not only where it matters");
  declared.flag("--trace-rules", options.trace_rules,
                "as root: follow the packets through this host's nf_tables, and name the rule, by "
                "its handle, that decides");
  declared.list("--family", said.families, "4 or 6 (else what this host has a route for)", "N");
  declared.text("--resolver", said.resolver, "ask this one for names (else the policy's own)",
                "ADDRESS");
  declared.list("--allow-target", said.targets,
                "addresses that names may lead to, though they are private ones", "PREFIX");
  declared.list(
      "--through-forward", said.through,
      "as root on a gateway: from a made-up client with this address, through the forward "
      "chains; with --in, as if it came in by that interface",
      "ADDRESS");
  declared.text("--source", said.source, "send from this address, in its family", "ADDRESS");
  declared.text("--interface", options.interface, "send by this interface", "NAME");
  declared.text("--mark", said.mark, "packet mark (needs CAP_NET_ADMIN)", "N");
  declared.text("--dscp", said.dscp, "DSCP", "N");
  declared.text("--ca", options.trust, "authorities for TLS (PEM), in place of the system's",
                "FILE");
  declared.text("--tries", said.tries, "packets of a question that stays silent (else 3)", "N");
  declared.text("--patience", said.patience, "how long an answer is waited for (else 2000)", "MS");
  declared.text("--rate", said.rate, "probes begun in a second (else 50)", "N");
  declared.text("--target-rate", said.target_rate, "and of those to one address (else 20)", "N");
}

// What 'watch' says beside.
struct WatchWords {
  std::string every;
  std::string listen;
  std::string seed;
};

// "90", "90s", "5m", "1h"
Result<unsigned> option_every(std::string const& text, unsigned otherwise) {
  if (text.empty()) return otherwise;
  auto number = text;
  unsigned unit = 1;
  if (number.ends_with('s') || number.ends_with('m') || number.ends_with('h')) {
    unit = number.back() == 's' ? 1 : number.back() == 'm' ? 60 : 3600;
    number.pop_back();
  }
  SC_TRY(count, option_number("--every", number, 86400));
  auto const seconds = count.value_or(0) * unit;
  if (seconds < kShortestEvery || seconds > 86400)
    return std::unexpected(usage_error("--every: '" + text + "' is not between " +
                                       std::to_string(kShortestEvery) + "s and 24h"));
  return seconds;
}

void declare_watch(Declaration& declared, WatchOptions& options, WatchWords& words) {
  declared.text("--every", words.every, "how often, give or take a tenth: 90s, 5m, 1h (else 60s)",
                "TIME");
  declared.text("--listen", words.listen,
                "serve metrics there (else 127.0.0.1:9469); 'off' serves none", "ADDRESS:PORT");
  declared.text("--textfile", options.textfile,
                "write metrics to this file, for node_exporter's textfile collector", "FILE");
  declared.flag("--once", options.once, "one run, and no server: for a timer");
  declared.text("--seed", words.seed, "of the jitter (else another one each time)", "N");
}

Result<void> read_watch(WatchWords const& words, WatchOptions& options) {
  SC_TRY(every, option_every(words.every, options.every));
  options.every = every;
  if (!words.listen.empty()) options.listen = words.listen == "off" ? "" : words.listen;
  SC_TRY(seed, option_number("--seed", words.seed, 0xFFFFFFFFU));
  options.seed = seed;
  if (options.once && options.textfile.empty())
    return std::unexpected(usage_error("--once serves nothing: say --textfile"));
  if (options.listen.empty() && options.textfile.empty())
    return std::unexpected(usage_error("nothing is served, and no --textfile is said"));
  if (options.probe.dry_run) return std::unexpected(usage_error("--dry-run is of 'probe'"));
  return {};
}

}  // namespace

Result<Command> parse_probe(Words words) {
  ProbeOptions options;
  ProbeWords said;
  auto& check = options.check;
  Declaration declared("probe",
                       "Sends the traffic that is required, from this host, and classifies what "
                       "comes back.",
                       check.common);
  declared.languages(Declaration::kTextOnly);
  declare_question(declared, options, said);
  declare_wire(declared, options, said);
  declared.format("nagios", options.nagios);
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  SC_CHECK(read_words(said, options));
  return options;
}

Result<Command> parse_watch(Words words) {
  WatchOptions options;
  ProbeWords said;
  WatchWords of_watch;
  Declaration declared("watch", "Probes on a schedule, and tells Prometheus what came of it.",
                       options.probe.check.common);
  declare_watch(declared, options, of_watch);
  declare_question(declared, options.probe, said);
  declare_wire(declared, options.probe, said);
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  SC_CHECK(read_words(said, options.probe));
  SC_CHECK(read_watch(of_watch, options));
  return options;
}

}  // namespace safeconduct
