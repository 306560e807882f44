// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/orders.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace safeconduct {
namespace {

// More pieces than this are not compared.
constexpr std::size_t kMostPieces = 1000;

// Runs of chains of one priority, of those that are consulted one after the other.
template <class Group>
void for_each_tie(Ruleset const& rules, std::vector<ChainId> const& chains, Group group) {
  auto const priority = [&](ChainId id) { return rules.chains[id].base->priority; };
  for (std::size_t from = 0; from < chains.size();) {
    auto to = from;
    while (to < chains.size() && priority(chains[to]) == priority(chains[from])) ++to;
    for (bool const nat : {false, true}) {
      std::vector<ChainId> tie;
      for (auto i = from; i < to; ++i)
        if ((rules.chains[chains[i]].base->type == ChainType::nat) == nat) tie.push_back(chains[i]);
      if (tie.size() > 1) group(tie);
    }
    from = to;
  }
}

std::vector<Hook> hooks_of(Travel travel) {
  switch (travel) {
    case Travel::forwarded:
      return {Hook::ingress,     Hook::prerouting, Hook::forward,
              Hook::postrouting, Hook::egress,     Hook::input};  // input: if redirected
    case Travel::incoming:
      return {Hook::ingress, Hook::prerouting, Hook::input};
    case Travel::outgoing:
      return {Hook::output, Hook::postrouting, Hook::egress};
  }
  std::abort();  // not a Travel
}

// All pieces that end alike.
struct Ending {
  Fate fate = Fate::pass;  // drop stands for every stop
  std::optional<std::uint32_t> nat;
  bool untracked = false;
  std::vector<Symbol> leaves;  // of a packet that passes: what later packets depend on
  std::vector<Assumption> assumed;
  bool operator==(Ending const&) const = default;
};

Ending ending_of(Piece const& piece) {
  Ending ending;
  ending.fate = piece.fate == Fate::reject ? Fate::drop : piece.fate;
  ending.assumed = piece.assumed;
  if (piece.fate == Fate::intercept) ending.nat = piece.nat;
  if (piece.fate != Fate::pass) return ending;
  ending.untracked = piece.untracked;
  for (auto const field : {Field::saddr, Field::sport, Field::ct_mark, Field::ct_status})
    ending.leaves.push_back(piece.leaves_with(field));
  return ending;
}

struct Group {
  Ending ending;
  std::vector<Box> boxes;
};

std::vector<Group> by_ending(std::vector<Piece> const& pieces) {
  std::vector<Group> groups;
  for (auto const& piece : pieces) {
    auto ending = ending_of(piece);
    auto found = std::ranges::find(groups, ending, &Group::ending);
    if (found == groups.end()) found = groups.insert(groups.end(), {std::move(ending), {}});
    found->boxes.push_back(piece.asked);
  }
  return groups;
}

}  // namespace

Orders orders(Ruleset const& rules, Travel travel, Family family) {
  Orders result;
  TableOrder tables;  // in doubt
  for (auto const hook : hooks_of(travel))
    for_each_tie(rules, base_chains(rules, hook, family), [&](std::vector<ChainId> const& tie) {
      auto const table = [&](ChainId id) { return rules.chains[id].table; };
      bool const several =
          std::ranges::any_of(tie, [&](ChainId id) { return table(id) != table(tie.front()); });
      bool const alters =
          std::ranges::any_of(tie, [&](ChainId id) { return rules.chains[id].alters; });
      if (!several || !alters) return;
      result.doubted.push_back(tie);
      for (auto const id : tie)
        if (std::ranges::find(tables, table(id)) == tables.end()) tables.push_back(table(id));
    });
  if (result.doubted.empty()) {
    result.all.emplace_back();
    return result;
  }
  std::ranges::sort(tables, std::greater<>());
  if (tables.size() > 3) {
    result.all = {tables, TableOrder(tables.rbegin(), tables.rend())};
    return result;
  }
  do {
    result.all.push_back(tables);
  } while (std::ranges::prev_permutation(tables).found);
  return result;
}

Ways ways(Ruleset const& rules, Travel travel, Family family) {
  Ways result{orders(rules, travel, family), {}};
  for (auto const& order : result.orders.all)
    result.steps.push_back(steps(rules, travel, family, order));
  return result;
}

std::string order_text(Ruleset const& rules, std::vector<ChainId> const& doubted) {
  std::string text = "the order of ";
  for (std::size_t i = 0; i < doubted.size(); ++i) {
    auto const& chain = rules.chains[doubted[i]];
    if (i > 0) text += i + 1 == doubted.size() ? " and " : ", ";
    text += table_name(rules, chain.table) + '/' + chain.name;
  }
  auto const& base = *rules.chains[doubted.front()].base;
  return text + ", at one priority (" + std::to_string(base.priority) + ") of hook " +
         std::string(name(base.hook));
}

bool come_to_the_same(std::vector<Piece> const& a, std::vector<Piece> const& b) {
  if (a.size() + b.size() > kMostPieces) return false;
  auto groups = by_ending(a);
  auto others = by_ending(b);
  if (groups.size() != others.size()) return false;
  return std::ranges::all_of(groups, [&](Group& group) {
    auto const other = std::ranges::find(others, group.ending, &Group::ending);
    return other != others.end() &&
           PacketSet(std::move(group.boxes)) == PacketSet(std::move(other->boxes));
  });
}

void assume_order(Piece& piece, std::vector<std::vector<ChainId>> const& doubted, bool as_listed) {
  for (auto const& chains : doubted)
    piece.assumed.push_back(
        {{chains.front(), Decider::kPolicy}, 0, std::nullopt, as_listed, chains});
}

}  // namespace safeconduct
