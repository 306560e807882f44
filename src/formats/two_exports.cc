// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/two_exports.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "formats/same_rule.h"

namespace safeconduct {
namespace {

using Group = std::span<Rule const>;  // what one rule of the export became

std::vector<Group> groups(Group rules) {
  std::vector<Group> found;
  for (std::size_t from = 0; from < rules.size();) {
    auto to = from + 1;
    while (to < rules.size() && rules[to].span == rules[from].span) ++to;
    found.push_back(rules.subspan(from, to - from));
    from = to;
  }
  return found;
}

// What iptables-nft never loads: it asks for sets by "xt match", and writes no concatenations.
bool is_of_nft(Ruleset const& rules, Group listed) {
  return std::ranges::any_of(listed, [&](Rule const& rule) {
    return std::ranges::any_of(clauses(rules, rule), [](Clause const& clause) {
      return std::holds_alternative<InNamedSet>(clause.kind) ||
             std::holds_alternative<InProduct>(clause.kind);
    });
  });
}

bool is_understood(Ruleset const& rules, Rule const& rule) {
  return !std::holds_alternative<UnmodelledAction>(rule.action) &&
         std::ranges::none_of(clauses(rules, rule), [](Clause const& clause) {
           return std::holds_alternative<Unmodelled>(clause.kind);
         });
}

class Union {
 public:
  Union(RulesetBuilder& builder, TwiceGiven const& table) : builder_(builder), table_(table) {}

  Result<void> run() {
    auto const saved = chains_of(table_.saved);
    auto const listed = chains_of(table_.listed);
    for (auto const& [name, id] : listed) {
      if (auto const found = saved.find(name); found != saved.end()) {
        counterpart_[id] = found->second;
      } else if (!builder_.at(id).base) {
        return differ(id, "is not there");
      }
    }
    for (auto const& [name, id] : saved) {
      auto const found = listed.find(name);
      if (found != listed.end()) {
        SC_CHECK(unite_chains(id, found->second));
      } else if (auto const& chain = builder_.at(id);
                 !chain.base || !chain.rules.empty() || chain.base->policy != ChainPolicy::accept) {
        return differ(id, "is not there");  // iptables-save shows chains that nobody made yet
      }
    }
    auto& table = builder_.table_at(table_.listed);
    table.name = builder_.table_at(table_.saved).name;
    table.dormant = counterpart_.size() == listed.size();  // nothing is left of it
    for (auto const& [name, id] : listed) {
      auto& chain = builder_.at(id);
      if (counterpart_.contains(id)) {
        chain.rules.clear();
        chain.base.reset();
      } else {  // nft's own: iptables-save says that there are such chains, and shows none
        for (auto& rule : chain.rules) rule = of_saved_table(rule);
      }
    }
    return {};
  }

 private:
  enum class Right : std::uint8_t { saved, listed, nobody_knows };

  std::map<std::string, ChainId> chains_of(std::uint32_t table) const {
    std::map<std::string, ChainId> found;
    auto const& chains = builder_.peek().chains;
    for (ChainId id = 0; id < chains.size(); ++id)
      if (chains[id].table == table) found.emplace(chains[id].name, id);
    return found;
  }

  std::unexpected<Error> differ(ChainId chain, std::string const& how) const {
    auto const& rules = builder_.peek();
    auto const& of = rules.chains[chain];
    auto const file = [&](std::uint32_t table) {
      return rules.files[rules.tables[table].span.file].name;
    };
    bool const in_saved = of.table == table_.saved;
    auto const& own = *rules.files[of.span.file].text;
    return std::unexpected(
        error_at(ErrorKind::conflict, rules.files[of.span.file].name, own, of.span.offset,
                 "chain '" + of.name + "' of " + table_name(rules, table_.saved) + " " + how +
                     " in " + file(in_saved ? table_.listed : table_.saved),
                 "both are of one table, and not of one time: export them again, one after the "
                 "other"));
  }

  Result<void> unite_chains(ChainId saved, ChainId listed) {
    auto const& one = builder_.peek().chains[saved];
    auto const& other = builder_.peek().chains[listed];
    if (one.base && other.base && one.base->policy != other.base->policy)
      return differ(saved, "has another policy");
    auto const saved_rules = one.rules;  // copies: either() writes rules
    auto const listed_rules = other.rules;
    auto const of_saved = groups(saved_rules);
    auto const of_listed = groups(listed_rules);
    if (of_saved.size() != of_listed.size())
      return differ(saved, "has another number of rules (" + std::to_string(of_listed.size()) +
                               ", and " + std::to_string(of_saved.size()) + " here)");
    std::vector<Rule> united;
    for (std::size_t i = 0; i < of_saved.size(); ++i) {
      auto const right = which(of_saved[i], of_listed[i]);
      if (right == Right::nobody_knows) {
        either(of_saved[i], of_listed[i], united);
        continue;
      }
      for (auto const& rule : right == Right::saved ? of_saved[i] : of_listed[i])
        united.push_back(of_saved_table(rule));
    }
    builder_.at(saved).rules = std::move(united);
    return {};
  }

  Right which(Group saved, Group listed) const {
    auto const& rules = builder_.peek();
    auto const how = table_.how(listed.front());
    RuleTwice const both{saved, listed, how.loosely, table_.running};
    auto const saved_if = [](bool so) { return so ? Right::saved : Right::nobody_knows; };
    if (how.as_shell) return saved_if(may_be_one(rules, both));
    if (is_of_nft(rules, listed)) return Right::listed;
    if (how.loosely) return saved_if(may_be_one(rules, both));
    bool const in_full =
        std::ranges::all_of(listed, [&](Rule const& rule) { return is_understood(rules, rule); });
    if (table_.running ? in_full : !how.counted) return Right::listed;
    return saved_if(are_alike(rules, both));
  }

  // Jumps of the listed table go to the chains of the saved one.
  Rule of_saved_table(Rule rule) const {
    auto const moved = [&](ChainId& chain) {
      if (auto const found = counterpart_.find(chain); found != counterpart_.end())
        chain = found->second;
    };
    if (auto* const jump = std::get_if<Jump>(&rule.action)) moved(jump->chain);
    if (auto* const go = std::get_if<Goto>(&rule.action)) moved(go->chain);
    return rule;
  }

  void either(Group saved, Group listed, std::vector<Rule>& united) {
    std::string const words =
        "which export is right about: " + std::string(text(builder_.peek(), saved.front().span));
    auto const add = [&](Group group, bool negated) {
      for (auto const& rule : group) {
        auto const own = clauses(builder_.peek(), rule);
        std::vector<Clause> const all(own.begin(), own.end());
        builder_.unmodelled(words, "export", Lasting::whole_way, negated);
        for (auto const& clause : all) builder_.again(clause);
        // A rule is written into a chain; from there it is taken.
        auto const scratch = counterpart_.begin()->first;
        builder_.add_rule(scratch, rule.span, of_saved_table(rule).action);
        united.push_back(builder_.at(scratch).rules.back());
        builder_.at(scratch).rules.pop_back();
      }
    };
    add(saved, false);
    add(listed, true);
  }

  RulesetBuilder& builder_;
  TwiceGiven const& table_;
  std::map<ChainId, ChainId> counterpart_;  // of a chain as listed: as saved
};

}  // namespace

Result<void> unite(RulesetBuilder& builder, TwiceGiven const& table) {
  return Union(builder, table).run();
}

}  // namespace safeconduct
