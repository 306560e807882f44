// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/box_cut.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace safeconduct {
namespace {

using Members = std::vector<std::uint32_t>;  // indices of Operation::members, in order
using NodeId = std::uint32_t;
constexpr NodeId kNone = 0;  // no packet
constexpr NodeId kAll = 1;   // every packet, behind the last dimension

// What is left of the packets from one dimension on: disjoint sets of its values, and what is left
// behind each; in order, no two with the same rest. There is one node for each such thing.
using Edges = std::vector<std::pair<ValueSet, NodeId>>;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t more) {
  hash = (hash ^ more) * 0x9E3779B97F4A7C15U;
  return hash ^ hash >> 29U;
}

struct HashEdges {
  std::size_t operator()(Edges const& edges) const {
    std::uint64_t hash = edges.size();
    for (auto const& [where, rest] : edges) {
      hash = mixed(hash, rest);
      for (auto const& range : where.intervals()) {
        hash = mixed(hash, static_cast<std::uint64_t>(range.first));
        hash = mixed(hash, static_cast<std::uint64_t>(range.first >> 64U));
        hash = mixed(hash, static_cast<std::uint64_t>(range.last));
      }
    }
    return hash;
  }
};

struct HashMembers {
  std::size_t operator()(Members const& members) const {
    std::uint64_t hash = members.size();
    for (auto const member : members) hash = mixed(hash, member);
    return hash;
  }
};

// The dimensions are swept one after the other: where the members under the sweep change, their
// remainders are cut in turn, and stretches with equal remainders are joined.
class Cutter {
 public:
  explicit Cutter(Operation const& operation) : operation_(operation) {}

  NodeId cut(Members const& members, std::size_t d) {
    if (is_lost(members)) return kNone;
    if (d == kFlowDimensions) return taken_out(members) ? kNone : kAll;
    if (members.size() == 1) return chain(operation_.members[members.front()], d);
    auto const side = operation_.members[members.front()][d];
    bool const alike = std::ranges::all_of(members, [&](std::uint32_t i) {
      return std::ranges::equal(operation_.members[i][d], side);
    });
    if (!alike) return sweep(members, d);
    auto const rest = cut(members, d + 1);
    return rest == kNone ? kNone : link(side, rest);
  }

  // The products of a node.
  std::vector<BoxProduct> products(NodeId id) const {
    std::vector<BoxProduct> all;
    if (id == kNone) return all;
    BoxProduct product;
    expand(id, 0, product, all);
    return all;
  }

 private:
  // Nothing of them is kept, whatever the dimensions to come.
  bool is_lost(Members const& members) const {
    bool const in_first = !members.empty() && members.front() < operation_.second;
    bool const in_second = !members.empty() && members.back() >= operation_.second;
    switch (operation_.keep) {
      case Operation::Keep::either:
        return !in_first && !in_second;
      case Operation::Keep::both:
        return !in_first || !in_second;
      case Operation::Keep::first_only:
        return !in_first;
    }
    return true;
  }
  // Behind all dimensions.
  bool taken_out(Members const& members) const {
    return operation_.keep == Operation::Keep::first_only && members.back() >= operation_.second;
  }

  NodeId node(Edges edges) {
    auto const [found, made] = nodes_.try_emplace(std::move(edges), next_);
    if (made) {
      by_id_.push_back(&found->first);
      ++next_;
    }
    return found->second;
  }

  // A node with one edge.
  NodeId link(std::span<ValueInterval const> side, NodeId rest) {
    Edges edges;
    if (side.size() == 1) {
      edges.emplace_back(ValueSet(side.front()), rest);
    } else {
      edges.emplace_back(ValueSet(std::vector(side.begin(), side.end())), rest);
    }
    return node(std::move(edges));
  }

  NodeId chain(Sides const& sides, std::size_t d) {
    NodeId id = kAll;
    for (auto i = kFlowDimensions; i > d; --i) id = link(sides[i - 1], id);
    return id;
  }

  struct End {
    Bits128 at;
    std::uint32_t member;
  };
  using Known = std::unordered_map<Members, NodeId, HashMembers>;

  // The stretches between ends, by what is left behind them.
  NodeId sweep(Members const& members, std::size_t d) {
    std::vector<End> opens;
    std::vector<End> closes;
    opens.reserve(members.size());
    closes.reserve(members.size());
    for (auto const i : members)
      for (auto const& interval : operation_.members[i][d]) {
        opens.push_back({interval.first, i});
        closes.push_back({interval.last, i});
      }
    auto const by_place = [](End const& a, End const& b) {
      return a.at != b.at ? a.at < b.at : a.member < b.member;
    };
    std::ranges::sort(opens, by_place);
    std::ranges::sort(closes, by_place);

    std::vector<std::pair<NodeId, ValueInterval>> stretches;
    Known known;
    Members active;
    Bits128 from = 0;
    auto const flush = [&](Bits128 last) {
      if (active.empty() || from > last) return;
      if (auto const rest = rest_of(active, known, d); rest != kNone)
        stretches.push_back({rest, {from, last}});
    };
    std::size_t o = 0;
    std::size_t c = 0;
    while (c < closes.size()) {
      if (o < opens.size() && opens[o].at <= closes[c].at) {
        Bits128 const at = opens[o].at;
        if (at > 0) flush(at - 1);
        for (; o < opens.size() && opens[o].at == at; ++o)
          active.insert(std::ranges::lower_bound(active, opens[o].member), opens[o].member);
        from = at;
      } else {
        Bits128 const at = closes[c].at;
        flush(at);
        for (; c < closes.size() && closes[c].at == at; ++c)
          active.erase(std::ranges::lower_bound(active, closes[c].member));
        from = at + 1;  // wraps after the last value, when nothing is active any more
      }
    }
    return joined(std::move(stretches));
  }

  // Is it one interval a side, from that dimension on?
  bool is_box(std::uint32_t member, std::size_t d) const {
    auto const& sides = operation_.members[member];
    return std::all_of(sides.begin() + static_cast<std::ptrdiff_t>(d), sides.end(),
                       [](auto const& side) { return side.size() == 1; });
  }

  NodeId rest_of(Members const& active, Known& known, std::size_t d) {
    if (active.size() == 1 && is_box(active.front(), d + 1)) return cut(active, d + 1);
    auto const found = known.find(active);
    if (found != known.end()) return found->second;
    auto const rest = cut(active, d + 1);
    known.emplace(active, rest);
    return rest;
  }

  // Stretches with equal remainders become one set.
  NodeId joined(std::vector<std::pair<NodeId, ValueInterval>> stretches) {
    if (stretches.empty()) return kNone;
    std::ranges::stable_sort(stretches, {}, &std::pair<NodeId, ValueInterval>::first);
    Edges edges;
    for (std::size_t from = 0; from < stretches.size();) {
      std::vector<ValueInterval> where;
      auto to = from;
      for (; to < stretches.size() && stretches[to].first == stretches[from].first; ++to)
        where.push_back(stretches[to].second);
      edges.emplace_back(ValueSet(where), stretches[from].first);
      from = to;
    }
    std::ranges::sort(edges, {}, [](std::pair<ValueSet, NodeId> const& edge) {
      return edge.first.intervals().front().first;
    });
    return node(std::move(edges));
  }

  void expand(NodeId id, std::size_t d, BoxProduct& product, std::vector<BoxProduct>& all) const {
    if (d == kFlowDimensions) {
      all.push_back(product);
      return;
    }
    for (auto const& [where, rest] : *by_id_[id - kAll - 1]) {
      product.sides[d] = where;
      expand(rest, d + 1, product, all);
    }
  }

  Operation const& operation_;
  std::unordered_map<Edges, NodeId, HashEdges> nodes_;
  std::vector<Edges const*> by_id_;  // from kAll + 1 on
  NodeId next_ = kAll + 1;
};

}  // namespace

Sides sides_of(Box const& box) {
  Sides sides;
  for (std::size_t d = 0; d < kFlowDimensions; ++d) sides[d] = std::span(&box.sides[d], 1);
  return sides;
}

Sides sides_of(BoxProduct const& product) {
  Sides sides;
  for (std::size_t d = 0; d < kFlowDimensions; ++d) sides[d] = product.sides[d].intervals();
  return sides;
}

std::vector<BoxProduct> carry_out(Operation const& operation) {
  if (operation.members.empty()) return {};
  Members members(operation.members.size());
  for (std::uint32_t i = 0; i < members.size(); ++i) members[i] = i;
  Cutter cutter(operation);
  return cutter.products(cutter.cut(members, 0));
}

}  // namespace safeconduct
