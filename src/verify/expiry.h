// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "policy/date.h"
#include "verify/verify.h"

namespace safeconduct {

// Elements of sets that expire, where the day to check for is said. Exports say how long each lives
// from the moment they were written, and none says when that was: it is taken to be today.

// How many seconds an element has to live so that it is there all of the day asked about; nullopt:
// that day is over.
std::optional<std::uint64_t> lasting_until(Date as_of, Date today);

// What holds because of such elements, and is open without them, is named with the day on which the
// first of them ('first_expiry', seconds) may be gone. 'without': the same check, where none of
// them counts as there.
void limit_to_expiry(CheckResult& result, CheckResult const& without, std::uint64_t first_expiry,
                     Date today);

}  // namespace safeconduct
