// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/declaration.h"
#include "cli/option_values.h"

namespace safeconduct {

Result<Command> parse_diagnose(Words words) {
  DiagnoseOptions options;
  auto& check = options.check;
  std::vector<std::string> clients;
  std::string hook = "forward";
  std::string as_of;
  Declaration declared(
      "diagnose",
      "Says from bundles, logs and captures of a client what failed, when and how, "
      "and what may be behind it.",
      check.common);
  declared.languages(Declaration::kTextOnly);
  declared.positionals("FILE", options.files,
                       "diagnostic bundles (zip, tar.gz), client logs, captures; - is standard "
                       "input");
  declared.text("--site", check.site, "a site file: clients, regions, policies, devices", "FILE");
  declared.list("--rules", check.rules,
                "an export of the rules on the way, to lay what was seen beside; all of one device",
                "FILE");
  declared.list("--policy", check.policies, "a policy, by name or file", "NAME");
  declared.text("--provider", check.provider, "whose ingress ranges, by name or file", "NAME");
  declared.list("--region", check.regions, "a region of the provider", "ID");
  declared.list("--clients", clients, "addresses of the clients", "PREFIX");
  declared.text("--in", check.in, "of --rules: interface that client traffic comes in by", "NAME");
  declared.text("--out", check.out, "of --rules: interface that it leaves by", "NAME");
  declared.text("--hook", hook, "of --rules: forward, or output (they are the client's own)",
                "HOOK");
  declared.text("--dialect", check.dialect, "of a CSV export of --rules, by name or file", "NAME");
  declared.text("--as-of", as_of, "the day whose ranges count, YYYY-MM-DD (else today)", "DATE");
  declared.text("--fail-on", check.fail_on,
                "exit with 1 from this level on: required, recommended or none", "LEVEL");
  declared.list("--baseline", options.baseline, "evidence of better days: what differs is listed",
                "FILE");
  declared.flag("--redact", options.redact,
                "placeholders for addresses other than the service's, for hosts and users");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  if (options.files.empty())
    return std::unexpected(usage_error("nothing to diagnose",
                                       "name a diagnostic bundle, a client's log or a capture"));
  for (auto const& one : clients) {
    SC_TRY(prefix, option_prefix("--clients", one));
    check.clients.push_back(prefix);
  }
  SC_TRY(at_hook, option_hook(hook));
  check.hook = at_hook;
  SC_TRY(day, option_date("--as-of", as_of));
  check.as_of = day;
  SC_CHECK(option_fail_on(check.fail_on));
  return options;
}

}  // namespace safeconduct
