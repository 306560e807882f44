// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "packet/packet_set.h"

namespace safeconduct {

// A box or a product, which outlives this view of it: the intervals of each side.
using Sides = std::array<std::span<ValueInterval const>, kFlowDimensions>;
Sides sides_of(Box const& box);
Sides sides_of(BoxProduct const& product);

// Members of two sets in one list: those of the first before 'second', and which packets to keep.
struct Operation {
  enum class Keep : std::uint8_t { either, both, first_only };
  std::vector<Sides> members;
  std::size_t second = 0;
  Keep keep = Keep::either;
};

// The canonical products of it: see PacketSet.
std::vector<BoxProduct> carry_out(Operation const& operation);

}  // namespace safeconduct
