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

// Where the boxes under the sweep stay the same, and what is left of the packets there.
struct Slice {
  std::vector<ValueInterval> where;
  std::vector<BoxProduct> rest;
};

std::vector<BoxProduct> cut(Operation const& operation, Members const& members, std::size_t d);

// Sweeps dimension d over the boxes of 'members'.
class Sweep {
 public:
  Sweep(Operation const& operation, Members const& members, std::size_t d)
      : operation_(operation), d_(d) {
    for (auto const i : members) {
      opens_.push_back({operation.boxes[i].sides[d].first, i});
      closes_.push_back({operation.boxes[i].sides[d].last, i});
    }
    auto const by_place = [](End const& a, End const& b) {
      return a.at != b.at ? a.at < b.at : a.box < b.box;
    };
    std::ranges::sort(opens_, by_place);
    std::ranges::sort(closes_, by_place);
  }

  std::vector<Slice> run() {
    std::size_t o = 0;
    std::size_t c = 0;
    while (c < closes_.size()) {
      if (o < opens_.size() && opens_[o].at <= closes_[c].at) {
        Bits128 const at = opens_[o].at;
        if (at > 0) flush(at - 1);
        for (; o < opens_.size() && opens_[o].at == at; ++o)
          active_.insert(std::ranges::lower_bound(active_, opens_[o].box), opens_[o].box);
        from_ = at;
      } else {
        Bits128 const at = closes_[c].at;
        flush(at);
        for (; c < closes_.size() && closes_[c].at == at; ++c)
          active_.erase(std::ranges::lower_bound(active_, closes_[c].box));
        from_ = at + 1;  // wraps after the last value, when nothing is active any more
      }
    }
    return std::move(slices_);
  }

 private:
  struct End {
    Bits128 at;
    std::uint32_t box;
  };

  void flush(Bits128 last) {
    if (active_.empty() || from_ > last) return;
    auto const [entry, made] = known_.try_emplace(active_, slices_.size());
    if (made) slices_.push_back({{}, cut(operation_, active_, d_ + 1)});
    slices_[entry->second].where.push_back({from_, last});
  }

  Operation const& operation_;
  std::size_t d_;
  std::vector<End> opens_;
  std::vector<End> closes_;
  std::map<Members, std::size_t> known_;  // the boxes under the sweep -> slice
  std::vector<Slice> slices_;
  Members active_;
  Bits128 from_ = 0;
};

// Slices with equal remainders become one; empty ones go.
std::vector<Slice> joined(std::vector<Slice> slices) {
  std::vector<Slice> result;
  for (auto& slice : slices) {
    if (slice.rest.empty()) continue;
    auto const same =
        std::ranges::find_if(result, [&](Slice const& other) { return other.rest == slice.rest; });
    if (same == result.end()) {
      result.push_back(std::move(slice));
    } else {
      same->where.insert(same->where.end(), slice.where.begin(), slice.where.end());
    }
  }
  return result;
}

// The canonical products of an operation, looked at from one dimension on: the dimension is swept;
// where the boxes under the sweep change, their remainders are cut in turn, and stretches with
// equal remainders are joined.
std::vector<BoxProduct> cut(Operation const& operation, Members const& members, std::size_t d) {
  if (d == kFlowDimensions)
    return operation.keeps(members) ? std::vector<BoxProduct>{BoxProduct{}}
                                    : std::vector<BoxProduct>{};
  std::vector<BoxProduct> products;
  for (auto& slice : joined(Sweep(operation, members, d).run())) {
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
