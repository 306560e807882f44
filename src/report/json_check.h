// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "report/context.h"
#include "verify/finding.h"

namespace safeconduct {

// schema/check.schema.json: one object, "safeconduct.check/1".
std::string json_check(CheckResult const& result, ReportContext const& context);
// One line a requirement ("safeconduct.check.requirement/1"), one for what breaks on a later day
// ("safeconduct.check.upcoming/1"), then one with the verdict
// ("safeconduct.check.summary/1").
std::string jsonl_check(CheckResult const& result, ReportContext const& context);

}  // namespace safeconduct
