// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/packet_set.h"

#include <algorithm>
#include <map>
#include <utility>

namespace safeconduct {
namespace {

using Members = std::vector<std::uint32_t>;  // indices of boxes, in order

// Boxes of two sets in one list: those of the first before 'second', and which packets to keep.
struct Operation {
  std::vector<Box> boxes;
  std::size_t second = 0;
  enum class Keep : std::uint8_t { either, both, first_only } keep = Keep::either;

  bool keeps(Members const& over) const {
    bool const in_first = !over.empty() && over.front() < second;
    bool const in_second = !over.empty() && over.back() >= second;
    switch (keep) {
      case Keep::either:
        return in_first || in_second;
      case Keep::both:
        return in_first && in_second;
      case Keep::first_only:
        return in_first && !in_second;
    }
    return false;
  }
};

// The canonical products of an operation, looked at from one dimension on: the dimension is swept;
// where the boxes under the sweep change, their remainders are cut in turn, and stretches with
// equal remainders are joined.
std::vector<BoxProduct> cut(Operation const& operation, Members const& members, std::size_t d) {
  auto const& boxes = operation.boxes;
  if (d == kFlowDimensions)
    return operation.keeps(members) ? std::vector<BoxProduct>{BoxProduct{}}
                                    : std::vector<BoxProduct>{};
  struct End {
    Bits128 at;
    std::uint32_t box;
    bool opens;
  };
  std::vector<End> opens;
  std::vector<End> closes;
  for (auto const i : members) {
    opens.push_back({boxes[i].sides[d].first, i, true});
    closes.push_back({boxes[i].sides[d].last, i, false});
  }
  auto const by_place = [](End const& a, End const& b) {
    return a.at != b.at ? a.at < b.at : a.box < b.box;
  };
  std::ranges::sort(opens, by_place);
  std::ranges::sort(closes, by_place);

  struct Slice {
    std::vector<ValueInterval> where;
    std::vector<BoxProduct> rest;
  };
  std::map<Members, std::size_t> known;  // the boxes under the sweep -> slice
  std::vector<Slice> slices;
  Members active;
  std::size_t o = 0;
  std::size_t c = 0;
  Bits128 from = 0;
  auto const flush = [&](Bits128 last) {
    if (active.empty() || from > last) return;
    auto const [entry, made] = known.try_emplace(active, slices.size());
    if (made) slices.push_back({{}, cut(operation, active, d + 1)});
    slices[entry->second].where.push_back({from, last});
  };
  while (c < closes.size()) {
    if (o < opens.size() && opens[o].at <= closes[c].at) {
      Bits128 const at = opens[o].at;
      if (at > 0) flush(at - 1);
      for (; o < opens.size() && opens[o].at == at; ++o)
        active.insert(std::ranges::lower_bound(active, opens[o].box), opens[o].box);
      from = at;
    } else {
      Bits128 const at = closes[c].at;
      flush(at);
      for (; c < closes.size() && closes[c].at == at; ++c)
        active.erase(std::ranges::lower_bound(active, closes[c].box));
      from = at + 1;  // wraps after the last value, when nothing is active any more
    }
  }

  std::vector<Slice> joined;
  for (auto& slice : slices) {
    if (slice.rest.empty()) continue;
    auto const same =
        std::ranges::find_if(joined, [&](Slice const& other) { return other.rest == slice.rest; });
    if (same == joined.end()) {
      joined.push_back(std::move(slice));
    } else {
      same->where.insert(same->where.end(), slice.where.begin(), slice.where.end());
    }
  }
  std::vector<BoxProduct> products;
  for (auto& slice : joined) {
    ValueSet const side(std::move(slice.where));
    for (auto& product : slice.rest) {
      product.sides[d] = side;
      products.push_back(std::move(product));
    }
  }
  // Slices stand in the order of their first box, which the cuts decide; the sides do not.
  std::ranges::stable_sort(products, {}, [&](BoxProduct const& product) {
    return product.sides[d].intervals().front().first;
  });
  return products;
}

std::vector<BoxProduct> carry_out(Operation const& operation) {
  if (operation.boxes.empty()) return {};
  Members members(operation.boxes.size());
  for (std::uint32_t i = 0; i < members.size(); ++i) members[i] = i;
  return cut(operation, members, 0);
}

Operation of_both(PacketSet const& a, PacketSet const& b, Operation::Keep keep) {
  Operation operation{a.boxes(), 0, keep};
  operation.second = operation.boxes.size();
  auto const more = b.boxes();
  operation.boxes.insert(operation.boxes.end(), more.begin(), more.end());
  return operation;
}

}  // namespace

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

PacketSet::PacketSet(std::vector<Box> boxes) {
  auto const count = boxes.size();
  products_ = carry_out({std::move(boxes), count, Operation::Keep::either});
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

bool PacketSet::contains(Box const& point) const {
  return std::ranges::any_of(products_, [&](BoxProduct const& product) {
    for (std::size_t d = 0; d < kFlowDimensions; ++d)
      if (!product.sides[d].contains(point.sides[d].first)) return false;
    return true;
  });
}

PacketSet operator|(PacketSet const& a, PacketSet const& b) {
  PacketSet result;
  result.products_ = carry_out(of_both(a, b, Operation::Keep::either));
  return result;
}

PacketSet operator&(PacketSet const& a, PacketSet const& b) {
  PacketSet result;
  result.products_ = carry_out(of_both(a, b, Operation::Keep::both));
  return result;
}

PacketSet operator-(PacketSet const& a, PacketSet const& b) {
  PacketSet result;
  result.products_ = carry_out(of_both(a, b, Operation::Keep::first_only));
  return result;
}

}  // namespace safeconduct
