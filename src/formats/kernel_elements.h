// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>

#include "formats/kernel_sets.h"

namespace safeconduct::kernel {

// "10.0.0.0/8, 192.168.1.5": the elements of a set whose keys are read so. Nothing where one cannot
// be said in nft's words.
std::optional<std::string> element_list(Set const& set, LookupKeys const& keys,
                                        std::span<Interface const> interfaces);

}  // namespace safeconduct::kernel
