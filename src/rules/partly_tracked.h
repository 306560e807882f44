// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rules/ruleset.h"

namespace safeconduct {

// Where 'notrack' hangs on TCP flags, connection tracking sees some packets of a connection and not
// others: after a SYN that it has not seen it begins with whatever comes next, in whatever
// direction (nf_conntrack_tcp_loose), and of packets that it misses it takes later ones for
// invalid. Such rules become statements that may do anything with TCP. Chains are resolved already.
void doubt_notrack_by_flags(Ruleset& rules);

}  // namespace safeconduct
