// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitor/metric.h"
#include "verify/finding.h"

namespace safeconduct {

// What a check comes to, as metrics of their own names: those of 'watch' speak of the wire. No time
// is among them: whoever writes the file knows it (node_textfile_mtime_seconds).
Metrics metrics_of(CheckResult const& result);

}  // namespace safeconduct
