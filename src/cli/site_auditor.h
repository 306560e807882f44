// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Checks a site of a fleet as 'check --site' does, unless the answer is known.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit_cache.h"
#include "cli/check_input.h"
#include "cli/fleet_baseline.h"
#include "cli/fleet_sites.h"
#include "cli/site_files.h"
#include "verify/audit.h"

namespace safeconduct {

// Used by several threads at once: it changes nothing of itself.
class SiteAuditor {
 public:
  // 'world' has the kept data. All of them are to outlive it; 'cache' and 'baseline' may be null.
  SiteAuditor(AuditOptions const& options, SiteSettings const& defaults, World const& world,
              AuditCache const* cache, FleetBaseline const* baseline);

  // Never an error: what keeps a site from being checked stands in the answer.
  // 'found', if given, takes what a baseline would know of the site.
  SiteAudit audit(FleetSite const& site, unsigned jobs,
                  std::vector<KnownAlert>* found = nullptr) const;
  // Is this what audit() would answer?
  bool still_holds(FleetSite const& site, SiteAudit const& earlier) const;

 private:
  std::string key_of(FleetSite const& site, AskedSite const& asked, SiteFiles& files,
                     std::vector<AuditedInput>& inputs) const;
  Result<SiteAudit> checked_site(FleetSite const& site, unsigned jobs,
                                 std::vector<KnownAlert>* found) const;

  AuditOptions const& options_;
  World const& world_;
  AuditCache const* cache_;
  FleetBaseline const* baseline_;
  CheckOptions asking_;
  std::string question_;  // what is the same for all sites, as a text
};

}  // namespace safeconduct
