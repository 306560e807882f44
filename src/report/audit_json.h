// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The results of an audit as JSON lines (schema/audit.schema.json): one line that says what was
// asked, then one a site, in any order. It is what runs on several machines hand to each other, so
// it is read again as strictly as it is written.

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "verify/audit.h"

namespace safeconduct {

std::string json_audit_header(AuditHeader const& header);  // "safeconduct.audit/1"
std::string json_site_audit(SiteAudit const& audit);       // "safeconduct.audit.site/1"

// 'at' is the file and line that errors name.
Result<AuditHeader> read_audit_header(Location const& at, std::string_view line);
Result<SiteAudit> read_site_audit(Location const& at, std::string_view line);

}  // namespace safeconduct
