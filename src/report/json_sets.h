// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Sets of addresses and numbers, as lists of texts, read again from a JSON text of our own making.

#include <cstdint>
#include <string_view>

#include "report/json_member.h"
#include "verify/finding.h"

namespace safeconduct {

Result<AddressSet> addresses_at(Member const& object, std::string_view key, Family family);
// Numbers and ranges of them, up to 'most'.
Result<PortSet> ranges_at(Member const& object, std::string_view key, std::uint32_t most);

}  // namespace safeconduct
