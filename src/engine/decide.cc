// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/decide.h"

#include "engine/partition.h"

namespace safeconduct {

Decision decide(Ruleset const& rules, PacketRegion const& region, Budget const& budget,
                Focus const* focus) {
  return Partition(rules, region, budget, focus).run();
}

Passing passes(Ruleset const& rules, PacketRegion const& region, Budget const& budget,
               Focus const* focus) {
  return Partition(rules, region, budget, focus).passes();
}

}  // namespace safeconduct
