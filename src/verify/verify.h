// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/ingress.h"
#include "policy/requirement.h"
#include "policy/site.h"
#include "rules/ruleset.h"
#include "verify/finding.h"

namespace safeconduct {

// A device of the site's path with the rules that were read for it.
struct DeviceRules {
  std::string name;   // as the site names it; the file's name where there is no site
  std::string enter;  // interface from the clients; empty: not known
  std::string leave;  // interface to the service
  Ruleset rules;
};

// One of several paths: which of CheckInput::devices are on it.
struct PathDevices {
  std::string name;
  std::size_t first = 0;
  std::size_t count = 0;
};

// Everything a check needs, read and resolved; verify() opens nothing.
struct CheckInput {
  Site site;
  std::vector<Policy> policies;
  IngressRanges ranges;
  std::vector<DeviceRules> devices;
  std::vector<PathDevices> paths;  // none: one path, of all devices in their order
  Hook hook = Hook::forward;  // forward, or output where the host itself is the client, or input
  Date as_of;                 // the day whose ranges and waivers count
  Notes notes;                // what the caller assumed (defaults taken)
  unsigned jobs = 1;          // threads to use; the result is the same for any number
};

// Between whom the conversations go that verify() will ask about; 'devices' need not be there yet.
Result<Sieve> sieve_for(CheckInput const& input);

// An error: a region that the provider does not have, or nothing to check at all.
Result<CheckResult> verify(CheckInput const& input);

// Where the gateway is out of reach, verify() asks further whether clients reach the web without
// it: of all the internet, which most rule sets have many more rules of. Of rules that were read
// for sieve_for() alone it may not tell (CheckResult::web_left); of those read for this sieve,
// direct_web() tells it.
Result<Sieve> direct_web_sieve(CheckInput const& input);
struct DirectWeb {
  std::optional<bool> open;  // ClientStatus::fail_open
  bool sieve_left = false;   // void, read all of the rules
};
Result<DirectWeb> direct_web(CheckInput const& input);

// Does the result have a finding at or above this level ("required", "recommended", "none")? Those
// of later days count like those of the day, unless 'upcoming' is false. A waiver without effect
// counts as recommended.
bool failed(CheckResult const& result, std::string_view fail_on, bool upcoming = true);

}  // namespace safeconduct
