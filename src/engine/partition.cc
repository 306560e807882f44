// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/partition.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "engine/effects.h"
#include "engine/reach.h"

namespace safeconduct {
namespace {

// Chains are looked for among them one by one.
constexpr std::size_t kMostIdleCalls = 1024;

bool stops(Action const& action) {
  return std::holds_alternative<Drop>(action) || std::holds_alternative<Reject>(action);
}

// Where 'next' begins behind the end of 'box', and is as wide in all else: makes one of both.
bool grow(Box& box, Box const& next) {
  std::optional<std::size_t> along;
  for (std::size_t i = 0; i < kFlowDimensions; ++i) {
    if (box.sides[i] == next.sides[i]) continue;
    auto const last = box.sides[i].last;
    bool const touches = last < next.sides[i].first && last + 1 == next.sides[i].first;
    if (along || !touches) return false;
    along = i;
  }
  if (!along) return false;
  box.sides[*along].last = next.sides[*along].last;
  return true;
}

bool fare_the_same(Piece const& a, Piece const& b) {
  return a.fate == b.fate && a.with == b.with && a.decider == b.decider && a.way == b.way &&
         a.assumed == b.assumed && a.nat == b.nat && a.view == b.view && a.untracked == b.untracked;
}

}  // namespace

Partition::Partition(Ruleset const& rules, PacketRegion const& region, Budget const& budget,
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

Traveller Partition::arriving(Box const& asked) {
  Traveller t;
  t.ground = {asked, region_.view, {}};
  t.iif = region_.view[index(Field::iif)];
  t.oif = region_.view[index(Field::oif)];
  before_conntrack(t);
  return t;
}

Decision Partition::run() {
  auto const first = arriving(region_.asked);
  if (orders_.too_many) {
    finish(first, Fate::unknown, {}, {});
    for (auto& piece : decision_.pieces) assume_order(piece, orders_.doubted, true);
    return std::move(decision_);
  }
  for (std::size_t order = 0; order < steps_.size(); ++order) {
    finished_ = 0;
    waiting_.push_back(first);
    begin_in_order(waiting_.back(), order);
    follow_all();
    by_order_.push_back(std::exchange(decision_.pieces, {}));
  }
  decision_.rule_visits = visits_;
  return unite();
}

// Packets that pass meet no rule that stops them: without such rules they fare the same. What
// passes then is few boxes mostly, and in these the packets are looked for that pass indeed.
Passing Partition::passes() {
  if (steps_.size() != 1 || orders_.too_many) return {};  // orders would have to agree
  seeks_ = Seeks::may_pass;
  within_ = std::make_unique<Partition>(rules_, region_, budget_, focus_);
  within_->seeks_ = Seeks::one_pass;
  follow(region_.asked);
  if (!decision_.pieces.empty())
    return {Passing::Answer::some, std::move(decision_.pieces.front())};
  bool const certain = !unsure_ && !decision_.sieve_left;
  return {certain ? Passing::Answer::none : Passing::Answer::not_found, std::nullopt};
}

void Partition::follow(Box const& asked) {
  waiting_ = {arriving(asked)};
  begin_in_order(waiting_.back(), 0);
  follow_all();
}

// Packets that may pass: those among them that surely do.
void Partition::look_within(Box const& asked) {
  auto& inner = *within_;
  inner.visits_ = visits_;
  inner.finished_ = finished_;
  inner.follow(asked);
  visits_ = inner.visits_;
  finished_ = inner.finished_;
  unsure_ = unsure_ || inner.unsure_;
  decision_.sieve_left = decision_.sieve_left || inner.decision_.sieve_left;
  decision_.pieces = std::exchange(inner.decision_.pieces, {});
}

void Partition::begin_in_order(Traveller& t, std::size_t order) {
  t.order = order;
  t.steps = &steps_[order];
}

void Partition::follow_all() {
  while (!waiting_.empty() && (seeks_ == Seeks::all || decision_.pieces.empty())) follow_next();
}

void Partition::follow_next() {
  Traveller next = std::move(waiting_.back());
  waiting_.pop_back();
  advance(next);
}

Decision Partition::unite() {
  bool const agree = std::ranges::all_of(by_order_, [&](std::vector<Piece> const& pieces) {
    return &pieces == &by_order_.front() || come_to_the_same(by_order_.front(), pieces);
  });
  if (agree) {
    decision_.pieces = std::move(by_order_.front());
    return std::move(decision_);
  }
  decision_.certain = false;
  for (std::size_t order = 0; order < by_order_.size(); ++order)
    for (auto& piece : by_order_[order]) {
      assume_order(piece, orders_.doubted, order == 0);
      decision_.pieces.push_back(std::move(piece));
    }
  return std::move(decision_);
}

bool Partition::gives_up() const {
  bool const too_uncertain = !decision_.certain && decision_.pieces.size() > kMostUncertain;
  return too_uncertain || visits_ > budget_.rule_visits || finished_ >= budget_.pieces ||
         decision_.sieve_left;
}

void Partition::advance(Traveller& t) {
  while (true) {
    if (gives_up()) {
      finish(t, Fate::budget, {}, {});
      return;
    }
    if (!t.frames.empty()) {
      if (!next_rule(t)) return;
    } else if (t.step == t.steps->size()) {
      arrive(t);
      return;
    } else if (!begin_step(t)) {
      return;
    }
  }
}

bool Partition::begin_step(Traveller& t) {
  auto const& step = (*t.steps)[t.step];
  if (step.kind != Step::Kind::chain && t.nat_chain == 0) forget_answers(rules_, t.ground);
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
      t.idle_calls.clear();
      call(t, step.chains.front());
      break;
    case Step::Kind::translation:
      return translate_or_consult(t, step);
  }
  return true;
}

bool Partition::translate_or_consult(Traveller& t, Step const& step) {
  bool const destination = step.hook == Hook::prerouting || step.hook == Hook::output;
  if (t.nat_chain == 0) {
    auto const& rewrites = destination ? region_.at_destination_nat : region_.at_source_nat;
    if (!rewrites.empty() && !t.tracked) {  // it keeps the translated address, and is lost
      finish(t, Fate::unknown, t.untracked_by, {});
      return false;
    }
    for (auto const& [field, symbol] : rewrites) t.see(field) = symbol;
  }
  auto const& protocol = t.see(Field::l4proto);
  bool const fresh =
      t.tracked &&
      asks_nat_chains(region_.state,
                      is_fixed(protocol) ? std::optional(protocol.values.first) : std::nullopt);
  if (fresh && t.nat_chain < step.chains.size()) {
    t.idle_calls.clear();
    call(t, step.chains[t.nat_chain++]);
  } else {
    leave_step(t);
  }
  return true;
}

void Partition::leave_step(Traveller& t) {
  t.nat_chain = 0;
  ++t.step;
}

void Partition::passed(Traveller& t, Decider decider) {
  auto const& step = (*t.steps)[t.step];
  t.passages.push_back({decider, step.hook, way_of(t)});
  t.frames.clear();
  if (step.kind == Step::Kind::chain) leave_step(t);
}

void Partition::arrive(Traveller& t) {
  if (t.rewrote) {
    finish(t, Fate::intercept, t.rewrote->decider, t.rewrote->way);
  } else if (auto const* passage = worth_naming(t.passages)) {
    finish(t, Fate::pass, passage->decider, passage->way);
  } else {
    finish(t, Fate::pass, {}, {});
  }
}

void Partition::finish(Traveller const& t, Fate fate, Decider decider, std::vector<ChainId> way,
                       RejectWith with) {
  ++finished_;
  if (seeks_ != Seeks::all) {
    bool const open = fate == Fate::unknown || fate == Fate::budget;
    bool const sure = fate == Fate::pass && t.assumed.empty();
    unsure_ = unsure_ || open || (fate == Fate::pass && !sure && seeks_ == Seeks::one_pass);
    if (seeks_ == Seeks::may_pass && fate == Fate::pass) look_within(t.ground.asked);
    if (seeks_ == Seeks::may_pass || !sure) return;
  }
  Piece piece;
  piece.asked = t.ground.asked;
  piece.fate = fate;
  piece.with = with;
  piece.decider = decider;
  piece.way = std::move(way);
  piece.assumed = t.assumed;
  if (t.rewrote) piece.nat = t.rewrote->nat;
  // Pieces by the thousand leave alike: they share it.
  if (!last_view_ || *last_view_ != t.ground.view)
    last_view_ = std::make_shared<View const>(t.ground.view);
  piece.view = last_view_;
  piece.untracked = !t.tracked;
  if (!piece.assumed.empty() || fate == Fate::unknown || fate == Fate::budget)
    decision_.certain = false;
  // Of a range that is swept (partition_sweep.cc) many neighbours are one piece again.
  auto& pieces = decision_.pieces;
  bool const joins = !pieces.empty() && fare_the_same(pieces.back(), piece) &&
                     grow(pieces.back().asked, piece.asked);
  if (!joins) pieces.push_back(std::move(piece));
}

void Partition::enter(Traveller& t, Hook hook) {
  // An interface that a hook does not have reads as the empty name: as none of those mentioned.
  t.see(Field::iif) = knows_incoming(hook) ? t.iif : Symbol::fixed(0);
  t.see(Field::oif) = knows_outgoing(hook) ? t.oif : Symbol::fixed(0);
  if (hook == Hook::forward) count_hop(t.see(Field::ttl));
}

void Partition::count_hop(Symbol& ttl) {
  if (ttl.kind != Symbol::Kind::own || ttl == Symbol::any(Field::ttl)) return;
  ttl.values = {ttl_when_forwarded(ttl.values.first), ttl_when_forwarded(ttl.values.last)};
}

void Partition::before_conntrack(Traveller& t) {
  t.see(Field::ct_state) = Symbol::fixed(static_cast<Bits128>(CtState::invalid));
  for (auto const field : {Field::ct_direction, Field::ct_mark, Field::ct_status})
    t.see(field) = Symbol::absent();
  for (auto const field : kOriginalTuple) t.see(field) = Symbol::absent();
}

void Partition::doubt_conntrack(Traveller& t) {
  t.in_doubt = true;
  for (auto const field : {Field::ct_state, Field::ct_direction, Field::ct_mark, Field::ct_status})
    t.see(field) = Symbol::any(field);
  for (auto const field : kOriginalTuple) t.see(field) = Symbol::any(field);
}

void Partition::after_conntrack(Traveller& t) {
  t.in_doubt = false;
  auto const state = t.notrack ? CtState::untracked : region_.state;
  t.see(Field::ct_state) = Symbol::fixed(static_cast<Bits128>(state));
  t.tracked = state != CtState::untracked && state != CtState::invalid;
  if (!t.tracked) return;
  t.see(Field::ct_direction) = region_.ct_direction;
  t.see(Field::ct_mark) = region_.ct_mark;
  t.see(Field::ct_status) = region_.ct_status;
  for (std::size_t i = 0; i < kOriginalTuple.size(); ++i) t.see(kOriginalTuple[i]) = original(t, i);
}

Symbol Partition::original(Traveller& t, std::size_t i) const {
  if (region_.ct_original) return (*region_.ct_original)[i];
  std::optional<CtDirection> direction;
  std::optional<std::uint32_t> status;
  if (is_fixed(region_.ct_direction))
    direction = static_cast<CtDirection>(region_.ct_direction.values.first);
  if (is_fixed(region_.ct_status))
    status = static_cast<std::uint32_t>(region_.ct_status.values.first);
  auto const shown = shows_original(region_.state, direction, status);
  return shown ? t.see((*shown)[i]) : Symbol::any(kOriginalTuple[i]);
}

void Partition::call(Traveller& t, ChainId chain) { t.frames.push_back({chain}); }

bool Partition::sieve_covers(Ground const& ground, bool requests) const {
  static constexpr std::array kAsked{Field::saddr, Field::daddr, Field::l4proto, Field::sport,
                                     Field::dport};
  if (rules_.sieve == nullptr || std::ranges::any_of(kAsked, [&](Field field) {
        return ground.view[index(field)].kind == Symbol::Kind::absent;
      }))
    return false;
  return rules_.sieve->covers({region_.family, values_of(ground, Field::saddr),
                               values_of(ground, Field::daddr), values_of(ground, Field::l4proto),
                               values_of(ground, Field::sport), values_of(ground, Field::dport)},
                              requests);
}

template <class Look>
void Partition::look_at_known(Frame const& frame, Ground const& ground, Look const& look) {
  constexpr std::ptrdiff_t kFirst = 16;
  auto const known = focus_->rules(frame.chain);
  auto at = std::ranges::lower_bound(known, frame.next);
  for (auto const first = std::min(kFirst, known.end() - at) + at; at != first; ++at)
    if (!look(*at)) return;
  if (at == known.end()) return;
  if (auto const* const index = focus_->by_address(rules_, frame.chain))
    if (auto const some = index->touching(*at, values_of(ground, Field::saddr),
                                          values_of(ground, Field::daddr))) {
      auto one = some->begin();
      while (one != some->end() && look(*one)) ++one;
      // Those between count as looked at: whether there is an index must not be seen in the budget.
      auto const end = one == some->end() ? known.end() : std::ranges::lower_bound(known, *one);
      visits_ += static_cast<std::uint64_t>((end - at) - (one - some->begin()));
      return;
    }
  for (; at != known.end(); ++at)
    if (!look(*at)) return;
}

std::uint32_t Partition::marks_written(ChainId chain) const {
  constexpr auto bit = [](Field field) { return std::uint32_t{1} << index(field); };
  return rules_.chains[chain].effects.writes & (bit(Field::mark) | bit(Field::ct_mark));
}

RuleList Partition::touching(Frame const& frame, Ground const& ground) {
  auto const& asked = rules_.chains[frame.chain];
  auto const& chain = asked.rules;
  if (asked.sifted && !sieve_covers(ground, false)) decision_.sieve_left = true;
  auto const written = marks_written(frame.chain);
  auto list = std::make_shared<std::vector<std::uint32_t>>();
  auto end = chain.size();  // behind which no packet of the ground comes
  auto const look = [&](std::uint32_t number) {
    auto const& rule = chain[number];
    if (is_idle(rules_, rule.action)) return true;
    if (seeks_ == Seeks::may_pass && stops(rule.action)) return true;
    auto const how = reach(rules_, rule, ground, written);
    count_visit(how.rows);
    if (how.overlap == Overlap::none) return true;
    list->push_back(number);
    if (how.overlap != Overlap::all || !ends_chain(rule.action)) return true;
    end = number;
    return false;
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
  // Of what only replies could meet, none was left out before the rule that accepts what is
  // established, mostly the first.
  if (asked.sifted_replies && end >= *asked.sifted_replies && !sieve_covers(ground, true))
    decision_.sieve_left = true;
  return list;
}

bool Partition::next_rule(Traveller& t) {
  auto& frame = t.frames.back();
  if (!frame.list) {
    frame.list = touching(frame, t.ground);
    frame.at = 0;
    if (decision_.sieve_left) return true;  // and no further
  }
  if (frame.at == frame.list->size()) return end_of_chain(t);
  auto const number = (*frame.list)[frame.at];
  auto const& rule = rules_.chains[frame.chain].rules[number];
  auto const how = reach(rules_, rule, t.ground);
  count_visit(how.rows);
  Decider const decider{frame.chain, number};
  if (how.overlap == Overlap::some && !how.unknown) {
    cut(t, decider, how);
    return false;
  }
  if (auto const* to = std::get_if<Translate>(&rule.action);
      to != nullptr && how.overlap != Overlap::none)
    if (auto const where = parted_by(rules_, t.ground, rules_.nats[to->nat])) {
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

void Partition::leave_call(Traveller& t) {
  auto const ended = std::move(t.frames.back());
  t.frames.pop_back();
  if (ended.acts) {
    t.frames.back().acts = true;
  } else if (ended.calls && t.idle_calls.size() < kMostIdleCalls) {
    t.idle_calls.push_back(ended.chain);
  }
}

bool Partition::end_of_chain(Traveller& t) {
  if (t.frames.size() > 1) {
    leave_call(t);
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

}  // namespace safeconduct
