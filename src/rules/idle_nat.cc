// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/idle_nat.h"

#include <algorithm>
#include <array>
#include <vector>

namespace safeconduct {
namespace {

// Words that we do not model may stand for modules that use it. Errs towards yes.
bool may_use_tracking(Atom const& atom) {
  constexpr std::array kWords{"ct ",     "conn",     "state",    "NAT",      "SAME",
                              "CT ",     "flow",     "helper",   "xt ",      "CLUSTER",
                              "cluster", "SYNPROXY", "synproxy", "undecided"};
  return std::ranges::any_of(kWords, [&](auto const* word) { return atom.text.contains(word); });
}

bool uses_tracking(Ruleset const& rules, Action const& action) {
  if (std::holds_alternative<Translate>(action)) return true;
  if (auto const* set = std::get_if<SetMark>(&action)) return set->field == Field::ct_mark;
  if (auto const* copy = std::get_if<CopyMark>(&action))
    return copy->from == Field::ct_mark || copy->to == Field::ct_mark;
  if (auto const* alter = std::get_if<Alter>(&action)) return alter->forgets == Field::ct_mark;
  if (auto const* any = std::get_if<UnmodelledAction>(&action))
    return may_use_tracking(rules.atoms[any->atom]);
  return false;
}

bool uses_tracking(Ruleset const& rules, Rule const& rule) {
  return uses_tracking(rules, rule.action) ||
         std::ranges::any_of(clauses(rules, rule), [&](Clause const& clause) {
           if (auto const* any = std::get_if<Unmodelled>(&clause.kind))
             return may_use_tracking(rules.atoms[any->atom]);
           return asks_for_connection(rules, clause);
         });
}

bool is_tracked(Ruleset const& rules, Family family) {
  return std::ranges::any_of(rules.chains, [&](Chain const& chain) {
    auto const table = rules.tables[chain.table].family;
    return (sees(table, family) || table == TableFamily::bridge) &&
           std::ranges::any_of(chain.rules,
                               [&](Rule const& rule) { return uses_tracking(rules, rule); });
  });
}

bool is_nat_chain_of(Ruleset const& rules, Chain const& chain, Family family) {
  auto const& table = rules.tables[chain.table];
  return chain.base && chain.base->type == ChainType::nat && !table.dormant &&
         sees(table.family, family) &&
         (!chain.rules.empty() || chain.base->policy == ChainPolicy::drop);
}

}  // namespace

bool doubt_idle_nat_chains(Ruleset& rules) {
  auto const is_idle_of = [&](Family family) {
    return [&rules, family](Chain const& chain) { return is_nat_chain_of(rules, chain, family); };
  };
  // Of both families first: what is added below is asked for itself.
  std::vector<Family> in_doubt;
  for (auto const family : {Family::ip4, Family::ip6})
    if (std::ranges::any_of(rules.chains, is_idle_of(family)) && !is_tracked(rules, family))
      in_doubt.push_back(family);
  for (auto const family : in_doubt) {
    auto const is_idle = is_idle_of(family);
    auto const atom = static_cast<std::uint32_t>(rules.atoms.size());
    rules.atoms.push_back(
        {"whether anything uses connection tracking: without, nat chains are not asked", "nat",
         Lasting::whole_way});
    for (auto& chain : rules.chains) {
      if (!is_idle(chain)) continue;
      auto const first = static_cast<std::uint32_t>(rules.clauses.size());
      auto const protocol = nfproto_of(family);
      bool const of_both = rules.tables[chain.table].family == TableFamily::inet;
      if (of_both) rules.clauses.push_back({InRange{Field::nfproto, protocol, protocol}});
      rules.clauses.push_back({Unmodelled{atom}, true});
      chain.rules.insert(chain.rules.begin(), Rule{chain.span, first, of_both ? 2U : 1U, Accept{}});
    }
  }
  return !in_doubt.empty();
}

}  // namespace safeconduct
