// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which packets of a box stand for it: where a rule may begin or end inside of it, its verdict
// would change there first.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "packet/packet_set.h"
#include "verify/verify.h"

namespace safeconduct {

// A packet of a flow: a value for each of kFlowFields.
using FlowPoint = std::array<Bits128, kFlowDimensions>;

// The values that the rules of a path mention, with their neighbours on either side.
class Landmarks {
 public:
  explicit Landmarks(std::span<DeviceRules const> devices);
  std::vector<Bits128> const& of(Field field) const;

 private:
  std::vector<Bits128> addresses_;  // sorted
  std::vector<Bits128> ports_;
  std::vector<Bits128> icmp_;
};

struct Corners {
  std::vector<FlowPoint> packets;
  bool all = true;  // every combination of ends and landmarks is among them
};
// At most 'most' corners, and 'samples' further packets drawn with the seed.
Corners corners(BoxProduct const& box, Landmarks const& landmarks, std::size_t most,
                std::size_t samples, std::uint64_t seed);

}  // namespace safeconduct
