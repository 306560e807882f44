// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "verify/verify.h"

namespace safeconduct {

// Notes what the interfaces that packets cross are to a device's rules: not given, though rules
// tell some apart; or given, and none of those, as where a name is misspelt.
void note_crossed_interfaces(DeviceRules const& device, Hook hook, Notes& notes);

}  // namespace safeconduct
