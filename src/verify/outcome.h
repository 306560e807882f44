// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "verify/finding.h"

namespace safeconduct {

// What parts come to together, flows, and requirements.

// Verdict of a flow from what its packets come to; of a requirement from its flows.
Verdict combined(std::span<Verdict const> verdicts);
// Of a requirement with its flows. Where something must not pass and nothing surely does, it is
// open whether anything does, and not partial.
Verdict verdict_of(Finding const& finding);
// As the policy expects: allowed, or for expect deny nothing gets to where it must not (blocked, or
// answered by this host itself).
bool is_as_expected(Finding const& finding);
// The site is as well off as its worst required flow; what must not pass and does counts as
// partial.
Verdict site_verdict(std::span<Finding const> findings);

}  // namespace safeconduct
