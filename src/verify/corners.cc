// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/corners.h"

#include <algorithm>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kMostValues = 64;  // a side

class Gatherer {
 public:
  using OfField = Landmarks::OfField;

  Gatherer(Ruleset const& rules, OfField& addresses, OfField& ports, OfField& icmp)
      : rules_(rules), addresses_(addresses), ports_(ports), icmp_(icmp) {}

  void run() {
    for (auto const& clause : rules_.clauses) look(clause);
    for (auto const& nat : rules_.nats) {
      if (nat.addresses) add(Field::daddr, *nat.addresses);
      if (nat.ports) add(Field::dport, {nat.ports->first, nat.ports->last});
    }
  }

 private:
  void look(Clause const& clause) {
    if (auto const* range = std::get_if<InRange>(&clause.kind)) {
      add(range->field, {range->first, range->last});
    } else if (auto const* masked = std::get_if<Masked>(&clause.kind)) {
      if (auto* const list = list_of(masked->field))
        list->patterns.push_back({masked->mask, masked->value});
    } else if (auto const* wide = std::get_if<InPattern>(&clause.kind)) {
      if (auto* const list = list_of(wide->field))
        list->patterns.push_back(rules_.bit_patterns[wide->pattern]);
    } else if (auto const* set = std::get_if<InSet>(&clause.kind)) {
      for (auto const& one : rules_.value_sets[set->set].intervals()) add(set->field, one);
    } else if (auto const* in = std::get_if<InProduct>(&clause.kind)) {
      auto const& product = rules_.products[in->product];
      for (std::size_t row = 0; row < product.rows(); ++row)
        for (std::size_t i = 0; i < product.fields.size(); ++i)
          add(product.fields[i], product.row(row)[i]);
    }
  }

  OfField* list_of(Field field) {
    for (auto const& tuple : {kTuple, kOriginalTuple}) {
      auto const at = std::ranges::find(tuple, field) - tuple.begin();
      if (at < 2) return &addresses_;
      if (at < 4) return &ports_;
    }
    if (field == Field::icmp_type || field == Field::icmp_code) return &icmp_;
    return nullptr;
  }

  void add(Field field, ValueInterval values) {
    auto* const list = list_of(field);
    if (list == nullptr) return;
    if (values.first > 0) list->values.push_back(values.first - 1);
    list->values.push_back(values.first);
    list->values.push_back(values.last);
    if (values.last < info(field).max) list->values.push_back(values.last + 1);
  }

  Ruleset const& rules_;
  OfField& addresses_;
  OfField& ports_;
  OfField& icmp_;
};

template <class T>
void put_in_order(std::vector<T>& values) {
  std::ranges::sort(values);
  auto const repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

// splitmix64 (Steele, Lea, Flood 2014): the same packets on every machine.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15U;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  Bits128 within(ValueInterval values) {
    auto const width = values.last - values.first;
    auto const number = Bits128{bits()} << 64U | bits();
    return width == ~Bits128{0} ? number : values.first + number % (width + 1);
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(bits() % count); }

 private:
  std::uint64_t state_;
};

// The values of a side: its ends, and the landmarks inside of it. Too many are thinned out evenly.
std::vector<Bits128> values_of(ValueSet const& side, Landmarks::OfField const& landmarks,
                               bool& all) {
  std::vector<Bits128> values;
  for (auto const& range : side.intervals()) {
    values.push_back(range.first);
    values.push_back(range.last);
    auto const from = std::ranges::lower_bound(landmarks.values, range.first);
    auto const to = std::ranges::upper_bound(landmarks.values, range.last);
    if (from < to) values.insert(values.end(), from, to);
    for (auto const& pattern : landmarks.patterns) {
      auto const ends = ends_within(pattern, range);
      if (!ends) continue;
      for (auto const end : {ends->first, ends->last}) {
        values.push_back(end);
        if (end > range.first) values.push_back(end - 1);
        if (end < range.last) values.push_back(end + 1);
      }
    }
  }
  put_in_order(values);
  if (values.size() <= kMostValues) return values;
  all = false;
  std::vector<Bits128> some;
  for (std::size_t i = 0; i < kMostValues; ++i)
    some.push_back(values[i * (values.size() - 1) / (kMostValues - 1)]);
  return some;
}

}  // namespace

Landmarks::Landmarks(std::span<DeviceRules const> devices) {
  for (auto const& device : devices) Gatherer(device.rules, addresses_, ports_, icmp_).run();
  for (auto* const list : {&addresses_, &ports_, &icmp_}) {
    put_in_order(list->values);
    put_in_order(list->patterns);
  }
}

Landmarks::OfField const& Landmarks::of(Field field) const {
  if (field == Field::saddr || field == Field::daddr) return addresses_;
  if (field == Field::sport || field == Field::dport) return ports_;
  return icmp_;
}

Corners corners(BoxProduct const& box, Landmarks const& landmarks, std::size_t most,
                std::size_t samples, std::uint64_t seed) {
  Corners result;
  std::array<std::vector<Bits128>, kFlowDimensions> values;
  std::size_t combinations = 1;
  for (std::size_t d = 0; d < kFlowDimensions; ++d) {
    values[d] = values_of(box.sides[d], landmarks.of(kFlowFields[d]), result.all);
    combinations *= values[d].size();  // at most 64^6: no overflow
  }
  Draw draw(seed);
  auto const combination = [&](std::size_t number) {
    FlowPoint point{};
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      point[d] = values[d][number % values[d].size()];
      number /= values[d].size();
    }
    return point;
  };
  if (combinations <= most) {
    for (std::size_t i = 0; i < combinations; ++i) result.packets.push_back(combination(i));
  } else {
    result.all = false;
    result.packets.push_back(combination(0));
    result.packets.push_back(combination(combinations - 1));
    while (result.packets.size() < most)
      result.packets.push_back(combination(draw.below(combinations)));
  }
  for (std::size_t i = 0; i < samples; ++i) {
    FlowPoint point{};
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      auto const& ranges = box.sides[d].intervals();
      point[d] = draw.within(ranges[draw.below(ranges.size())]);
    }
    result.packets.push_back(point);
  }
  // Whoever stops half way has seen some of everything.
  for (auto i = result.packets.size(); i > 1; --i)
    std::swap(result.packets[i - 1], result.packets[draw.below(i)]);
  return result;
}

}  // namespace safeconduct
