// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/partly_tracked.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace safeconduct {
namespace {

constexpr std::int32_t kConntrack = -200;  // NF_IP_PRI_CONNTRACK

bool is_before_conntrack(Ruleset const& rules, Chain const& chain) {
  return chain.base && (chain.base->hook == Hook::prerouting || chain.base->hook == Hook::output) &&
         chain.base->priority <= kConntrack && !rules.tables[chain.table].dormant;
}

// The chains that packets meet before connection tracking.
std::vector<ChainId> chains_before_conntrack(Ruleset const& rules) {
  std::vector<ChainId> found;
  std::vector<bool> known(rules.chains.size());
  auto const add = [&](ChainId id) {
    if (!known[id]) found.push_back(id);
    known[id] = true;
  };
  for (ChainId id = 0; id < rules.chains.size(); ++id)
    if (is_before_conntrack(rules, rules.chains[id])) add(id);
  for (std::size_t i = 0; i < found.size(); ++i)
    for (auto const& rule : rules.chains[found[i]].rules)
      if (auto const to = called_chain(rule.action)) add(*to);
  return found;
}

bool untracks(Rule const& rule) { return std::holds_alternative<Notrack>(rule.action); }

// Of packets that are stopped nobody asks whether they are tracked.
bool leads_on_by_flags(Ruleset const& rules, Rule const& rule) {
  bool const stays = std::holds_alternative<Continue>(rule.action) ||
                     std::holds_alternative<Drop>(rule.action) ||
                     std::holds_alternative<Reject>(rule.action);
  return !stays && std::ranges::any_of(clauses(rules, rule), [&](Clause const& clause) {
    return (fields_of(rules, clause) >> index(Field::tcp_flags) & 1U) != 0;
  });
}

bool may_be_tcp(Ruleset const& rules, Rule const& rule) {
  return std::ranges::none_of(clauses(rules, rule), [](Clause const& clause) {
    auto const* range = std::get_if<InRange>(&clause.kind);
    return range != nullptr && range->field == Field::l4proto && !clause.negated &&
           (range->first > l4::tcp || range->last < l4::tcp);
  });
}

}  // namespace

void doubt_notrack_by_flags(Ruleset& rules) {
  auto const chains = chains_before_conntrack(rules);
  auto const any = [&](auto const& is_such) {
    return std::ranges::any_of(
        chains, [&](ChainId id) { return std::ranges::any_of(rules.chains[id].rules, is_such); });
  };
  if (!any(untracks) || !any([&](Rule const& rule) { return leads_on_by_flags(rules, rule); }))
    return;
  auto const atom = static_cast<std::uint32_t>(rules.atoms.size());
  rules.atoms.push_back(
      {"notrack of some packets of a TCP connection, and not of others", "notrack", Lasting::once});
  for (auto const id : chains)
    for (auto& rule : rules.chains[id].rules)
      if (untracks(rule) && may_be_tcp(rules, rule)) rule.action = UnmodelledAction{atom};
}

}  // namespace safeconduct
