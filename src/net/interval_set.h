// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <optional>
#include <vector>

namespace safeconduct {

// How a set lies over an interval: none of it, all of it, or some.
enum class Overlap : unsigned char { none, some, all };

// Whole numbers from first to last, both included. Never empty: first <= last.
template <class T>
struct Interval {
  T first{};
  T last{};

  bool operator==(Interval const&) const = default;
  bool contains(T value) const { return first <= value && value <= last; }
  bool contains(Interval other) const { return first <= other.first && other.last <= last; }
  bool overlaps(Interval other) const { return first <= other.last && other.first <= last; }
  Overlap over(Interval region) const {
    if (contains(region)) return Overlap::all;
    return overlaps(region) ? Overlap::some : Overlap::none;
  }
};

// A set of whole numbers in canonical form: intervals in order, disjoint, not touching. Equal sets
// compare equal. Values, not handles; empty by default.
template <class T>
class IntervalSet {
 public:
  // Most sets are one interval: it takes no memory of its own.
  using Intervals = boost::container::small_vector<Interval<T>, 1>;

  IntervalSet() = default;
  IntervalSet(Interval<T> one) : intervals_(1, one) {}
  // Any order, overlaps allowed.
  explicit IntervalSet(std::vector<Interval<T>> any) {
    if (!std::is_sorted(any.begin(), any.end(), starts_before))
      std::sort(any.begin(), any.end(), starts_before);
    intervals_.reserve(any.size());
    for (auto const& next : any) join(next);
  }

  Intervals const& intervals() const& { return intervals_; }
  Intervals const& intervals() const&& = delete;  // would dangle
  bool empty() const { return intervals_.empty(); }
  bool operator==(IntervalSet const&) const = default;

  bool contains(T value) const {
    auto const at = first_reaching(value);
    return at != intervals_.end() && at->first <= value;
  }

  Overlap over(Interval<T> region) const {
    auto const at = first_reaching(region.first);
    if (at == intervals_.end() || at->first > region.last) return Overlap::none;
    return at->contains(region) ? Overlap::all : Overlap::some;
  }

  // The first interval that ends at or after 'value', or the end: where a search starts.
  auto first_reaching(T value) const {
    return std::lower_bound(intervals_.begin(), intervals_.end(), value,
                            [](Interval<T> const& i, T v) { return i.last < v; });
  }

  friend IntervalSet operator|(IntervalSet const& a, IntervalSet const& b) {
    IntervalSet result;
    result.intervals_.reserve(a.intervals_.size() + b.intervals_.size());
    auto i = a.intervals_.begin();
    auto j = b.intervals_.begin();
    while (i != a.intervals_.end() && j != b.intervals_.end())
      result.join(starts_before(*j, *i) ? *j++ : *i++);
    while (i != a.intervals_.end()) result.join(*i++);
    while (j != b.intervals_.end()) result.join(*j++);
    return result;
  }

  friend IntervalSet operator&(IntervalSet const& a, IntervalSet const& b) {
    IntervalSet result;
    auto i = a.intervals_.begin();
    auto j = b.intervals_.begin();
    while (i != a.intervals_.end() && j != b.intervals_.end()) {
      if (i->overlaps(*j))
        result.intervals_.push_back({std::max(i->first, j->first), std::min(i->last, j->last)});
      if (i->last < j->last) {
        ++i;
      } else {
        ++j;
      }
    }
    return result;
  }

  friend IntervalSet operator-(IntervalSet const& a, IntervalSet const& b) {
    IntervalSet result;
    auto j = b.intervals_.begin();
    for (auto const& whole : a.intervals_) {
      while (j != b.intervals_.end() && j->last < whole.first) ++j;
      T from = whole.first;
      bool open = true;  // is there anything of 'whole' left at and after 'from'?
      for (auto k = j; k != b.intervals_.end() && k->first <= whole.last; ++k) {
        if (k->first > from) result.intervals_.push_back({from, static_cast<T>(k->first - 1)});
        if (k->last >= whole.last) {
          open = false;
          break;
        }
        from = static_cast<T>(k->last + 1);
      }
      if (open) result.intervals_.push_back({from, whole.last});
    }
    return result;
  }

 private:
  static bool starts_before(Interval<T> const& a, Interval<T> const& b) {
    return a.first < b.first;
  }

  // One that starts with or behind the last.
  void join(Interval<T> next) {
    // 'last + 1' cannot overflow where next.first > last.
    if (!intervals_.empty() && (next.first <= intervals_.back().last ||
                                next.first == static_cast<T>(intervals_.back().last + 1))) {
      intervals_.back().last = std::max(intervals_.back().last, next.last);
    } else {
      intervals_.push_back(next);
    }
  }

  Intervals intervals_;
};

}  // namespace safeconduct
