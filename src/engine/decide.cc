// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/decide.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/overloaded.h"
#include "engine/effects.h"
#include "engine/focus.h"
#include "engine/orders.h"
#include "engine/reach.h"
#include "engine/traveller.h"

namespace safeconduct {
namespace {

// A list this short is not filtered again, and a cut is made at its first rule's end; in a longer
// one at the median end of a sample of the rules.
constexpr std::size_t kShortList = 12;
constexpr std::size_t kSample = 96;
// Chains calling chains: the kernel allows 16 (NFT_JUMP_STACK_SIZE), iptables more.
constexpr std::size_t kDeepest = 512;

class Partition {
 public:
  Partition(Ruleset const& rules, PacketRegion const& region, Budget const& budget,
            Focus const* focus)
      : rules_(rules),
        region_(region),
        budget_(budget),
        focus_(focus),
        orders_(orders(rules, region.travel, region.family)) {
    for (auto const& order : orders_.all) {
      steps_.push_back(steps(rules, region.travel, region.family, order));
      redirected_steps_.push_back(steps_after_redirect(rules, region.family, order));
    }
  }

  Decision run() {
    Traveller first;
    first.ground = {region_.asked, region_.view, {}};
    first.iif = region_.view[index(Field::iif)];
    first.oif = region_.view[index(Field::oif)];
    before_conntrack(first);
    for (std::size_t order = 0; order < steps_.size(); ++order) {
      waiting_.push_back(first);
      begin_in_order(waiting_.back(), order);
      follow_all();
      by_order_.push_back(std::exchange(decision_.pieces, {}));
    }
    return unite();
  }

 private:
  // ---- along each order of the chains whose order nobody knows

  void begin_in_order(Traveller& t, std::size_t order) {
    t.order = order;
    t.steps = &steps_[order];
  }

  void follow_all() {
    while (!waiting_.empty()) {
      Traveller next = std::move(waiting_.back());
      waiting_.pop_back();
      advance(next);
    }
  }

  // Orders that come to the same are not worth a word.
  Decision unite() {
    bool const agree = std::ranges::all_of(by_order_, [&](std::vector<Piece> const& pieces) {
      return &pieces == &by_order_.front() || come_to_the_same(by_order_.front(), pieces);
    });
    if (agree) by_order_.resize(1);
    if (!agree) decision_.certain = false;
    for (std::size_t order = 0; order < by_order_.size(); ++order)
      for (auto& piece : by_order_[order]) {
        if (!agree) assume_order(piece, orders_.doubted, order == 0);
        decision_.pieces.push_back(std::move(piece));
      }
    return std::move(decision_);
  }

  // ---- along the steps

  void advance(Traveller& t) {
    while (true) {
      if (visits_ > budget_.rule_visits || decision_.pieces.size() >= budget_.pieces ||
          decision_.sieve_left) {
        finish(t, Fate::budget, {}, {});
        return;
      }
      if (!t.frames.empty()) {
        if (!next_rule(t)) return;
      } else if (t.step == t.steps->size()) {
        arrive(t);
        return;
      } else {
        begin_step(t);
      }
    }
  }

  void begin_step(Traveller& t) {
    auto const& step = (*t.steps)[t.step];
    switch (step.kind) {
      case Step::Kind::enter_hook:
        enter(t, step.hook);
        ++t.step;
        break;
      case Step::Kind::conntrack:
        after_conntrack(t);
        ++t.step;
        break;
      case Step::Kind::conntrack_in_doubt:
        doubt_conntrack(t);
        ++t.step;
        break;
      case Step::Kind::chain:
        call(t, step.chains.front());
        break;
      case Step::Kind::translation:
        translate_or_consult(t, step);
        break;
    }
  }

  void translate_or_consult(Traveller& t, Step const& step) {
    bool const destination = step.hook == Hook::prerouting || step.hook == Hook::output;
    if (t.nat_chain == 0)
      for (auto const& [field, symbol] :
           destination ? region_.at_destination_nat : region_.at_source_nat)
        t.see(field) = symbol;
    bool const fresh =
        t.tracked && (region_.state == CtState::new_ || region_.state == CtState::related);
    if (fresh && t.nat_chain < step.chains.size()) {
      call(t, step.chains[t.nat_chain++]);
    } else {
      leave_step(t);
    }
  }

  void leave_step(Traveller& t) {
    t.nat_chain = 0;
    ++t.step;
  }

  // The base chain is done with; a translation step asks its next chain.
  void passed(Traveller& t, Decider decider) {
    auto const& step = (*t.steps)[t.step];
    t.passages.push_back({decider, step.hook, way_of(t)});
    t.frames.clear();
    if (step.kind == Step::Kind::chain) leave_step(t);
  }

  void arrive(Traveller& t) {
    if (t.rewrote) {
      finish(t, Fate::intercept, t.rewrote->decider, t.rewrote->way);
    } else if (auto const* passage = worth_naming(t.passages)) {
      finish(t, Fate::pass, passage->decider, passage->way);
    } else {
      finish(t, Fate::pass, {}, {});
    }
  }

  void finish(Traveller const& t, Fate fate, Decider decider, std::vector<ChainId> way,
              RejectWith with = RejectWith::port_unreachable) {
    Piece piece;
    piece.asked = t.ground.asked;
    piece.fate = fate;
    piece.with = with;
    piece.decider = decider;
    piece.way = std::move(way);
    piece.assumed = t.assumed;
    if (t.rewrote) piece.nat = t.rewrote->nat;
    piece.view = t.ground.view;
    piece.untracked = !t.tracked;
    if (!piece.assumed.empty() || fate == Fate::unknown || fate == Fate::budget)
      decision_.certain = false;
    decision_.pieces.push_back(std::move(piece));
  }

  void enter(Traveller& t, Hook hook) {
    bool const in = hook != Hook::output;
    bool const out = hook == Hook::forward || hook == Hook::output || hook == Hook::postrouting;
    // An interface that a hook does not have reads as the empty name: as none of those mentioned.
    t.see(Field::iif) = in ? t.iif : Symbol::fixed(0);
    t.see(Field::oif) = out ? t.oif : Symbol::fixed(0);
    if (hook == Hook::forward) count_hop(t.see(Field::ttl));
  }

  static void count_hop(Symbol& ttl) {
    if (ttl.kind != Symbol::Kind::own || ttl == Symbol::any(Field::ttl)) return;
    ttl.values = {ttl_when_forwarded(ttl.values.first), ttl_when_forwarded(ttl.values.last)};
  }

  void before_conntrack(Traveller& t) {
    t.see(Field::ct_state) = Symbol::fixed(static_cast<Bits128>(CtState::invalid));
    for (auto const field : {Field::ct_direction, Field::ct_mark, Field::ct_status})
      t.see(field) = Symbol::absent();
  }

  static void doubt_conntrack(Traveller& t) {
    t.in_doubt = true;
    for (auto const field :
         {Field::ct_state, Field::ct_direction, Field::ct_mark, Field::ct_status})
      t.see(field) = Symbol::any(field);
  }

  void after_conntrack(Traveller& t) {
    t.in_doubt = false;
    auto const state = t.notrack ? CtState::untracked : region_.state;
    t.see(Field::ct_state) = Symbol::fixed(static_cast<Bits128>(state));
    t.tracked = state != CtState::untracked && state != CtState::invalid;
    if (!t.tracked) return;
    t.see(Field::ct_direction) = region_.ct_direction;
    t.see(Field::ct_mark) = region_.ct_mark;
    t.see(Field::ct_status) = region_.ct_status;
  }

  // ---- along the rules

  void call(Traveller& t, ChainId chain) { t.frames.push_back({chain}); }

  // The rules that were left out while reading surely do not touch the piece.
  bool sieve_covers(Ground const& ground) const {
    auto const& source = ground.view[index(Field::saddr)];
    auto const& destination = ground.view[index(Field::daddr)];
    auto const values = [&](Symbol const& symbol) {
      return symbol.kind == Symbol::Kind::asked ? ground.asked.at(symbol.of) : symbol.values;
    };
    return rules_.sieve != nullptr && source.kind != Symbol::Kind::absent &&
           destination.kind != Symbol::Kind::absent &&
           rules_.sieve->covers(region_.family, values(source), values(destination));
  }

  // The rules of the top chain that touch the piece, up to the first that takes all of it. 'from'
  // is an earlier list to choose from, or null: all rules from frame.next on.
  RuleList touching(Frame const& frame, Ground const& ground) {
    auto const& chain = rules_.chains[frame.chain].rules;
    if (rules_.chains[frame.chain].sifted && !sieve_covers(ground)) decision_.sieve_left = true;
    auto list = std::make_shared<std::vector<std::uint32_t>>();
    auto const look = [&](std::uint32_t number) {
      auto const& rule = chain[number];
      if (std::holds_alternative<Continue>(rule.action)) return true;
      ++visits_;
      auto const how = reach(rules_, rule, ground);
      if (how.overlap == Overlap::none) return true;
      list->push_back(number);
      return how.overlap != Overlap::all || !ends_chain(rule.action);
    };
    if (frame.list) {
      for (std::size_t i = frame.at; i < frame.list->size(); ++i)
        if (!look((*frame.list)[i])) break;
    } else if (focus_ != nullptr && focus_->covers(ground.asked, ground.view, region_.family)) {
      look_at_known(frame, ground, look);
    } else {
      for (auto number = frame.next; number < chain.size(); ++number)
        if (!look(number)) break;
    }
    return list;
  }

  // At the rules of the focus, until 'look' says no. The first of them often end the matter.
  template <class Look>
  void look_at_known(Frame const& frame, Ground const& ground, Look const& look) {
    constexpr std::ptrdiff_t kFirst = 16;
    auto const known = focus_->rules(frame.chain);
    auto at = std::ranges::lower_bound(known, frame.next);
    for (auto const first = std::min(kFirst, known.end() - at) + at; at != first; ++at)
      if (!look(*at)) return;
    if (at == known.end()) return;
    if (auto const* const index = focus_->by_address(rules_, frame.chain))
      if (auto const some = index->touching(*at, values_of(ground, Field::saddr),
                                            values_of(ground, Field::daddr))) {
        for (auto const number : *some)
          if (!look(number)) return;
        return;
      }
    for (; at != known.end(); ++at)
      if (!look(*at)) return;
  }

  // One rule further. False: the traveller ended, or was cut in two that wait.
  bool next_rule(Traveller& t) {
    auto& frame = t.frames.back();
    if (!frame.list) {
      frame.list = touching(frame, t.ground);
      frame.at = 0;
      if (decision_.sieve_left) return true;  // and no further
    }
    if (frame.at == frame.list->size()) return end_of_chain(t);
    auto const number = (*frame.list)[frame.at];
    auto const& rule = rules_.chains[frame.chain].rules[number];
    ++visits_;
    auto const how = reach(rules_, rule, t.ground);
    Decider const decider{frame.chain, number};
    if (how.overlap == Overlap::some && !how.unknown) {
      cut(t, decider, how);
      return false;
    }
    if (auto const* to = std::get_if<Translate>(&rule.action);
        to != nullptr && how.overlap != Overlap::none)
      if (auto const where = parted_by(t.ground, rules_.nats[to->nat])) {
        part(t, {where->first, where->second, rule.first_clause}, decider);
        return false;
      }
    if (how.unknown) {
      assume(t, decider, *how.unknown);
      return false;
    }
    ++frame.at;
    frame.next = number + 1;
    return how.overlap == Overlap::none || act(t, rule.action, decider);
  }

  bool end_of_chain(Traveller& t) {
    if (t.frames.size() > 1) {
      t.frames.pop_back();
      return true;
    }
    auto const& frame = t.frames.back();
    auto const base = frame.left.empty() ? frame.chain : frame.left.front();
    Decider const policy{base, Decider::kPolicy};
    if (rules_.chains[base].base->policy == ChainPolicy::drop) {
      finish(t, Fate::drop, policy, {base});
      return false;
    }
    t.frames = {Frame{base}};
    passed(t, policy);
    return true;
  }

  // ---- cutting

  struct CutAt {
    Field field = Field::saddr;
    Bits128 cut = 0;
    std::uint32_t clause = 0;
  };

  void cut(Traveller& t, Decider decider, Reach const& first) {
    CutAt where{first.field, first.cut, first.clause};
    auto const& frame = t.frames.back();
    bool const region = t.see(first.field).kind == Symbol::Kind::asked;
    if (region && frame.list->size() - frame.at > kShortList) where = median_cut(t, where);
    part(t, where, decider);
  }

  void part(Traveller& t, CutAt const& where, Decider decider) {
    Traveller above = t;
    narrow(t, where, decider, false);
    narrow(above, where, decider, true);
    waiting_.push_back(std::move(above));
    waiting_.push_back(std::move(t));
  }

  // The dimension in which most rules of a sample end inside the piece, at its median end.
  CutAt median_cut(Traveller const& t, CutAt fallback) {
    auto const& frame = t.frames.back();
    auto const left = frame.list->size() - frame.at;
    auto const stride = std::max<std::size_t>(1, left / kSample);
    std::array<std::vector<CutAt>, kFlowDimensions> ends;
    for (std::size_t i = frame.at; i < frame.list->size(); i += stride) {
      ++visits_;
      auto const how = reach(rules_, rules_.chains[frame.chain].rules[(*frame.list)[i]], t.ground);
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

  void narrow(Traveller& t, CutAt const& where, Decider decider, bool above) {
    auto& symbol = t.see(where.field);
    auto& values =
        symbol.kind == Symbol::Kind::asked ? t.ground.asked.at(symbol.of) : symbol.values;
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

  // Both answers to a clause that nobody can answer.
  void assume(Traveller& t, Decider decider, std::uint32_t clause) {
    auto const& asked = rules_.clauses[clause];
    auto const* unmodelled = std::get_if<Unmodelled>(&asked.kind);
    bool const shared = unmodelled != nullptr && !rules_.atoms[unmodelled->atom].own;
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

  void skip_rule(Traveller& t) {
    auto& frame = t.frames.back();
    frame.next = (*frame.list)[frame.at] + 1;
    ++frame.at;
  }

  // The rule's other clauses over the piece, one clause taken as true; further ones that nobody can
  // answer are assumed together with it (both ways lead past the rule or into it).
  void meet_rule_without(Traveller& t, Decider decider, std::uint32_t answered) {
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
        if (atom && !rules_.atoms[*atom].own)
          t.ground.atoms.emplace_back(*atom, !rules_.clauses[number].negated);
      }
    }
    skip_rule(t);
    if (act(t, rule.action, decider)) waiting_.push_back(std::move(t));
  }

  // ---- actions. True: the traveller goes on.

  bool act(Traveller& t, Action const& action, Decider decider) {
    return std::visit(
        Overloaded{
            [](Continue) { return true; },
            [&](Accept) {
              passed(t, decider);
              return true;
            },
            [&](Drop) {
              finish(t, Fate::drop, decider, way_of(t));
              return false;
            },
            [&](Reject const& a) {
              finish(t, Fate::reject, decider, way_of(t), a.with);
              return false;
            },
            [&](Return) { return end_of_chain(t); },
            [&](Jump const& a) {
              if (t.frames.size() >= kDeepest) {
                finish(t, Fate::budget, decider, way_of(t));
                return false;
              }
              call(t, a.chain);
              return true;
            },
            [&](Goto const& a) {
              auto& top = t.frames.back();
              auto left = std::move(top.left);
              left.push_back(top.chain);
              top = Frame{a.chain};
              top.left = std::move(left);
              return true;
            },
            [&](Queue) {
              finish(t, Fate::intercept, decider, way_of(t));
              return false;
            },
            [&](Translate const& a) { return translate(t, a.nat, decider); },
            [&](Tproxy const& a) {
              t.rewrote = Rewrite{decider, way_of(t), a.nat};
              finish(t, Fate::intercept, decider, way_of(t));
              return false;
            },
            [&](Notrack) {
              if (t.in_doubt) return lost_sight(t, decider);
              if (!t.tracked) {
                t.notrack = true;
                change(t, Field::ct_state, Symbol::fixed(static_cast<Bits128>(CtState::untracked)));
              }
              return true;
            },
            [&](SetMark const& a) {
              if (t.in_doubt && a.field == Field::ct_mark) return lost_sight(t, decider);
              change(t, a.field, marked(t.see(a.field), a.mask, Symbol::fixed(a.value)));
              return true;
            },
            [&](CopyMark const& a) {
              if (t.in_doubt) return lost_sight(t, decider);
              change(t, a.to, copied(t.ground.view, a));
              return true;
            },
            [&](UnmodelledAction const& a) {
              t.assumed.push_back({decider, 0, a.atom, true});
              finish(t, Fate::unknown, decider, way_of(t));
              return false;
            },
            [&](Alter const& a) {
              if (t.see(a.forgets).kind != Symbol::Kind::absent)
                change(t, a.forgets, Symbol::any(a.forgets));
              return true;
            },
        },
        action);
  }

  // What the action does hangs on an order that nobody knows.
  bool lost_sight(Traveller& t, Decider decider) {
    finish(t, Fate::unknown, decider, way_of(t));
    return false;
  }

  // The view changes: what was filtered for the old one is filtered anew.
  void change(Traveller& t, Field field, Symbol to) {
    if (t.see(field) == to) return;
    t.see(field) = to;
    for (auto& frame : t.frames) frame.list = nullptr;
  }

  bool translate(Traveller& t, std::uint32_t number, Decider decider) {
    auto const& step = (*t.steps)[t.step];
    if (step.kind != Step::Kind::translation) {
      finish(t, Fate::unknown, decider, way_of(t));
      return false;
    }
    auto const& nat = rules_.nats[number];
    bool const source = nat.kind == NatKind::source;
    auto const way = way_of(t);
    passed(t, decider);
    leave_step(t);  // the first mapping stands: no further nat chain is asked
    bool const stays = !source && stays_where_it_goes(t.ground, nat);
    translate_view(t.ground.view, nat, region_.family);
    if (source || stays) return true;
    if (auto& status = t.see(Field::ct_status); is_fixed(status))
      status = Symbol::fixed(status.values.first | 32U);
    t.rewrote = Rewrite{decider, way, number};
    if (nat.to_interface)
      t.see(Field::dst_type) = Symbol::fixed(static_cast<Bits128>(AddressType::local));
    if (nat.to_interface && step.hook == Hook::prerouting) {
      t.steps = &redirected_steps_[t.order];
      t.step = 0;
    }
    return true;
  }

  Ruleset const& rules_;
  PacketRegion const& region_;
  Budget const& budget_;
  Focus const* focus_;
  Orders orders_;
  std::vector<std::vector<Step>> steps_;  // by order
  std::vector<std::vector<Step>> redirected_steps_;
  std::vector<std::vector<Piece>> by_order_;
  std::vector<Traveller> waiting_;
  Decision decision_;
  std::uint64_t visits_ = 0;
};

}  // namespace

Decision decide(Ruleset const& rules, PacketRegion const& region, Budget const& budget,
                Focus const* focus) {
  return Partition(rules, region, budget, focus).run();
}

}  // namespace safeconduct
