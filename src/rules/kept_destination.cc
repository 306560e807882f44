// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/kept_destination.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace safeconduct {
namespace {

template <class Range>
bool is_single(std::optional<Range> const& range) {
  return !range || range->first == range->last;
}

bool may_keep(Ruleset const& rules, Rule const& rule) {
  auto const* const to = std::get_if<Translate>(&rule.action);
  if (to == nullptr) return false;
  auto const& nat = rules.nats[to->nat];
  if (nat.kind != NatKind::destination || nat.to_interface) return false;
  return nat.unknown || !is_single(nat.addresses) || !is_single(nat.ports);
}

class Doubt {
 public:
  explicit Doubt(Ruleset& rules) : rules_(rules) {}

  void run() {
    for (auto& chain : rules_.chains) {
      auto const keeps = [&](Rule const& rule) { return may_keep(rules_, rule); };
      if (std::ranges::none_of(chain.rules, keeps)) continue;
      std::vector<Rule> more;
      more.reserve(chain.rules.size() + 1);
      for (auto const& rule : chain.rules) {
        if (keeps(rule)) more.push_back(kept(rule));
        more.push_back(rule);
      }
      chain.rules = std::move(more);
    }
  }

 private:
  Rule kept(Rule const& rule) {
    auto const nat = rules_.nats[std::get<Translate>(rule.action).nat];
    Rule one = rule;
    one.first_clause = static_cast<std::uint32_t>(rules_.clauses.size());
    for (std::uint32_t i = 0; i < rule.clause_count; ++i)
      rules_.clauses.push_back(Clause{rules_.clauses[rule.first_clause + i]});
    if (!nat.unknown && nat.addresses) add_range(Field::daddr, *nat.addresses);
    if (!nat.unknown && nat.ports)
      add_range(Field::dport, {Bits128{nat.ports->first}, Bits128{nat.ports->last}});
    rules_.clauses.push_back({Unmodelled{atom()}, false});
    one.clause_count = static_cast<std::uint32_t>(rules_.clauses.size()) - one.first_clause;
    one.action = Translate{nothing()};
    return one;
  }

  void add_range(Field field, ValueInterval const& range) {
    rules_.clauses.push_back(
        {InSet{field, static_cast<std::uint32_t>(rules_.value_sets.size())}, false});
    rules_.value_sets.emplace_back(range);
  }

  std::uint32_t atom() {
    if (!atom_) {
      atom_ = static_cast<std::uint32_t>(rules_.atoms.size());
      rules_.atoms.push_back(
          {"one of several destinations, perhaps the packet's own", "dnat", Lasting::once});
    }
    return *atom_;
  }

  // A translation that writes nothing.
  std::uint32_t nothing() {
    if (!nothing_) {
      nothing_ = static_cast<std::uint32_t>(rules_.nats.size());
      Nat nat;
      nat.kind = NatKind::destination;
      rules_.nats.push_back(nat);
    }
    return *nothing_;
  }

  Ruleset& rules_;
  std::optional<std::uint32_t> atom_;
  std::optional<std::uint32_t> nothing_;
};

}  // namespace

void doubt_kept_destinations(Ruleset& rules) { Doubt(rules).run(); }

}  // namespace safeconduct
