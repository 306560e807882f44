// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/walk.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/overloaded.h"
#include "engine/clause_truth.h"
#include "engine/effects.h"
#include "engine/orders.h"
#include "engine/rule_index.h"
#include "rules/text.h"

namespace safeconduct {
namespace {

// Chains may call each other over and over; past these a packet's fate is Fate::budget.
constexpr std::uint64_t kMostRulesMet = 20'000'000;

class Walker {
 public:
  Walker(Ruleset const& rules, Packet const& packet, Connection const& connection, Guesses& guesses,
         RuleIndex const* index, std::vector<Decider>* met = nullptr)
      : rules_(rules),
        packet_(packet),
        arrived_(packet),
        connection_(connection),
        guesses_(guesses),
        index_(index),
        met_(met) {
    family_ = packet.at(Field::nfproto) == Bits128{nfproto::ip6} ? Family::ip6 : Family::ip4;
    before_conntrack();
  }

  Walk run(Travel travel) {
    std::optional<Ways> found;
    auto const& all = index_ != nullptr ? index_->ways(travel, family_)
                                        : found.emplace(ways(rules_, travel, family_));
    auto const order = choose_order(all.orders);
    std::vector<Step> redirected;
    auto const* way = &all.steps[order];
    for (std::size_t i = 0; i < way->size() && !done_; ++i) {
      take((*way)[i]);
      if (!redirected_) continue;
      redirected_ = false;
      if (travel == Travel::outgoing) continue;
      redirected = steps_after_redirect(rules_, family_, all.orders.all[order]);
      way = &redirected;
      i = static_cast<std::size_t>(-1);
    }
    if (!done_) {
      result_.fate = result_.rewrote ? Fate::intercept : Fate::pass;
      if (result_.rewrote) {
        result_.decider = *result_.rewrote;
        result_.way = rewrote_way_;
      } else if (auto const* passage = worth_naming(passages_)) {
        result_.decider = passage->decider;
        result_.way = passage->way;
      }
    }
    result_.packet = packet_;
    result_.untracked = !tracked_;
    return std::move(result_);
  }

 private:
  struct Frame {
    ChainId chain;
    std::size_t next;
    std::vector<ChainId> left = {};  // chains that went on to this one for good (goto), in order
  };
  // What a base chain comes to, as far as its step is concerned.
  enum class End : std::uint8_t { accepted, translated, final };

  // ---- the way

  // Which of the chains of one priority come first, where nobody knows.
  std::size_t choose_order(Orders const& orders) {
    for (auto const& chains : orders.doubted) {
      auto const text = order_text(rules_, chains);
      for (auto const chain : chains) {
        asking_ = {chain, Decider::kPolicy};
        guessed(text);
      }
    }
    if (orders.too_many) finish(Fate::unknown, asking_, {});
    std::size_t chosen = 0;
    while (chosen + 1 < orders.all.size() && guesses_.answer()) ++chosen;
    return chosen;
  }

  void take(Step const& step) {
    if (step.kind != Step::Kind::chain) forget_answers();
    switch (step.kind) {
      case Step::Kind::enter_hook:
        enter(step.hook);
        break;
      case Step::Kind::conntrack:
        after_conntrack();
        break;
      case Step::Kind::conntrack_in_doubt:
        doubt_conntrack();
        break;
      case Step::Kind::chain:
        run_chain(step.chains.front(), step.hook, false);
        break;
      case Step::Kind::translation:
        if (!translate_as_before(step.hook)) break;
        if (tracked_ && asks_nat_chains(connection_.state, packet_.at(Field::l4proto)))
          for (auto const chain : step.chains)
            if (run_chain(chain, step.hook, true) != End::accepted) break;
        break;
    }
  }

  // What an earlier packet of the connection had translated.
  bool translate_as_before(Hook hook) {
    bool const destination = hook == Hook::prerouting || hook == Hook::output;
    auto const& rewrites = destination ? connection_.at_destination_nat : connection_.at_source_nat;
    if (!rewrites.empty() &&
        !tracked_) {  // it keeps the translated address, and is lost on its way
      guessed(std::string(kUnseenByConntrack));
      finish(Fate::unknown, untracked_by_, {});
      return false;
    }
    for (auto const& [field, values] : rewrites) packet_.set_within(field, values);
    return true;
  }

  void enter(Hook hook) {
    show(Field::iif, knows_incoming(hook));
    show(Field::oif, knows_outgoing(hook));
    if (auto const ttl = packet_.at(Field::ttl); ttl && hook == Hook::forward)
      packet_.set(Field::ttl, ttl_when_forwarded(*ttl));
  }

  // An interface that a hook does not have reads as the empty name: as none of those mentioned.
  void show(Field field, bool known) {
    if (!known) {
      packet_.set(field, 0);
    } else if (auto const name = arrived_.at(field)) {
      packet_.set(field, *name);
    } else {
      packet_.forget(field);
    }
  }

  void before_conntrack() {
    packet_.set(Field::ct_state, static_cast<Bits128>(CtState::invalid));
    absent_ = {Field::ct_direction,      Field::ct_status,         Field::ct_mark,
               Field::ct_original_saddr, Field::ct_original_daddr, Field::ct_original_sport,
               Field::ct_original_dport};
  }

  void doubt_conntrack() {
    in_doubt_ = true;
    absent_.clear();
    for (auto const field :
         {Field::ct_state, Field::ct_direction, Field::ct_status, Field::ct_mark})
      packet_.forget(field);
    for (auto const field : kOriginalTuple) packet_.forget(field);
  }

  void after_conntrack() {
    in_doubt_ = false;
    auto const state = notrack_ ? CtState::untracked : connection_.state;
    packet_.set(Field::ct_state, static_cast<Bits128>(state));
    tracked_ = state != CtState::untracked && state != CtState::invalid;
    if (!tracked_) return;
    absent_.clear();
    set_or_forget(Field::ct_direction, connection_.direction);
    set_or_forget(Field::ct_mark, connection_.mark);
    set_or_forget(Field::ct_status, connection_.status);
    for (std::size_t i = 0; i < kOriginalTuple.size(); ++i)
      set_or_forget(kOriginalTuple[i], original(i));
  }

  std::optional<Bits128> original(std::size_t i) const {
    if (connection_.original) return (*connection_.original)[i];
    auto const shown = shows_original(connection_.state, connection_.direction, connection_.status);
    return shown ? packet_.at((*shown)[i]) : std::nullopt;
  }

  template <class Value>
  void set_or_forget(Field field, std::optional<Value> const& value) {
    if (value) {
      packet_.set(field, static_cast<Bits128>(*value));
    } else {
      packet_.forget(field);
    }
  }

  // ---- chains

  End run_chain(ChainId base, Hook hook, bool translating) {
    std::vector<Frame> stack{{base, 0}};
    while (true) {
      if (stack.empty()) return end_of_base(base, hook);
      auto& frame = stack.back();
      auto const& chain = rules_.chains[frame.chain];
      if (index_ != nullptr)
        frame.next = index_->next(frame.chain, frame.next, packet_.at(Field::saddr),
                                  packet_.at(Field::daddr));
      if (frame.next == chain.rules.size()) {
        stack.pop_back();
        continue;
      }
      auto const number = static_cast<std::uint32_t>(frame.next++);
      auto const& rule = chain.rules[number];
      Decider const decider{frame.chain, number};
      if (std::holds_alternative<Continue>(rule.action)) continue;
      if (++rules_met_ > kMostRulesMet) return finish(Fate::budget, decider, way_of(stack));
      if (met_ != nullptr) met_->push_back(decider);
      asking_ = decider;
      if (!matches(rule)) continue;
      if (auto const end = act(rule.action, decider, stack, hook, translating)) return *end;
    }
  }

  End end_of_base(ChainId base, Hook hook) {
    if (rules_.chains[base].base->policy == ChainPolicy::accept) {
      passages_.push_back({{base, Decider::kPolicy}, hook, {base}});
      return End::accepted;
    }
    return finish(Fate::drop, {base, Decider::kPolicy}, {base});
  }

  std::vector<ChainId> way_of(std::vector<Frame> const& stack) const {
    std::vector<ChainId> way;
    for (auto const& frame : stack) {
      way.insert(way.end(), frame.left.begin(), frame.left.end());
      way.push_back(frame.chain);
    }
    return way;
  }

  End finish(Fate fate, Decider decider, std::vector<ChainId> way) {
    done_ = true;
    result_.fate = fate;
    result_.decider = decider;
    result_.way = std::move(way);
    return End::final;
  }

  // Whether connection tracking has looked already, nobody knows.
  End lost_sight(Decider decider, std::vector<Frame> const& stack) {
    guessed(std::string(kUnseenByConntrack));
    return finish(Fate::unknown, decider, way_of(stack));
  }

  // nullopt: the packet goes on with the next rule (of whatever chain is on top now).
  std::optional<End> act(Action const& action, Decider decider, std::vector<Frame>& stack,
                         Hook hook, bool translating) {
    using Next = std::optional<End>;
    return std::visit(
        Overloaded{
            [](Continue) -> Next { return std::nullopt; },
            [&](Accept) -> Next {
              passages_.push_back({decider, hook, way_of(stack)});
              return End::accepted;
            },
            [&](Drop) -> Next { return finish(Fate::drop, decider, way_of(stack)); },
            [&](Reject const& a) -> Next {
              result_.with = a.with;
              return finish(Fate::reject, decider, way_of(stack));
            },
            [&](Return) -> Next {
              stack.pop_back();
              return std::nullopt;
            },
            [&](Jump const& a) -> Next {
              stack.push_back({a.chain, 0});
              return std::nullopt;
            },
            [&](Goto const& a) -> Next {
              auto& top = stack.back();
              top.left.push_back(std::exchange(top.chain, a.chain));
              top.next = 0;
              return std::nullopt;
            },
            [&](Queue) -> Next { return finish(Fate::intercept, decider, way_of(stack)); },
            [&](Translate const& a) -> Next {
              if (!translating) return finish(Fate::unknown, decider, way_of(stack));
              translate(rules_.nats[a.nat], decider, stack, hook);
              passages_.push_back({decider, hook, way_of(stack)});
              return End::translated;
            },
            [&](Tproxy) -> Next { return finish(Fate::intercept, decider, way_of(stack)); },
            [&](Notrack) -> Next {
              told_.clear();
              if (in_doubt_) return lost_sight(decider, stack);
              if (!tracked_) {
                notrack_ = true;
                untracked_by_ = decider;
                packet_.set(Field::ct_state, static_cast<Bits128>(CtState::untracked));
              }
              return std::nullopt;
            },
            [&](SetMark const& a) -> Next {
              told_.clear();
              if (in_doubt_ && a.field == Field::ct_mark && !is_idle(rules_, action))
                return lost_sight(decider, stack);
              if (!is_absent(a.field)) mark(packet_, a.field, a.mask, a.value);
              return std::nullopt;
            },
            [&](CopyMark const& a) -> Next {
              told_.clear();
              if (in_doubt_ && !is_idle(rules_, action)) return lost_sight(decider, stack);
              copy_mark(a);
              return std::nullopt;
            },
            [&](UnmodelledAction const& a) -> Next {
              guessed(rules_.atoms[a.atom].text);
              return finish(Fate::unknown, decider, way_of(stack));
            },
            [&](Alter const& a) -> Next {
              told_.clear();
              packet_.forget(a.forgets);
              return std::nullopt;
            },
        },
        action);
  }

  void copy_mark(CopyMark const& a) {
    if (is_absent(a.to) || is_absent(a.from)) return;
    if (auto const from = packet_.at(a.from)) {
      mark(packet_, a.to, a.mask, *from & a.taken);
    } else {
      packet_.forget(a.to);
    }
  }

  void translate(Nat const& nat, Decider decider, std::vector<Frame> const& stack, Hook hook) {
    bool const source = nat.kind == NatKind::source;
    auto const status = packet_.at(Field::ct_status);
    auto const how = differs(nat, packet_);
    if (how == Differs::maybe) packet_.forget(Field::ct_status);
    if (how == Differs::yes && status)
      packet_.set(Field::ct_status, *status | status_bit(nat.kind));
    auto const before = packet_;
    forget_answers();
    safeconduct::translate(packet_, nat);
    if (source && (!connection_.known_by_source || packet_ == before)) return;
    if (!nat.unknown && !nat.to_interface && packet_ == before) return;  // where it goes anyway
    result_.rewrote = decider;
    rewrote_way_ = way_of(stack);
    redirected_ = nat.to_interface && hook == Hook::prerouting;
  }

  // ---- matches

  bool is_absent(Field field) const { return std::ranges::find(absent_, field) != absent_.end(); }

  bool matches(Rule const& rule) {
    for (auto const& clause : clauses(rules_, rule))
      if (!holds(clause)) return false;
    return true;
  }

  bool holds(Clause const& clause) {
    auto const value = truth_of(rules_, clause, packet_, absent_);
    if (!value)
      return false;  // a header or connection that is not there: neither this nor its 'not'
    if (*value != Truth::unknown) return (*value == Truth::yes) != clause.negated;
    return guess(clause) != clause.negated;
  }

  bool guess(Clause const& clause) {
    auto const* unmodelled = std::get_if<Unmodelled>(&clause.kind);
    if (unmodelled != nullptr && rules_.atoms[unmodelled->atom].lasting != Lasting::once) {
      auto const [entry, made] = atoms_.try_emplace(unmodelled->atom, false);
      if (made) {
        entry->second = guesses_.answer();
        guessed(rules_.atoms[unmodelled->atom].text);
      }
      return entry->second;
    }
    Clause const plain{clause.kind, false};
    auto const words = to_text(rules_, plain, family_);
    if (unmodelled != nullptr) {
      guessed(words.starts_with('?') ? words.substr(1) : words);
      return guesses_.answer();
    }
    guessed(words);
    auto const [entry, made] = told_.try_emplace(words, false);
    if (made) entry->second = guesses_.answer();
    return entry->second;
  }

  // As forget_answers() of reach.h.
  void forget_answers() {
    told_.clear();
    std::erase_if(atoms_, [&](auto const& answer) {
      return rules_.atoms[answer.first].lasting != Lasting::whole_way;
    });
  }

  void guessed(std::string words) {
    result_.guessed.push_back(std::move(words));
    result_.guessed_at.push_back(asking_);
  }

  Ruleset const& rules_;
  Packet packet_;
  Packet arrived_;
  Connection connection_;
  Guesses& guesses_;
  RuleIndex const* index_;
  std::vector<Decider>* met_;
  Decider asking_;  // the rule whose conditions are looked at
  Family family_ = Family::ip4;
  std::vector<Field> absent_;
  std::map<std::uint32_t, bool> atoms_;
  std::map<std::string, bool> told_;  // of fields that are not known, until something is written
  std::vector<Passage> passages_;
  std::vector<ChainId> rewrote_way_;
  Walk result_;
  std::uint64_t rules_met_ = 0;
  bool notrack_ = false;
  Decider untracked_by_;
  bool in_doubt_ = false;  // whether connection tracking has looked already
  bool tracked_ = false;
  bool redirected_ = false;
  bool done_ = false;
};

}  // namespace

Walk walk(Ruleset const& rules, Travel travel, Packet const& packet, Connection const& connection,
          Guesses& guesses, RuleIndex const* index) {
  guesses.rewind();
  return Walker(rules, packet, connection, guesses, index).run(travel);
}

std::vector<Decider> rules_met(Ruleset const& rules, Travel travel, Packet const& packet,
                               Connection const& connection, Guesses& guesses) {
  std::vector<Decider> met;
  guesses.rewind();
  Walker(rules, packet, connection, guesses, nullptr, &met).run(travel);
  return met;
}

Walks walks(Ruleset const& rules, Travel travel, Packet const& packet, Connection const& connection,
            std::size_t limit, RuleIndex const* index) {
  Walks result;
  Guesses guesses;
  do {
    bool const endless = !result.all.empty() && result.all.back().fate == Fate::budget;
    if (result.all.size() == limit || endless) {
      result.complete = false;
      break;
    }
    result.all.push_back(walk(rules, travel, packet, connection, guesses, index));
  } while (guesses.advance());
  return result;
}

}  // namespace safeconduct
