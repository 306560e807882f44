// SPDX-License-Identifier: GPL-3.0-or-later
// Where a rule takes a part of a piece, or nobody knows whether it does.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/partition.h"
#include "engine/reach.h"

namespace safeconduct {
namespace {

// A list this short is not filtered again, and a cut is made at its first rule's end; in a longer
// one at the median end of a sample of the rules.
constexpr std::size_t kShortList = 12;
constexpr std::size_t kSample = 96;

}  // namespace

void Partition::cut(Traveller& t, Decider decider, Reach const& first) {
  CutAt where{first.field, first.cut, first.clause};
  auto const& frame = t.frames.back();
  bool const region = t.see(first.field).kind == Symbol::Kind::asked;
  if (region && frame.list->size() - frame.at > kShortList) {
    if (sweep(t, where)) return;
    where = median_cut(t, where);
  }
  part(t, where, decider);
}

void Partition::part(Traveller& t, CutAt const& where, Decider decider) {
  Traveller above = t;
  narrow(t, where, decider, false);
  narrow(above, where, decider, true);
  waiting_.push_back(std::move(above));
  waiting_.push_back(std::move(t));
}

Partition::CutAt Partition::median_cut(Traveller const& t, CutAt fallback) {
  auto const& frame = t.frames.back();
  auto const left = frame.list->size() - frame.at;
  auto const stride = std::max<std::size_t>(1, left / kSample);
  std::array<std::vector<CutAt>, kFlowDimensions> ends;
  for (std::size_t i = frame.at; i < frame.list->size(); i += stride) {
    auto const how = reach(rules_, rules_.chains[frame.chain].rules[(*frame.list)[i]], t.ground);
    count_visit(how.rows);
    if (how.overlap != Overlap::some || how.unknown) continue;
    auto const& symbol = t.ground.view[index(how.field)];
    if (symbol.kind == Symbol::Kind::asked)
      ends[dimension(symbol.of)].push_back({how.field, how.cut, how.clause});
  }
  auto const most = std::ranges::max_element(ends, {}, &std::vector<CutAt>::size);
  if (most->size() < 2) return fallback;
  auto const middle = most->begin() + static_cast<std::ptrdiff_t>(most->size() / 2);
  std::ranges::nth_element(*most, middle, {}, &CutAt::cut);
  return *middle;
}

void Partition::narrow(Traveller& t, CutAt const& where, Decider decider, bool above) {
  auto& symbol = t.see(where.field);
  auto& values = symbol.kind == Symbol::Kind::asked ? t.ground.asked.at(symbol.of) : symbol.values;
  if (above) {
    values.first = where.cut;
  } else {
    values.last = where.cut - 1;
  }
  if (symbol.kind == Symbol::Kind::own) {
    // Nobody chose the value: both halves are the same packets.
    t.assumed.push_back({decider, where.clause, std::nullopt, above});
    if (where.field == Field::iif) t.iif = symbol;
    if (where.field == Field::oif) t.oif = symbol;
  }
  auto& frame = t.frames.back();
  if (frame.list->size() - frame.at > kShortList) {
    frame.list = touching(frame, t.ground);
    frame.at = 0;
  }
}

void Partition::assume(Traveller& t, Decider decider, std::uint32_t clause) {
  auto const& asked = rules_.clauses[clause];
  t.frames.back().acts = true;
  auto const* unmodelled = std::get_if<Unmodelled>(&asked.kind);
  bool const shared =
      unmodelled != nullptr && rules_.atoms[unmodelled->atom].lasting != Lasting::once;
  std::optional<std::uint32_t> atom;
  if (unmodelled != nullptr) atom = unmodelled->atom;
  Traveller yes = t;
  for (bool const holds : {false, true}) {
    auto& branch = holds ? yes : t;
    bool const truth = holds != asked.negated;  // of the words themselves
    branch.assumed.push_back({decider, clause, atom, truth});
    if (shared) branch.ground.atoms.emplace_back(*atom, truth);
  }
  if (shared) {
    waiting_.push_back(std::move(yes));
    waiting_.push_back(std::move(t));
    return;
  }
  // This rule's own lot: one branch goes past the rule, the other meets its further clauses.
  skip_rule(t);
  waiting_.push_back(std::move(t));
  meet_rule_without(yes, decider, clause);
}

void Partition::skip_rule(Traveller& t) {
  auto& frame = t.frames.back();
  frame.next = (*frame.list)[frame.at] + 1;
  ++frame.at;
}

void Partition::meet_rule_without(Traveller& t, Decider decider, std::uint32_t answered) {
  auto const& rule = rules_.chains[decider.chain].rules[decider.rule];
  for (std::uint32_t i = 0; i < rule.clause_count; ++i) {
    auto const number = rule.first_clause + i;
    if (number <= answered) continue;
    Rule single = rule;
    single.first_clause = number;
    single.clause_count = 1;
    auto const how = reach(rules_, single, t.ground);
    if (how.overlap == Overlap::none) {
      skip_rule(t);
      waiting_.push_back(std::move(t));
      return;
    }
    if (how.overlap == Overlap::some && how.unknown) {
      auto const* unmodelled = std::get_if<Unmodelled>(&rules_.clauses[number].kind);
      std::optional<std::uint32_t> atom;
      if (unmodelled != nullptr) atom = unmodelled->atom;
      t.assumed.push_back({decider, number, atom, !rules_.clauses[number].negated});
      if (atom && rules_.atoms[*atom].lasting != Lasting::once)
        t.ground.atoms.emplace_back(*atom, !rules_.clauses[number].negated);
    }
  }
  skip_rule(t);
  if (act(t, rule.action, decider)) waiting_.push_back(std::move(t));
}

}  // namespace safeconduct
