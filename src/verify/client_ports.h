// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/interval_set.h"
#include "packet/field.h"

namespace safeconduct {

// Clients send from these ports (RFC 6056, and every operating system since). Where packets are to
// pass, what becomes of those from lower ports does not count; where none is to, each does.
inline constexpr ValueInterval kClientPorts{1024, 65535};

}  // namespace safeconduct
