// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The pages of the catalogue, a family of codes in each file.

#include <span>

#include "report/explain.h"

namespace safeconduct {

std::span<Explanation const> pages_of_findings();  // SC1xx
std::span<Explanation const> pages_of_reading();   // SC901-910
std::span<Explanation const> pages_of_wanted();    // SC911-919
std::span<Explanation const> pages_of_asking();    // SC92x
std::span<Explanation const> pages_of_vendors();   // SC93x
std::span<Explanation const> pages_of_probes();    // SC94x
std::span<Explanation const> pages_of_captures();  // SC95x
std::span<Explanation const> pages_of_logs();      // SC96x
std::span<Explanation const> pages_of_before();    // SC97x

}  // namespace safeconduct
