// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which packets of a box stand for it: where a rule may begin or end inside of it, its verdict
// would change there first.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "packet/bit_pattern.h"
#include "packet/packet_set.h"
#include "verify/verify.h"

namespace safeconduct {

// A packet of a flow: a value for each of kFlowFields.
using FlowPoint = std::array<Bits128, kFlowDimensions>;

// The values that the rules of a path mention, with their neighbours on either side.
class Landmarks {
 public:
  struct OfField {
    std::vector<Bits128> values;  // sorted
    std::vector<BitPattern> patterns;
  };
  explicit Landmarks(std::span<DeviceRules const> devices);
  OfField const& of(Field field) const;

 private:
  OfField addresses_;
  OfField ports_;
  OfField icmp_;
};

struct Corners {
  std::vector<FlowPoint> packets;
  bool all = true;  // every combination of ends and landmarks is among them
};
// At most 'most' corners, and 'samples' further packets drawn with the seed.
Corners corners(BoxProduct const& box, Landmarks const& landmarks, std::size_t most,
                std::size_t samples, std::uint64_t seed);

}  // namespace safeconduct
