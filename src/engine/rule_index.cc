// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rule_index.h"

#include <algorithm>

namespace safeconduct {
namespace {

constexpr std::uint32_t kMostBlocks = 16;  // of one rule: /12

struct Key {
  std::size_t end = 0;  // 0: the source, 1: the destination
  std::uint32_t first = 0;
  std::uint32_t last = 0;  // /16 blocks
};

// The narrower of the IPv4 addresses that the rule asks for before anything that may not be known.
std::optional<Key> key_of(Ruleset const& rules, Rule const& rule) {
  std::optional<Key> best;
  for (auto const& clause : clauses(rules, rule)) {
    auto const* range = std::get_if<InRange>(&clause.kind);
    if (range == nullptr) break;
    if (range->field == Field::nfproto) continue;
    bool const source = range->field == Field::saddr;
    if (!source && range->field != Field::daddr) break;
    if (clause.negated) continue;
    Key const key{source ? 0U : 1U, range->first >> 16U, range->last >> 16U};
    if (key.last - key.first >= kMostBlocks) continue;
    if (!best || key.last - key.first < best->last - best->first) best = key;
  }
  return best;
}

}  // namespace

RuleIndex::RuleIndex(Ruleset const& rules, std::size_t worth) : chains_(rules.chains.size()) {
  for (auto const travel : {Travel::forwarded, Travel::incoming, Travel::outgoing})
    for (auto const family : {Family::ip4, Family::ip6})
      ways_[static_cast<std::size_t>(travel)][slot(family)] =
          safeconduct::ways(rules, travel, family);
  for (std::size_t id = 0; id < rules.chains.size(); ++id) {
    auto const& all = rules.chains[id].rules;
    if (all.size() < worth) continue;
    auto& index = chains_[id];
    index.size = all.size();
    for (std::uint32_t number = 0; number < all.size(); ++number) {
      auto const key = key_of(rules, all[number]);
      if (!key) {
        index.rest.push_back(number);
        continue;
      }
      for (auto block = key->first; block <= key->last; ++block)
        index.by_block[key->end][block].push_back(number);
    }
  }
}

Ways const& RuleIndex::ways(Travel travel, Family family) const {
  return ways_[static_cast<std::size_t>(travel)][slot(family)];
}

std::size_t RuleIndex::next(ChainId chain, std::size_t from, std::optional<Bits128> source,
                            std::optional<Bits128> destination) const {
  auto const& index = chains_[chain];
  if (index.size == 0 || !source || !destination) return from;
  std::size_t best = index.size;
  auto const look = [&](Numbers const& numbers) {
    auto const at = std::ranges::lower_bound(numbers, from);
    if (at != numbers.end()) best = std::min<std::size_t>(best, *at);
  };
  look(index.rest);
  if (best == from) return best;
  std::array const ends{*source, *destination};
  for (std::size_t end = 0; end < 2; ++end) {
    if (ends[end] > 0xFFFFFFFFU) continue;  // no range of an IPv4 rule reaches there
    auto const found = index.by_block[end].find(static_cast<std::uint32_t>(ends[end] >> 16U));
    if (found != index.by_block[end].end()) look(found->second);
  }
  return best;
}

}  // namespace safeconduct
