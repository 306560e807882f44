// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "report/json_member.h"

namespace safeconduct {

// An object that has a key twice says two things, of which readers take the one or the other: an
// error that names the key. The text is JSON, and no deeper than what reads it takes.
Result<void> refuse_doubles(JsonDocument const& document, std::string_view text);

}  // namespace safeconduct
