// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "packet/packet_set.h"

namespace safeconduct {

// Boxes of two sets in one list: those of the first before 'second', and which packets to keep.
struct Operation {
  enum class Keep : std::uint8_t { either, both, first_only };
  std::vector<Box> boxes;
  std::size_t second = 0;
  Keep keep = Keep::either;
};

// The canonical products of it: see PacketSet.
std::vector<BoxProduct> carry_out(Operation const& operation);

}  // namespace safeconduct
