// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "packet/field.h"

namespace safeconduct {

using ValueInterval = Interval<Bits128>;
using ValueSet = IntervalSet<Bits128>;

// The fields that a flow ranges over: what of its packets may differ. All else about a flow
// (protocol, family, interfaces, connection state) is one value. In the order in which sets are
// cut into products: destinations first, as required flows are few there.
inline constexpr std::array kFlowFields{Field::daddr, Field::dport,     Field::saddr,
                                        Field::sport, Field::icmp_type, Field::icmp_code};
inline constexpr std::size_t kFlowDimensions = kFlowFields.size();

// The dimension of a flow field; kFlowDimensions for every other field.
constexpr std::size_t dimension(Field field) {
  std::size_t i = 0;
  while (i < kFlowDimensions && kFlowFields[i] != field) ++i;
  return i;
}

// One interval a dimension: all combinations.
struct Box {
  std::array<ValueInterval, kFlowDimensions> sides;

  static Box all();
  bool operator==(Box const&) const = default;
  ValueInterval& at(Field field) { return sides[dimension(field)]; }
  ValueInterval const& at(Field field) const { return sides[dimension(field)]; }
};

std::optional<Box> intersection(Box const& a, Box const& b);
// Appends a - b as disjoint boxes.
void subtract(Box const& a, Box const& b, std::vector<Box>& out);

// One set a dimension: all combinations.
struct BoxProduct {
  std::array<ValueSet, kFlowDimensions> sides;
  bool operator==(BoxProduct const&) const = default;
};

// A set of packets of a flow, in canonical form: disjoint products, cut along the dimensions in
// order, with equal remainders joined. Equal sets compare equal, however they came about.
class PacketSet {
 public:
  PacketSet() = default;
  explicit PacketSet(std::vector<Box> boxes);  // any order, overlaps allowed
  explicit PacketSet(BoxProduct product);

  std::vector<BoxProduct> const& products() const& { return products_; }
  std::vector<BoxProduct> const& products() const&& = delete;  // would dangle
  std::vector<Box> boxes() const;
  std::size_t box_count() const;  // of boxes()
  bool overlaps(Box const& box) const;
  bool empty() const { return products_.empty(); }
  bool operator==(PacketSet const&) const = default;
  bool contains(Box const& point) const;  // of a box of one packet

  friend PacketSet operator|(PacketSet const& a, PacketSet const& b);
  friend PacketSet operator&(PacketSet const& a, PacketSet const& b);
  friend PacketSet operator-(PacketSet const& a, PacketSet const& b);

 private:
  std::vector<BoxProduct> products_;
};

}  // namespace safeconduct
