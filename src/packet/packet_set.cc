// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/packet_set.h"

#include <algorithm>
#include <utility>

#include "packet/box_cut.h"

namespace safeconduct {

Box Box::all() {
  Box box;
  for (std::size_t i = 0; i < kFlowDimensions; ++i) box.sides[i] = {0, info(kFlowFields[i]).max};
  return box;
}

std::optional<Box> intersection(Box const& a, Box const& b) {
  Box common;
  for (std::size_t i = 0; i < kFlowDimensions; ++i) {
    if (!a.sides[i].overlaps(b.sides[i])) return std::nullopt;
    common.sides[i] = {std::max(a.sides[i].first, b.sides[i].first),
                       std::min(a.sides[i].last, b.sides[i].last)};
  }
  return common;
}

void subtract(Box const& a, Box const& b, std::vector<Box>& out) {
  auto const common = intersection(a, b);
  if (!common) {
    out.push_back(a);
    return;
  }
  Box rest = a;  // shrinks towards the common part, side by side
  for (std::size_t i = 0; i < kFlowDimensions; ++i) {
    auto const side = common->sides[i];
    if (rest.sides[i].first < side.first) {
      Box below = rest;
      below.sides[i].last = side.first - 1;
      out.push_back(below);
      rest.sides[i].first = side.first;
    }
    if (side.last < rest.sides[i].last) {
      Box above = rest;
      above.sides[i].first = side.last + 1;
      out.push_back(above);
      rest.sides[i].last = side.last;
    }
  }
}

namespace {

// Of boxes that differ along one dimension at most.
std::optional<BoxProduct> as_product(std::vector<Box> const& boxes) {
  if (boxes.empty()) return std::nullopt;
  std::size_t other = kFlowDimensions;
  for (auto const& box : boxes)
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      if (d == other || box.sides[d] == boxes.front().sides[d]) continue;
      if (other != kFlowDimensions) return std::nullopt;
      other = d;
    }
  BoxProduct product;
  for (std::size_t d = 0; d < kFlowDimensions; ++d) product.sides[d] = boxes.front().sides[d];
  if (other == kFlowDimensions) return product;
  std::vector<ValueInterval> sides;
  sides.reserve(boxes.size());
  for (auto const& box : boxes) sides.push_back(box.sides[other]);
  product.sides[other] = ValueSet(sides);
  return product;
}

}  // namespace

PacketSet::PacketSet(std::vector<Box> boxes) {
  if (auto product = as_product(boxes)) {
    products_.push_back(std::move(*product));
    return;
  }
  Operation operation;
  operation.second = boxes.size();
  operation.members.reserve(boxes.size());
  for (auto const& box : boxes) operation.members.push_back(sides_of(box));
  products_ = carry_out(operation);
}

PacketSet::PacketSet(BoxProduct product) {
  if (std::ranges::none_of(product.sides, &ValueSet::empty))
    products_.push_back(std::move(product));
}

std::vector<Box> PacketSet::boxes() const {
  std::vector<Box> boxes;
  for (auto const& product : products_) {
    std::vector<Box> grown{Box::all()};
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      std::vector<Box> next;
      for (auto const& box : grown)
        for (auto const& side : product.sides[d].intervals()) {
          next.push_back(box);
          next.back().sides[d] = side;
        }
      grown = std::move(next);
    }
    boxes.insert(boxes.end(), grown.begin(), grown.end());
  }
  return boxes;
}

std::size_t PacketSet::box_count() const {
  std::size_t all = 0;
  for (auto const& product : products_) {
    std::size_t count = 1;
    for (auto const& side : product.sides) count *= side.intervals().size();
    all += count;
  }
  return all;
}

bool PacketSet::overlaps(Box const& box) const {
  return std::ranges::any_of(products_, [&](BoxProduct const& product) {
    for (std::size_t d = 0; d < kFlowDimensions; ++d)
      if (product.sides[d].over(box.sides[d]) == Overlap::none) return false;
    return true;
  });
}

bool PacketSet::contains(Box const& point) const {
  return std::ranges::any_of(products_, [&](BoxProduct const& product) {
    for (std::size_t d = 0; d < kFlowDimensions; ++d)
      if (!product.sides[d].contains(point.sides[d].first)) return false;
    return true;
  });
}

namespace {

Operation of_both(PacketSet const& a, PacketSet const& b, Operation::Keep keep) {
  Operation operation{{}, a.products().size(), keep};
  for (auto const* set : {&a, &b})
    for (auto const& product : set->products()) operation.members.push_back(sides_of(product));
  return operation;
}

// Every product of b lies within the one product of a.
bool holds_all(std::vector<BoxProduct> const& a, std::vector<BoxProduct> const& b) {
  if (a.size() != 1) return false;
  return std::ranges::all_of(b, [&](BoxProduct const& product) {
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      auto const& within = product.sides[d].intervals();
      if (a.front().sides[d].over({within.front().first, within.back().last}) != Overlap::all)
        return false;
    }
    return true;
  });
}

}  // namespace

PacketSet operator|(PacketSet const& a, PacketSet const& b) {
  if (b.empty() || a == b) return a;
  if (a.empty()) return b;
  PacketSet result;
  result.products_ = carry_out(of_both(a, b, Operation::Keep::either));
  return result;
}

PacketSet operator&(PacketSet const& a, PacketSet const& b) {
  if (a.empty() || a == b) return a;
  if (b.empty() || holds_all(a.products_, b.products_)) return b;
  if (holds_all(b.products_, a.products_)) return a;
  PacketSet result;
  result.products_ = carry_out(of_both(a, b, Operation::Keep::both));
  return result;
}

PacketSet operator-(PacketSet const& a, PacketSet const& b) {
  if (a.empty() || b.empty()) return a;
  if (a == b) return {};
  PacketSet result;
  result.products_ = carry_out(of_both(a, b, Operation::Keep::first_only));
  return result;
}

}  // namespace safeconduct
