// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/fleet_baseline.h"

#include <algorithm>
#include <iterator>

#include "base/sha256.h"

namespace safeconduct {

KnownState FleetBaseline::state_of(std::string const& site) const {
  auto const found = sites.find(site);
  return {Known::By::baseline, name,
          found == sites.end() ? std::vector<KnownAlert>() : found->second};
}

std::string FleetBaseline::digest_of(std::string const& site) const {
  return safeconduct::sha256(json_baseline(state_of(site).alerts, {}, {}));
}

std::vector<std::string> FleetBaseline::strangers(std::vector<std::string> const& fleet) const {
  std::vector<std::string> all;
  for (auto const& [site, known] : sites)
    if (std::ranges::find(fleet, site) == fleet.end()) all.push_back(site);
  return all;
}

Result<FleetBaseline> read_fleet_baseline(std::string const& file, World const& world) {
  SC_TRY(text, world.read(file));
  SC_TRY(known, read_baseline(file, *text));
  FleetBaseline baseline{file, safeconduct::sha256(*text), {}};
  for (auto& one : known) {
    if (one.site.empty())
      return std::unexpected(Error{ErrorKind::conflict,
                                   {file, 0, 0},
                                   "this baseline is of one check: its findings belong to no site",
                                   "that of a fleet is written by 'audit FLEET --write-baseline "
                                   "FILE'",
                                   {}});
    baseline.sites[one.site].push_back(std::move(one));
  }
  return baseline;
}

Result<std::size_t> write_fleet_baseline(std::string const& file, std::vector<FoundAtSite> found,
                                         std::string const& day, World const& world) {
  FleetBaseline earlier;
  if (world.is_file(file)) {
    SC_TRY(there, read_fleet_baseline(file, world));
    earlier = std::move(there);
  }
  std::ranges::sort(found, {}, &FoundAtSite::site);
  std::vector<KnownAlert> all;
  for (auto& one : found) {
    auto const before = earlier.state_of(one.site).alerts;
    if (!one.checked) one.found = before;
    keep_days(one.found, before);
    for (auto& known : one.found) {
      known.site = one.site;
      all.push_back(std::move(known));
    }
  }
  ReportContext context;
  context.version = SC_VERSION;
  SC_CHECK(world.replace(file, json_baseline(all, context, day)));
  return all.size();
}

}  // namespace safeconduct
