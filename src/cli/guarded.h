// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/world.h"

namespace safeconduct {

// The same world, in which a file that was read is not written, and none is written twice: of
// "check *.nft --output a.nft" nobody wants the result.
World guarded(World const& world);

}  // namespace safeconduct
