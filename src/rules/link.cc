// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/link.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/overloaded.h"
#include "rules/idle_nat.h"
#include "rules/kept_destination.h"
#include "rules/partly_tracked.h"
#include "rules/unread_marks.h"

namespace safeconduct {
namespace {

Error error_in(Ruleset const& rules, ErrorKind kind, Span span, std::string message,
               std::string hint = {}) {
  auto const& file = rules.files[span.file];
  if (file.original)
    return error_at(kind, file.name, *file.original->text, file.original->place(span.offset),
                    std::move(message), std::move(hint));
  return error_at(kind, file.name, *file.text, span.offset, std::move(message), std::move(hint));
}

// ---- chains

Result<void> check_targets(Ruleset const& rules) {
  for (auto const& chain : rules.chains) {
    for (auto const& rule : chain.rules) {
      auto const to = called_chain(rule.action);
      if (!to) continue;
      auto const& called = rules.chains[*to];
      if (!called.defined)
        return std::unexpected(
            error_in(rules, ErrorKind::unknown_name, rule.span,
                     "jump to chain '" + called.name + "', which table '" +
                         table_name(rules, chain.table) + "' does not have",
                     "is the export cut short? export the whole rule set again"));
      if (called.base)
        return std::unexpected(error_in(
            rules, ErrorKind::conflict, rule.span,
            "jump to '" + called.name + "', which is a base chain: the kernel calls it by itself",
            "jump to a chain without a hook"));
    }
  }
  // A jump that is never reached leaves no action, but its chain has to be there all the same.
  for (auto const& chain : rules.chains)
    if (!chain.defined)
      return std::unexpected(error_in(rules, ErrorKind::unknown_name, chain.span,
                                      "chain '" + chain.name + "' is named, which table '" +
                                          table_name(rules, chain.table) + "' does not have",
                                      "is the export cut short? export the whole rule set again"));
  return {};
}

// Depth first with a stack of our own: the input decides how deep it goes. The kernel looks at what
// base chains call, and takes loops that nobody enters.
// Returns the chains that packets may come to, each behind those that it calls.
Result<std::vector<ChainId>> check_loops(Ruleset const& rules) {
  enum class Mark : std::uint8_t { unseen, open, done };
  struct Frame {
    ChainId chain;
    std::size_t next;  // the rule to look at next
  };
  std::vector<Mark> marks(rules.chains.size(), Mark::unseen);
  std::vector<Frame> stack;
  std::vector<ChainId> callees_first;
  for (ChainId root = 0; root < rules.chains.size(); ++root) {
    if (!rules.chains[root].base || marks[root] != Mark::unseen) continue;
    stack.push_back({root, 0});
    marks[root] = Mark::open;
    while (!stack.empty()) {
      auto& frame = stack.back();
      auto const& chain = rules.chains[frame.chain];
      if (frame.next == chain.rules.size()) {
        marks[frame.chain] = Mark::done;
        callees_first.push_back(frame.chain);
        stack.pop_back();
        continue;
      }
      auto const& rule = chain.rules[frame.next++];
      auto const to = called_chain(rule.action);
      if (!to || marks[*to] == Mark::done) continue;
      if (marks[*to] == Mark::open) {
        std::string loop = rules.chains[*to].name;
        auto from = std::ranges::find(stack, *to, &Frame::chain);
        for (++from; from != stack.end(); ++from) loop += " -> " + rules.chains[from->chain].name;
        loop += " -> " + rules.chains[*to].name;
        return std::unexpected(error_in(rules, ErrorKind::conflict, rule.span,
                                        "chains call each other in a loop: " + loop,
                                        "the kernel refuses such a rule set"));
      }
      marks[*to] = Mark::open;
      stack.push_back({*to, 0});
    }
  }
  return callees_first;
}

// ---- sets

bool is_interface(Field field) { return field == Field::iif || field == Field::oif; }

class SetLinker {
 public:
  explicit SetLinker(Ruleset& rules) : rules_(rules) {
    for (std::uint32_t i = 0; i < rules.named_sets.size(); ++i)
      by_name_[{rules.named_sets[i].table, rules.named_sets[i].name}] = i;
  }

  Result<void> resolve_all() {
    for (auto& chain : rules_.chains)
      for (auto& rule : chain.rules)
        for (std::uint32_t i = 0; i < rule.clause_count; ++i) {
          auto& clause = rules_.clauses[rule.first_clause + i];
          auto const* named = std::get_if<InNamedSet>(&clause.kind);
          if (named == nullptr) continue;
          SC_TRY(kind, resolve(named->reference));
          clause.kind = kind;
        }
    return {};
  }

 private:
  using Kind = decltype(Clause::kind);

  Result<Kind> resolve(std::uint32_t id) {
    auto const reference = rules_.set_references[id];
    auto const found = by_name_.find({reference.table, reference.name});
    if (found == by_name_.end()) return missing(reference);
    auto const& set = rules_.named_sets[found->second];
    if (!set.undecided.empty()) return undecided(reference, set.undecided);
    if (reference.table == kNoTable) return ipset(found->second, reference);
    if (reference.fields.size() != set.dimensions)
      return std::unexpected(error_in(
          rules_, ErrorKind::conflict, reference.span,
          "set '" + set.name + "' has " + std::to_string(set.dimensions) + " fields, but " +
              std::to_string(reference.fields.size()) + " are looked up in it"));
    return contents(found->second, reference.fields);
  }

  Result<Kind> missing(SetReference const& reference) {
    if (reference.table != kNoTable)
      return std::unexpected(error_in(rules_, ErrorKind::unknown_name, reference.span,
                                      "set '" + reference.name + "' is not defined in table '" +
                                          table_name(rules_, reference.table) + "'",
                                      "is the export cut short? export the whole rule set again"));
    return undecided(reference, "its contents are not given: add the output of 'ipset save " +
                                    reference.name + "'");
  }

  Kind undecided(SetReference const& reference, std::string const& why) {
    std::string text = "set " + reference.name;
    for (auto const field : reference.fields) {
      text += ' ';
      text += info(field).name;
    }
    text += " (" + why + ")";
    auto const next = static_cast<std::uint32_t>(rules_.atoms.size());
    if (reference.lasting != Lasting::once) {
      auto const [known, made] = asked_.try_emplace({text, reference.lasting}, next);
      if (!made) return Unmodelled{known->second};
    }
    rules_.atoms.push_back({std::move(text), "set", reference.lasting});
    return Unmodelled{next};
  }

  Kind ipset(std::uint32_t id, SetReference const& reference) {
    auto const& set = rules_.named_sets[id];
    bool const of_other = set.family && *set.family != reference.family;
    if (of_other && set.cells_of_other_family.empty()) return never();
    // A match with fewer directions than the set has dimensions never holds (ip_set_test).
    if (reference.fields.size() < set.kinds.size()) return never();
    std::vector<Field> fields;
    for (std::size_t i = 0; i < set.kinds.size(); ++i) {
      bool const source = reference.fields[i] == Field::saddr;
      switch (set.kinds[i]) {
        case SetDimension::address:
          fields.push_back(reference.fields[i]);
          break;
        case SetDimension::port:
          fields.push_back(Field::l4proto);
          fields.push_back(source ? Field::sport : Field::dport);
          break;
        case SetDimension::mark:
          fields.push_back(Field::mark);
          break;
        case SetDimension::other:
          return undecided(reference, "a type of set that is not modelled");
      }
    }
    return contents(id, fields, of_other);
  }

  Kind never() { return InSet{Field::l4proto, value_set({})}; }

  Kind contents(std::uint32_t id, std::vector<Field> const& fields, bool of_other_family = false) {
    auto const [entry, made] = built_.try_emplace({id, fields, of_other_family});
    if (!made) return entry->second;
    auto const& set = rules_.named_sets[id];
    auto const& cells = of_other_family ? set.cells_of_other_family : set.cells;
    if (fields.size() == 1 && is_interface(fields[0])) {
      entry->second = on_interface(set, fields[0]);
    } else if (fields.size() == 1) {
      entry->second = InSet{fields[0], value_set(ValueSet(cells) - ValueSet(set.excluded))};
    } else {
      rules_.products.push_back({fields, cells});
      entry->second = InProduct{static_cast<std::uint32_t>(rules_.products.size() - 1)};
    }
    return entry->second;
  }

  Kind on_interface(NamedSet const& set, Field field) {
    if (set.cells.empty()) return never();
    InterfacePattern any;
    for (auto const& cell : set.cells) any.any_of.push_back(static_cast<std::uint32_t>(cell.first));
    rules_.interface_patterns.push_back(std::move(any));
    return OnInterface{field, static_cast<std::uint32_t>(rules_.interface_patterns.size() - 1)};
  }

  std::uint32_t value_set(ValueSet set) {
    rules_.value_sets.push_back(std::move(set));
    return static_cast<std::uint32_t>(rules_.value_sets.size() - 1);
  }

  Ruleset& rules_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> by_name_;
  std::map<std::tuple<std::uint32_t, std::vector<Field>, bool>, Kind> built_;
  // Atoms for sets whose contents are not known, by their words.
  std::map<std::pair<std::string, Lasting>, std::uint32_t> asked_;
};

// ---- interfaces

class InterfaceLinker {
 public:
  InterfaceLinker(Ruleset& rules, std::span<std::string const> asked) : rules_(rules) {
    rules_.interfaces = {"(any other)"};
    for (auto const& pattern : rules.interface_patterns)
      if (!pattern.prefix && pattern.any_of.empty()) add(pattern.name);
    for (auto const& name : asked) add(name);
    for (auto const& pattern : rules.interface_patterns)
      if (pattern.prefix) add(pattern.name + '*');
  }

  // Indices of the interfaces that a pattern covers.
  ValueSet covered(InterfacePattern const& pattern) const {
    std::vector<ValueInterval> ids;
    if (pattern.prefix && pattern.name.empty()) return ValueSet({0, info(Field::iif).max});
    for (auto const one : pattern.any_of) {
      auto const some = covered(rules_.interface_patterns[one]);
      ids.insert(ids.end(), some.intervals().begin(), some.intervals().end());
    }
    if (!ids.empty()) return ValueSet(ids);
    for (std::size_t i = 1; i < rules_.interfaces.size(); ++i) {
      auto const& name = rules_.interfaces[i];
      if (pattern.prefix ? name.starts_with(pattern.name) : name == pattern.name)
        ids.push_back({i, i});
    }
    return ValueSet(ids);
  }

  Result<void> resolve_all() {
    std::vector<std::uint32_t> sets;  // by pattern
    for (auto const& pattern : rules_.interface_patterns) {
      sets.push_back(static_cast<std::uint32_t>(rules_.value_sets.size()));
      rules_.value_sets.push_back(covered(pattern));
    }
    for (auto& clause : rules_.clauses)
      if (auto const* on = std::get_if<OnInterface>(&clause.kind))
        clause.kind = InSet{on->field, sets[on->pattern]};
    for (auto& product : rules_.products)
      if (std::ranges::any_of(product.fields, is_interface)) SC_CHECK(resolve(product, sets));
    return {};
  }

 private:
  // A pattern may cover interfaces in several stretches: then a row becomes several.
  Result<void> resolve(Product& product, std::vector<std::uint32_t> const& sets) {
    Product out{product.fields, {}};
    std::vector<std::vector<ValueInterval>> grown;
    for (std::size_t i = 0; i < product.rows(); ++i) {
      cells_ += product.fields.size() * rows_of(product, i, sets);
      if (cells_ > kMostCells)
        return std::unexpected(Error{ErrorKind::limit,
                                     {rules_.files.front().name, 0, 0},
                                     "sets of interfaces and other values have too many elements",
                                     "",
                                     ""});
      grown.assign(1, {});
      for (std::size_t k = 0; k < product.fields.size(); ++k) grow(grown, product, i, k, sets);
      for (auto const& row : grown) out.cells.insert(out.cells.end(), row.begin(), row.end());
    }
    product = std::move(out);
    return {};
  }

  ValueSet const& names_of(ValueInterval cell, std::vector<std::uint32_t> const& sets) const {
    return rules_.value_sets[sets[static_cast<std::size_t>(cell.first)]];
  }

  static constexpr std::size_t kMostCells = 20'000'000;  // of all products together

  // As many as the row becomes, or more than may be.
  std::size_t rows_of(Product const& product, std::size_t i,
                      std::vector<std::uint32_t> const& sets) const {
    std::size_t count = 1;
    for (std::size_t k = 0; k < product.fields.size(); ++k)
      if (is_interface(product.fields[k]) && count <= kMostCells)
        count *= names_of(product.row(i)[k], sets).intervals().size();
    return count;
  }

  void grow(std::vector<std::vector<ValueInterval>>& rows, Product const& product, std::size_t i,
            std::size_t k, std::vector<std::uint32_t> const& sets) const {
    auto const cell = product.row(i)[k];
    if (!is_interface(product.fields[k])) {
      for (auto& row : rows) row.push_back(cell);
      return;
    }
    std::vector<std::vector<ValueInterval>> next;
    for (auto const& covered : names_of(cell, sets).intervals())
      for (auto const& row : rows) {
        next.push_back(row);
        next.back().push_back(covered);
      }
    rows = std::move(next);
  }

  void add(std::string name) {
    if (std::ranges::find(rules_.interfaces, name) == rules_.interfaces.end())
      rules_.interfaces.push_back(std::move(name));
  }

  Ruleset& rules_;
  std::size_t cells_ = 0;  // of products so far
};

// ---- what reports and the engine look up

void add_effects(Action const& action, ChainEffects& effects) {
  auto const bit = [](Field field) { return std::uint32_t{1} << index(field); };
  std::visit(Overloaded{
                 [](Continue) {},
                 [&](Accept) { effects.accepts = true; },
                 [](Return) {},
                 [](Jump) {},
                 [](Goto) {},
                 [&](Drop) { effects.stops = true; },
                 [&](Reject) { effects.stops = true; },
                 [&](SetMark const& set) { effects.writes |= bit(set.field); },
                 [&](CopyMark const& copy) {
                   effects.writes |= bit(copy.to);
                   effects.asks |= bit(copy.from);
                 },
                 [&](Alter const& alter) { effects.writes |= bit(alter.forgets); },
                 [&](auto const&) { effects.diverts = true; },
             },
             action);
}

// Of chains that no packet comes to, it is of no account what those do that they call.
void find_effects(Ruleset& rules, std::span<ChainId const> callees_first) {
  for (ChainId id = 0; id < rules.chains.size(); ++id) {
    auto& effects = rules.chains[id].effects;
    auto const& base = rules.chains[id].base;
    effects.stops = base && base->policy == ChainPolicy::drop;
    effects.accepts = rules.chains[id].sifted;
    for (auto const& rule : rules.chains[id].rules) {
      for (auto const& clause : clauses(rules, rule)) effects.asks |= fields_of(rules, clause);
      add_effects(rule.action, effects);
    }
  }
  for (auto const id : callees_first) {
    auto& into = rules.chains[id].effects;
    for (auto const& rule : rules.chains[id].rules) {
      auto const called = called_chain(rule.action);
      if (!called) continue;
      auto const& from = rules.chains[*called].effects;
      into = {into.asks | from.asks, into.writes | from.writes, into.stops || from.stops,
              into.diverts || from.diverts, into.accepts || from.accepts};
    }
  }
}

}  // namespace

Result<void> link(Ruleset& rules, std::span<std::string const> interfaces) {
  SC_CHECK(check_targets(rules));
  SC_TRY(callees_first, check_loops(rules));
  SC_CHECK(SetLinker(rules).resolve_all());
  // The patterns name few interfaces in any real rule set; a hostile one is refused.
  constexpr std::size_t kMostInterfaces = 20'000;
  if (rules.interface_patterns.size() + interfaces.size() > kMostInterfaces)
    return std::unexpected(Error{ErrorKind::limit,
                                 {rules.files.front().name, 0, 0},
                                 "more than 20000 interface names",
                                 "",
                                 ""});
  SC_CHECK(InterfaceLinker(rules, interfaces).resolve_all());
  for (auto& product : rules.products) product.put_in_order();
  doubt_notrack_by_flags(rules);
  doubt_kept_destinations(rules);
  rules.nat_in_doubt = doubt_idle_nat_chains(rules);
  for (auto const& clause : rules.clauses) rules.fields_asked |= fields_of(rules, clause);
  rules.unread_marks = unread_marks(rules);
  find_effects(rules, callees_first);
  for (auto& file : rules.files) file.lines = LineIndex(*file.text);
  return {};
}

}  // namespace safeconduct
