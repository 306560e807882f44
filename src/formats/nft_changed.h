// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <unordered_set>

namespace safeconduct::nft {

// The names of all sets and maps that rules put elements into or take them out of ("add @name",
// "update @name", "delete @name"): what is in those, time decides. To be known before rules are
// read that look into them. Errs towards more names.
std::unordered_set<std::string_view> changed_sets(std::string_view script);

}  // namespace safeconduct::nft
