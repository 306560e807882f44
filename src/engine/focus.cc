// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/focus.h"

#include <algorithm>
#include <utility>

#include "engine/effects.h"

namespace safeconduct {
namespace {

// Could a clause on this field hold for one of the values? Errs towards yes.
bool may_hold(Ruleset const& rules, Clause const& clause, Field field, ValueSet const& values) {
  if (clause.negated) return true;
  if (auto const* range = std::get_if<InRange>(&clause.kind))
    return range->field != field || values.over({range->first, range->last}) != Overlap::none;
  if (auto const* set = std::get_if<InSet>(&clause.kind))
    return set->field != field || !(rules.value_sets[set->set] & values).empty();
  return true;
}

}  // namespace

Focus::Focus(Ruleset const& rules, Family family, AddressSet addresses, ValueSet protocols)
    : family_(family),
      addresses_(std::move(addresses)),
      protocols_(std::move(protocols)),
      found_(std::make_shared<Found>()) {
  found_->chains.resize(rules.chains.size());
  for (std::size_t chain = 0; chain < rules.chains.size(); ++chain) {
    auto const& all = rules.chains[chain].rules;
    for (std::uint32_t number = 0; number < all.size(); ++number) {
      auto const& rule = all[number];
      if (is_idle(rules, rule.action)) continue;
      bool const matters = std::ranges::all_of(clauses(rules, rule), [&](Clause const& clause) {
        return may_hold(rules, clause, Field::saddr, addresses_) &&
               may_hold(rules, clause, Field::daddr, addresses_) &&
               may_hold(rules, clause, Field::l4proto, protocols_);
      });
      if (matters) found_->chains[chain].all.push_back(number);
    }
  }
}

bool Focus::covers(Box const& asked, View const& view, Family family) const {
  if (!found_ || family != family_) return false;
  auto const& protocol = view[index(Field::l4proto)];
  if (protocol.kind != Symbol::Kind::own || protocols_.over(protocol.values) != Overlap::all)
    return false;
  for (auto const field : {Field::saddr, Field::daddr}) {
    auto const& symbol = view[index(field)];
    if (symbol.kind != Symbol::Kind::asked || addresses_.over(asked.at(symbol.of)) != Overlap::all)
      return false;
  }
  return true;
}

TouchIndex const* Focus::by_address(Ruleset const& rules, ChainId chain) const {
  constexpr std::size_t kWorth = 256;  // rules
  constexpr unsigned kOften = 4;       // questions
  auto& of_chain = found_->chains[chain];
  if (of_chain.all.size() < kWorth) return nullptr;
  std::scoped_lock const lock(found_->mutex);
  if (++of_chain.asked == kOften)
    of_chain.index = std::make_unique<TouchIndex const>(rules, chain, of_chain.all);
  return of_chain.index.get();
}

}  // namespace safeconduct
