// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>

#include "formats/kernel_sets.h"

namespace safeconduct::kernel {

// The fields of a type that nft noted of a set or of what a map's keys map to, as their bytes are
// held; nothing of a type that is not known here. 'interval': marks in the order of the network.
std::optional<LookupKeys> fields_of_type(std::uint32_t type, bool interval);

// "10.0.0.0/8, 192.168.1.5": the elements of a set whose keys are read so. Nothing where one cannot
// be said in nft's words.
std::optional<std::string> element_list(Set const& set, LookupKeys const& keys,
                                        std::span<Interface const> interfaces);

}  // namespace safeconduct::kernel
