// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The baseline of a fleet: what each site is known to fail by.

#include <map>
#include <string>
#include <vector>

#include "cli/world.h"
#include "report/known.h"
#include "verify/audit.h"

namespace safeconduct {

struct FleetBaseline {
  std::string name;                                      // of its file
  std::string sha256;                                    // of its bytes
  std::map<std::string, std::vector<KnownAlert>> sites;  // by id

  // What 'check' holds the site against.
  KnownState state_of(std::string const& site) const;
  // Of all that is known of the site: the same where that is.
  std::string digest_of(std::string const& site) const;
  // Sites that it knows of and that are none of these, sorted.
  std::vector<std::string> strangers(std::vector<std::string> const& fleet) const;
};

// An error: findings that belong to no site, as 'baseline write' writes them.
Result<FleetBaseline> read_fleet_baseline(std::string const& file, World const& world);

// What was found at one site, if it could be checked.
struct FoundAtSite {
  std::string site;
  bool checked = false;
  std::vector<KnownAlert> found;
};
// Writes it down, in place of what the file knew of these sites: what it knew already keeps its
// day, and what it knew of a site that could not be checked stays. How many findings it has then.
Result<std::size_t> write_fleet_baseline(std::string const& file, std::vector<FoundAtSite> found,
                                         std::string const& day, World const& world);

}  // namespace safeconduct
