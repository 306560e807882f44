// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/world.h"
#include "policy/fleet.h"

namespace safeconduct {

// A site file of a fleet, with the fleet's defaults in it.
struct FleetSite {
  // The site's name; of a file that does not tell it, the file. Bytes that no text has: "\xff".
  std::string id;
  std::string file;    // as the fleet's pattern matches it
  std::string sha256;  // of its bytes; empty: not read
  Result<Site> site;   // or what is wrong with the file
};

struct FleetSites {
  Fleet fleet;
  std::vector<FleetSite> sites;  // by id
};

// An error: of the fleet file, a pattern that matches no file, two sites of one name.
Result<FleetSites> read_fleet_sites(std::string const& file, World const& world, unsigned jobs);

}  // namespace safeconduct
