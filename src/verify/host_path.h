// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "policy/wanted.h"
#include "verify/flow.h"

namespace safeconduct {

// Packets that a device sends itself take other chains (output) than those that it forwards. Where
// required flows end otherwise for the one than for the other, a note says so: whoever tests with a
// probe on the device would be misled. Only what is sure on both ways counts; looked at only where
// rules and flows are few.
void note_host_path(std::span<FocusedDevice const> devices, Wanted const& wanted, Hook hook,
                    Notes& notes);

}  // namespace safeconduct
