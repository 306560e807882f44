// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/diagnostic.h"

namespace safeconduct {

// Where bytes come from, front to back: a file, standard input, a member of an archive. Puts the
// next ones into the buffer and says how many; 0 is the end. Asked for many at a time.
using ByteSource = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;

}  // namespace safeconduct
