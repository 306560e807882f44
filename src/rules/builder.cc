// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/builder.h"

#include <algorithm>
#include <utility>

#include "rules/link.h"

namespace safeconduct {
namespace {

constexpr Bits128 kNarrow = 0xFFFFFFFFU;  // what InRange can hold

}  // namespace

std::uint32_t RulesetBuilder::add_file(std::string name, std::shared_ptr<std::string const> text,
                                       std::shared_ptr<Original const> original) {
  rules_.files.push_back({std::move(name), std::move(text), {}, std::move(original)});
  return static_cast<std::uint32_t>(rules_.files.size() - 1);
}

std::uint32_t RulesetBuilder::table(TableFamily family, std::string_view name, bool iptables,
                                    Span span) {
  std::string key(safeconduct::name(family));
  key += ' ';
  key += name;
  if (iptables) key += " of iptables";  // the legacy backend's stands beside nft's of that name
  auto const [entry, made] =
      tables_by_name_.try_emplace(std::move(key), static_cast<std::uint32_t>(rules_.tables.size()));
  if (made) {
    rules_.tables.push_back({family, std::string(name), false, iptables, span});
    chains_by_name_.emplace_back();
  }
  return entry->second;
}

ChainId RulesetBuilder::chain(std::uint32_t table, std::string_view name, Span span) {
  auto& index = chains_by_name_[table];
  if (auto const found = index.find(name); found != index.end()) return found->second;
  auto const id = static_cast<ChainId>(rules_.chains.size());
  index.emplace(std::string(name), id);
  Chain chain;
  chain.name = std::string(name);
  chain.table = table;
  chain.span = span;
  rules_.chains.push_back(std::move(chain));
  return id;
}

namespace {

constexpr std::string_view kChangedByRules = "rules change its elements";

// Packets may come without a connection: then no clause on one of these holds, not even one that
// takes all values.
bool may_be_absent(Field field) {
  return field == Field::ct_direction || field == Field::ct_status || field == Field::ct_mark ||
         std::ranges::find(kOriginalTuple, field) != kOriginalTuple.end();
}

}  // namespace

void RulesetBuilder::has_value(Field field) {
  if (may_be_absent(field)) in_set(field, ValueSet({0, info(field).max}));
}

void RulesetBuilder::in_range(Field field, Interval<std::uint32_t> range, bool negated) {
  bool const all = range.first == 0 && range.last >= info(field).max;
  if (!negated && all && !may_be_absent(field)) return;  // always holds
  rules_.clauses.push_back({InRange{field, range.first, range.last}, negated});
}

void RulesetBuilder::equals(Field field, std::uint32_t value, bool negated) {
  in_range(field, {value, value}, negated);
}

void RulesetBuilder::masked(Field field, std::uint32_t mask, std::uint32_t value, bool negated) {
  if (mask == 0 && value == 0 && !negated) return has_value(field);
  if (mask == 0xFFFFFFFFU || (mask & info(field).max) == info(field).max) {
    equals(field, value, negated);
    return;
  }
  rules_.clauses.push_back({Masked{field, mask, value}, negated});
}

void RulesetBuilder::pattern(Field field, BitPattern const& pattern, bool negated) {
  if ((~pattern.mask & (~pattern.mask + 1)) == 0) {  // a network
    auto const host = ~pattern.mask;
    ValueInterval const network{pattern.value, pattern.value | host};
    return in_set(field, (pattern.value & host) == 0 ? ValueSet(network) : ValueSet(), negated);
  }
  auto const next = static_cast<std::uint32_t>(rules_.bit_patterns.size());
  auto const [known, made] = bit_patterns_.try_emplace(pattern, next);
  if (made) rules_.bit_patterns.push_back(pattern);
  rules_.clauses.push_back({InPattern{field, known->second}, negated});
}

void RulesetBuilder::in_set(Field field, ValueSet set, bool negated) {
  auto const& intervals = set.intervals();
  if (intervals.size() == 1) {
    auto const only = intervals.front();
    bool const all = only.first == 0 && only.last >= info(field).max;
    if (!negated && all && !may_be_absent(field)) return;
    if (only.last <= kNarrow) {
      in_range(field,
               {static_cast<std::uint32_t>(only.first), static_cast<std::uint32_t>(only.last)},
               negated);
      return;
    }
  }
  if (negated && intervals.empty()) return has_value(field);
  auto const id = static_cast<std::uint32_t>(rules_.value_sets.size());
  rules_.value_sets.push_back(std::move(set));
  rules_.clauses.push_back({InSet{field, id}, negated});
}

void RulesetBuilder::prefix(Field field, Prefix const& prefix, bool negated) {
  if (prefix.length == 0 && !negated) return;
  auto const range = interval(prefix);
  if (prefix.address.family == Family::ip4) {
    rules_.clauses.push_back({InRange{field, static_cast<std::uint32_t>(range.first),
                                      static_cast<std::uint32_t>(range.last)},
                              negated});
  } else {
    in_set(field, ValueSet(range), negated);
  }
}

void RulesetBuilder::product(Product product, bool negated) {
  auto const id = static_cast<std::uint32_t>(rules_.products.size());
  rules_.products.push_back(std::move(product));
  rules_.clauses.push_back({InProduct{id}, negated});
}

void RulesetBuilder::interface(Field field, std::string_view name, bool prefix, bool negated) {
  if (prefix && name.empty()) {
    if (negated) in_set(field, ValueSet{});  // no interface is "not any"
    return;
  }
  rules_.clauses.push_back({OnInterface{field, pattern(name, prefix)}, negated});
}

void RulesetBuilder::interfaces(Field field, std::span<InterfacePattern const> any_of,
                                bool negated) {
  auto const holds_always = [](InterfacePattern const& p) { return p.prefix && p.name.empty(); };
  if (any_of.empty()) return in_set(field, ValueSet{}, negated);
  if (std::ranges::any_of(any_of, holds_always)) return interface(field, "", true, negated);
  if (any_of.size() == 1)
    return interface(field, any_of.front().name, any_of.front().prefix, negated);
  std::vector<std::uint32_t> ids;
  std::string key(1, '\0');  // no interface is called so
  for (auto const& one : any_of) {
    ids.push_back(pattern(one.name, one.prefix));
    key += std::to_string(ids.back()) + ' ';
  }
  auto const [entry, made] = interfaces_by_name_.try_emplace(
      std::move(key), static_cast<std::uint32_t>(rules_.interface_patterns.size()));
  if (made) rules_.interface_patterns.push_back({"", false, std::move(ids)});
  rules_.clauses.push_back({OnInterface{field, entry->second}, negated});
}

std::uint32_t RulesetBuilder::pattern(std::string_view name, bool prefix) {
  std::string key(name);
  if (prefix) key += '\0';  // "eth" and "eth*" are two patterns
  auto const [entry, made] = interfaces_by_name_.try_emplace(
      std::move(key), static_cast<std::uint32_t>(rules_.interface_patterns.size()));
  if (made) rules_.interface_patterns.push_back({std::string(name), prefix, {}});
  return entry->second;
}

void RulesetBuilder::named_set(SetReference reference, bool negated) {
  auto const id = static_cast<std::uint32_t>(rules_.set_references.size());
  rules_.set_references.push_back(std::move(reference));
  rules_.clauses.push_back({InNamedSet{id}, negated});
}

std::uint32_t RulesetBuilder::atom(std::string_view text, std::string_view word, Lasting lasting) {
  auto const id = static_cast<std::uint32_t>(rules_.atoms.size());
  if (lasting != Lasting::once) {
    auto const [entry, made] = atoms_by_text_.try_emplace(std::string(text), id);
    if (!made) return entry->second;
  }
  rules_.atoms.push_back({std::string(text), std::string(word), lasting});
  return id;
}

void RulesetBuilder::unmodelled(std::string_view text, std::string_view word, Lasting lasting,
                                bool negated) {
  rules_.clauses.push_back({Unmodelled{atom(text, word, lasting)}, negated});
}

void RulesetBuilder::again(Clause const& clause) {
  Clause copy = clause;  // it may stand in the vector that grows
  rules_.clauses.push_back(copy);
}

void RulesetBuilder::add_rule(ChainId chain, Span span, Action action, bool keep) {
  auto const count = clause_count();
  rules_.chains[chain].rules.push_back(
      {span, static_cast<std::uint32_t>(first_clause_), static_cast<std::uint32_t>(count), action});
  auto const begin = first_clause_;
  first_clause_ = rules_.clauses.size();
  if (!keep) return;
  for (std::size_t i = begin; i < begin + count; ++i) again(rules_.clauses[i]);
}

std::uint32_t RulesetBuilder::nat(Nat nat) {
  rules_.nats.push_back(nat);
  return static_cast<std::uint32_t>(rules_.nats.size() - 1);
}

bool RulesetBuilder::add_set(NamedSet set) {
  std::string key = set.table == kNoTable ? std::string("ipset") : std::to_string(set.table);
  key += ' ';
  key += set.name;
  auto const id = static_cast<std::uint32_t>(rules_.named_sets.size());
  if (!sets_by_name_.try_emplace(std::move(key), id).second) return false;
  rules_.named_sets.push_back(std::move(set));
  return true;
}

Result<Ruleset> RulesetBuilder::finish(std::span<std::string const> interfaces) && {
  drop_rule();
  for (auto const& set : rules_.named_sets)  // what goes into a list goes into one of its members
    if (set.table == kNoTable && changing_ipsets_.contains(set.name))
      changing_ipsets_.insert(set.members.begin(), set.members.end());
  auto const changes = [&](std::string const& name) { return changing_ipsets_.contains(name); };
  for (auto& set : rules_.named_sets)
    if (set.table == kNoTable && (changes(set.name) || std::ranges::any_of(set.members, changes)))
      set.undecided = kChangedByRules;
  std::ranges::sort(rules_.rule_names, {}, &RuleName::span);
  // One rule asks before such a change, another behind it; what is in a list, or in a set whose
  // dump is not given, may hang on it, too.
  if (!changing_ipsets_.empty())
    for (auto& reference : rules_.set_references)
      if (reference.table == kNoTable) reference.lasting = Lasting::once;
  SC_CHECK(link(rules_, interfaces));
  return std::move(rules_);
}

}  // namespace safeconduct
