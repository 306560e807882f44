// SPDX-License-Identifier: GPL-3.0-or-later
// What the rules do with a piece.
#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "engine/effects.h"
#include "engine/partition.h"

namespace safeconduct {
namespace {

// Chains calling chains: the kernel allows 16 (NFT_JUMP_STACK_SIZE), iptables more.
constexpr std::size_t kDeepest = 512;

void note_status(Traveller& t, Nat const& nat) {
  auto& status = t.see(Field::ct_status);
  auto const how = differs(nat, t.ground);
  if (how == Differs::maybe) status = Symbol::any(Field::ct_status);
  if (how == Differs::yes && is_fixed(status))
    status = Symbol::fixed(status.values.first | status_bit(nat.kind));
}

}  // namespace

bool Partition::act(Traveller& t, Action const& action, Decider decider) {
  bool const only_leads = std::holds_alternative<Continue>(action) ||
                          std::holds_alternative<Jump>(action) ||
                          std::holds_alternative<Return>(action);
  if (!only_leads) t.frames.back().acts = true;
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
            t.frames.back().calls = true;
            if (std::ranges::find(t.idle_calls, a.chain) == t.idle_calls.end()) call(t, a.chain);
            return true;
          },
          [&](Goto const& a) {
            auto& top = t.frames.back();
            auto left = std::move(top.left);
            left.push_back(top.chain);
            top = Frame{a.chain};
            top.left = std::move(left);
            top.acts = true;  // of it alone nothing is kept
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
              t.untracked_by = decider;
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

bool Partition::lost_sight(Traveller& t, Decider decider) {
  finish(t, Fate::unknown, decider, way_of(t));
  return false;
}

void Partition::change(Traveller& t, Field field, Symbol to) {
  if (t.see(field) == to) return;
  t.see(field) = to;
  t.idle_calls.clear();
  if (field == Field::mark || field == Field::ct_mark) return;
  for (auto& frame : t.frames) frame.list = nullptr;
}

bool Partition::translate(Traveller& t, std::uint32_t number, Decider decider) {
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
  note_status(t, nat);
  forget_answers(rules_, t.ground);
  if (stays) return true;
  auto const before = t.ground.view;
  safeconduct::translate(t.ground, nat, region_.family);
  if (source && (!region_.known_by_source || t.ground.view == before)) return true;
  t.rewrote = Rewrite{decider, way, number};
  if (nat.to_interface && step.hook == Hook::prerouting) {
    t.steps = &redirected_steps_[t.order];
    t.step = 0;
  }
  return true;
}

}  // namespace safeconduct
