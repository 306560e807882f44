// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Writers of what an audit comes to. The results themselves: audit_json.h.

#include <string>

#include "report/context.h"
#include "verify/fleet_rollup.h"

namespace safeconduct {

// A line as a site is done: "london: blocked, 3 of 12 required hold. DNS Unprotected ...".
std::string text_site_audit(SiteAudit const& audit, TextStyle const& style);

// At the end: how many are ready; what fails where; regions; what is broken, and missing.
std::string text_fleet(FleetRollup const& rollup, TextStyle const& style);

// schema/audit.schema.json: "safeconduct.audit.summary/1".
std::string json_fleet(FleetRollup const& rollup);

// RFC 4180: a row for each site and requirement, and one for each site that is broken or missing.
std::string csv_fleet(FleetRollup const& rollup);

std::string markdown_fleet(FleetRollup const& rollup, Language language);

// One page that fetches nothing: sites against requirements, to be searched and sorted.
std::string html_fleet(FleetRollup const& rollup, Language language);

}  // namespace safeconduct
