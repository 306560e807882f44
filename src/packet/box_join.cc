// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/box_join.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace safeconduct {
namespace {

constexpr std::size_t kFewPairs = 256;  // compared one by one
constexpr std::size_t kSample = 32;     // boxes of a list that a cut is chosen by

using Numbers = std::vector<std::uint32_t>;

struct Cut {
  std::size_t dimension = 0;
  Bits128 at = 0;
};

// The space is cut in halves until few boxes are left; a pair belongs to the cell that has the low
// corner of what they share.
class Join {
 public:
  Join(std::span<Box const> first, std::span<Box const> second, OnOverlap const& on_overlap,
       bool const* enough)
      : lists_{first, second}, on_overlap_(on_overlap), enough_(enough) {}

  void run() {
    std::array<Numbers, 2> all;
    for (std::size_t list = 0; list < 2; ++list)
      for (std::uint32_t i = 0; i < lists_[list].size(); ++i) all[list].push_back(i);
    join(all, Box::all());
  }

 private:
  void join(std::array<Numbers, 2> const& members, Box const& cell) {
    if (members[0].empty() || members[1].empty() || is_enough()) return;
    auto const where = members[0].size() * members[1].size() > kFewPairs ? best_cut(members)
                                                                         : std::optional<Cut>();
    if (!where) return compare(members, cell);
    for (bool const above : {false, true}) {
      auto half = cell;
      auto& side = half.sides[where->dimension];
      (above ? side.first : side.last) = above ? where->at : where->at - 1;
      std::array<Numbers, 2> touching;
      for (std::size_t list = 0; list < 2; ++list)
        for (auto const i : members[list])
          if (lists_[list][i].sides[where->dimension].overlaps(side)) touching[list].push_back(i);
      join(touching, half);
    }
  }

  bool is_enough() const { return enough_ != nullptr && *enough_; }

  void compare(std::array<Numbers, 2> const& members, Box const& cell) {
    for (auto const i : members[0]) {
      if (is_enough()) return;
      for (auto const k : members[1])
        if (auto const common = intersection(lists_[0][i], lists_[1][k]);
            common && has_low_corner(cell, *common))
          on_overlap_(i, k, *common);
    }
  }

  static bool has_low_corner(Box const& cell, Box const& box) {
    for (std::size_t d = 0; d < kFlowDimensions; ++d)
      if (!cell.sides[d].contains(box.sides[d].first)) return false;
    return true;
  }

  // At the median start in the dimension where it parts the boxes best; nothing where it does not
  // pay in any.
  std::optional<Cut> best_cut(std::array<Numbers, 2> const& members) const {
    std::vector<Box const*> sample;
    for (std::size_t list = 0; list < 2; ++list) {
      auto const stride = std::max<std::size_t>(1, members[list].size() / kSample);
      for (std::size_t i = 0; i < members[list].size(); i += stride)
        sample.push_back(&lists_[list][members[list][i]]);
    }
    std::optional<Cut> best;
    std::size_t fewest = sample.size() * 3 / 4;  // of the larger half
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      std::vector<Bits128> starts;
      for (auto const* box : sample) starts.push_back(box->sides[d].first);
      auto const middle = starts.begin() + static_cast<std::ptrdiff_t>(starts.size() / 2);
      std::ranges::nth_element(starts, middle);
      auto const at = *middle;
      std::size_t below = 0;
      std::size_t above = 0;
      for (auto const* box : sample) {
        if (box->sides[d].first < at) ++below;
        if (box->sides[d].last >= at) ++above;
      }
      if (below == 0 || std::max(below, above) >= fewest) continue;
      fewest = std::max(below, above);
      best = {d, at};
    }
    return best;
  }

  std::array<std::span<Box const>, 2> lists_;
  OnOverlap const& on_overlap_;
  bool const* enough_;
};

}  // namespace

void for_each_overlap(std::span<Box const> first, std::span<Box const> second,
                      OnOverlap const& on_overlap, bool const* enough) {
  Join(first, second, on_overlap, enough).run();
}

}  // namespace safeconduct
