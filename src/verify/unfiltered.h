// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "verify/verify.h"

namespace safeconduct {

// Notes (SC923) that no chain of a device's rules filters packets of the hook that were asked
// about: they pass, and so they do where an export has left the chains out (a table of nat alone,
// bridges alone, an empty listing).
void note_unfiltered(DeviceRules const& device, std::span<Finding const> findings, Hook hook,
                     Notes& notes);

}  // namespace safeconduct
