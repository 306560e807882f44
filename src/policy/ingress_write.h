// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "policy/ingress.h"

namespace safeconduct {

// The file as ingress-ranges/1, without its comments: what read_ingress_ranges() reads again, but
// for the places.
std::string write_ingress_ranges(IngressRanges const& ranges);

}  // namespace safeconduct
