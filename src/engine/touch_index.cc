// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/touch_index.h"

#include <algorithm>
#include <bit>

namespace safeconduct {
namespace {

// All values that a clause lets the field have lie within these; empty: it asks nothing of it, or
// what it asks is not told so.
ValueSet ranges(Ruleset const& rules, Clause const& clause, Field field) {
  constexpr std::size_t kMostOfASet = 64;
  if (clause.negated) return {};
  if (auto const* range = std::get_if<InRange>(&clause.kind)) {
    if (range->field != field) return {};
    return {{range->first, range->last}};
  }
  auto const* set = std::get_if<InSet>(&clause.kind);
  if (set == nullptr || set->field != field) return {};
  auto const& values = rules.value_sets[set->set];
  auto const& intervals = values.intervals();
  if (intervals.size() <= kMostOfASet) return values;
  return {{intervals.front().first, intervals.back().last}};
}

ValueSet ranges(Ruleset const& rules, Rule const& rule, Field field) {
  for (auto const& clause : clauses(rules, rule))
    if (auto found = ranges(rules, clause, field); !found.empty()) return found;
  return {};
}

// How many values.
Bits128 width(ValueSet const& ranges) {
  Bits128 sum = 0;
  for (auto const& range : ranges.intervals()) sum += range.last - range.first;
  return sum;
}

template <class Entry>
Bits128 fill_reach(std::span<Entry> tree) {
  if (tree.empty()) return 0;
  auto const middle = tree.size() / 2;
  auto& root = tree[middle];
  root.reach = std::max(
      {root.range.last, fill_reach(tree.first(middle)), fill_reach(tree.subspan(middle + 1))});
  return root.reach;
}

template <class Entry>
void collect_from(std::span<Entry const> tree, std::uint32_t from, ValueInterval wanted,
                  std::vector<std::uint32_t>& found) {
  if (tree.empty()) return;
  auto const middle = tree.size() / 2;
  auto const& root = tree[middle];
  if (root.reach < wanted.first) return;
  collect_from(tree.first(middle), from, wanted, found);
  if (root.range.first > wanted.last) return;
  if (root.range.last >= wanted.first && root.number >= from) found.push_back(root.number);
  collect_from(tree.subspan(middle + 1), from, wanted, found);
}

// Each once. Where they lie close, a bit for each is faster than to compare them.
void put_in_order(std::vector<std::uint32_t>& numbers) {
  constexpr std::size_t kBits = 64;
  if (numbers.empty()) return;
  auto const [least, most] = std::ranges::minmax(numbers);
  auto const words = (most - least) / kBits + 1;
  if (words > numbers.size()) {
    std::ranges::sort(numbers);
    auto const repeated = std::ranges::unique(numbers);
    numbers.erase(repeated.begin(), repeated.end());
    return;
  }
  std::vector<std::uint64_t> there(words);
  for (auto const number : numbers)
    there[(number - least) / kBits] |= std::uint64_t{1} << (number - least) % kBits;
  numbers.clear();
  for (std::size_t word = 0; word < words; ++word)
    for (auto bits = there[word]; bits != 0; bits &= bits - 1)
      numbers.push_back(least + static_cast<std::uint32_t>(word * kBits) +
                        static_cast<std::uint32_t>(std::countr_zero(bits)));
}

}  // namespace

void TouchIndex::ByEnd::add(ValueInterval range, std::uint32_t number) {
  tree.push_back({range, 0, number});
  lasts.push_back(range.last);
}

void TouchIndex::ByEnd::build() {
  std::ranges::stable_sort(tree, {}, [](Entry const& entry) { return entry.range.first; });
  std::ranges::sort(lasts);
  fill_reach(std::span(tree));
}

std::size_t TouchIndex::ByEnd::count(ValueInterval wanted) const {
  auto const begun = std::ranges::upper_bound(tree, wanted.last, {},
                                              [](Entry const& entry) { return entry.range.first; });
  auto const ended = std::ranges::lower_bound(lasts, wanted.first);
  return static_cast<std::size_t>((begun - tree.begin()) - (ended - lasts.begin()));
}

void TouchIndex::ByEnd::collect(std::uint32_t from, ValueInterval wanted,
                                std::vector<std::uint32_t>& found) const {
  collect_from(std::span(tree), from, wanted, found);
}

TouchIndex::TouchIndex(Ruleset const& rules, ChainId chain, std::span<std::uint32_t const> numbers)
    : count_(numbers.size()) {
  for (auto const number : numbers) {
    auto const& rule = rules.chains[chain].rules[number];
    auto const source = ranges(rules, rule, Field::saddr);
    auto const destination = ranges(rules, rule, Field::daddr);
    if (!source.empty() && (destination.empty() || width(source) < width(destination))) {
      for (auto const& range : source.intervals()) by_source_.add(range, number);
    } else if (!destination.empty()) {
      for (auto const& range : destination.intervals()) by_destination_.add(range, number);
    } else {
      rest_.push_back(number);
    }
  }
  by_source_.build();
  by_destination_.build();
}

std::optional<std::vector<std::uint32_t>> TouchIndex::touching(std::uint32_t from,
                                                               ValueInterval source,
                                                               ValueInterval destination) const {
  auto const found = by_source_.count(source) + by_destination_.count(destination) + rest_.size();
  if (found > count_ / 2) return std::nullopt;
  std::vector<std::uint32_t> some(std::ranges::lower_bound(rest_, from), rest_.end());
  by_source_.collect(from, source, some);
  by_destination_.collect(from, destination, some);
  put_in_order(some);
  return some;
}

}  // namespace safeconduct
