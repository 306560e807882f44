// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/orders.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>

namespace safeconduct {
namespace {

// More pieces than this are not compared.
constexpr std::size_t kMostPieces = 1000;
// Five tables, each of which translates, come to as many.
constexpr std::size_t kMostOrders = 120;

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

// Does it make a difference which of the two comes first?
bool in_conflict(ChainEffects const& a, ChainEffects const& b) {
  auto const is_idle = [](ChainEffects const& one) {
    return !one.stops && !one.diverts && one.writes == 0;
  };
  if (is_idle(a) || is_idle(b)) return false;
  if (a.diverts || b.diverts) return true;
  // A packet that is stopped later has marked its connection already.
  constexpr auto kLasts = std::uint32_t{1} << index(Field::ct_mark);
  bool const one_leaves_a_mark =
      ((a.writes & kLasts) != 0 && b.stops) || ((b.writes & kLasts) != 0 && a.stops);
  return one_leaves_a_mark || (a.writes & (b.asks | b.writes)) != 0 || (b.writes & a.asks) != 0;
}

// The chains of the tie whose order is in doubt and makes a difference, as listed: all those of the
// tables that have a chain in conflict with one of another table.
std::vector<ChainId> in_doubt(Ruleset const& rules, std::vector<ChainId> const& tie) {
  auto const table = [&](ChainId id) { return rules.chains[id].table; };
  // Many chains have the same effects: each kind is looked at once for each chain.
  struct Kind {
    ChainEffects effects;
    std::uint32_t table = 0;
    bool of_several = false;  // tables
  };
  std::vector<Kind> kinds;
  for (auto const one : tie) {
    auto const known = std::ranges::find(kinds, rules.chains[one].effects, &Kind::effects);
    if (known == kinds.end()) {
      kinds.push_back({rules.chains[one].effects, table(one)});
    } else {
      known->of_several = known->of_several || known->table != table(one);
    }
  }
  std::vector<bool> tables(rules.tables.size());
  for (auto const one : tie)
    tables[table(one)] = tables[table(one)] || std::ranges::any_of(kinds, [&](Kind const& kind) {
                           return (kind.of_several || kind.table != table(one)) &&
                                  in_conflict(rules.chains[one].effects, kind.effects);
                         });
  std::vector<ChainId> doubted;
  std::ranges::copy_if(tie, std::back_inserter(doubted),
                       [&](ChainId id) { return tables[table(id)]; });
  return doubted;
}

// The orders in which chains may come that differ for packets: those of one table stay as listed;
// of two neighbours without a conflict, the one that is listed first comes first.
class Arrangements {
 public:
  Arrangements(Ruleset const& rules, std::vector<ChainId> const& chains)
      : rules_(rules), chains_(chains), used_(chains.size()) {}

  // As listed first; none where there are more than kMostOrders.
  std::vector<ChainOrder> all() {
    // Each table is in conflict with another: so many come to two orders for each pair, at least.
    constexpr std::size_t kMostTables = 13;
    std::set<std::uint32_t> tables;
    for (auto const id : chains_) tables.insert(rules_.chains[id].table);
    if (tables.size() > kMostTables) return {};
    grow();
    if (too_many_) all_.clear();
    return std::move(all_);
  }

 private:
  void grow() {
    constexpr std::size_t kMostSteps = 2'000;  // of which many lead nowhere
    too_many_ = ++steps_ > kMostSteps || all_.size() > kMostOrders;
    if (too_many_) return;
    if (order_.size() == chains_.size()) {
      ChainOrder ids;
      for (auto const i : order_) ids.push_back(chains_[i]);
      all_.push_back(std::move(ids));
      return;
    }
    for (std::size_t i = 0; i < chains_.size() && !too_many_; ++i) {
      if (used_[i] || !may_come(i)) continue;
      used_[i] = true;
      order_.push_back(i);
      grow();
      order_.pop_back();
      used_[i] = false;
    }
  }

  bool may_come(std::size_t i) const {
    auto const& chain = rules_.chains[chains_[i]];
    for (std::size_t before = 0; before < i; ++before)
      if (!used_[before] && rules_.chains[chains_[before]].table == chain.table) return false;
    if (order_.empty() || order_.back() < i) return true;
    auto const& last = rules_.chains[chains_[order_.back()]];
    return last.table == chain.table || in_conflict(last.effects, chain.effects);
  }

  Ruleset const& rules_;
  std::vector<ChainId> const& chains_;
  std::vector<bool> used_;
  std::vector<std::size_t> order_;
  std::vector<ChainOrder> all_;
  std::size_t steps_ = 0;
  bool too_many_ = false;
};

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
  result.all.emplace_back();
  for (auto const hook : hooks_of(travel))
    for_each_tie(rules, base_chains(rules, hook, family), [&](std::vector<ChainId> const& tie) {
      auto doubted = in_doubt(rules, tie);
      if (doubted.empty()) return;
      auto const arrangements = Arrangements(rules, doubted).all();
      result.doubted.push_back(std::move(doubted));
      result.too_many = result.too_many || arrangements.empty() ||
                        result.all.size() * arrangements.size() > kMostOrders;
      if (result.too_many) return;
      std::vector<ChainOrder> grown;
      for (auto const& order : result.all)
        for (auto const& arrangement : arrangements) {
          grown.push_back(order);
          grown.back().insert(grown.back().end(), arrangement.begin(), arrangement.end());
        }
      result.all = std::move(grown);
    });
  if (result.too_many) result.all = {{}};
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
