// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "packet/packet_set.h"

namespace safeconduct {

// Called with the number of a box of the first list, of one of the second, and what they share.
using OnOverlap = std::function<void(std::uint32_t, std::uint32_t, Box const&)>;

// Every pair of boxes that overlap, once each, in any order. Takes about as long as there are boxes
// and such pairs, where the boxes of each list are disjoint. Ends early where 'enough' has become
// true.
void for_each_overlap(std::span<Box const> first, std::span<Box const> second,
                      OnOverlap const& on_overlap, bool const* enough = nullptr);

}  // namespace safeconduct
