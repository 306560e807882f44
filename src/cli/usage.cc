// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/usage.h"

namespace safeconduct {

std::string general_help() {
  return R"(safeconduct COMMAND [ARGS]

Proves from exported firewall rules whether the flows that a cloud security service needs do pass.

  check    prove each required flow through the rules, or name what blocks it
  baseline  write down what check finds now, so that only what is new fails it
  trace    walk one packet through the rules, or a file of packets
  probe    send the real traffic from this host and classify what comes back
  watch    probe on a schedule, and serve what came of it to Prometheus
  diagnose  what a client's logs, bundles and captures say: what failed, when, how
  audit    check every site of a fleet, or a share of them; merge the shares
  ranges   the files of ingress ranges: list, show, validate, diff, import, resolve
  explain  what a finding's code means, why it matters, how to mend it
  verify-certificate  check what 'check --certificate' wrote, packet by packet
  config   what counts for a command where its line is silent, and where it comes from
  completion  a script that completes command lines, for bash, zsh or fish
  manual   the manual page of a command

safeconduct COMMAND --help tells more. A first run needs nothing but an export:

  nft list ruleset > fw.nft
  safeconduct check fw.nft

Exit status
  0  everything required holds
  1  at least one finding: something required is blocked, diverted or cannot be decided
  2  could not run: usage, unreadable or invalid input
)";
}

std::string version_text() { return "safeconduct " SC_VERSION "\n"; }

}  // namespace safeconduct
