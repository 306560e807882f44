// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How decide() goes about it: pieces of the region travel along the steps and the rules; where a
// rule takes only a part of a piece, the piece is cut, and the parts go on one after the other.

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/decide.h"
#include "engine/focus.h"
#include "engine/orders.h"
#include "engine/traveller.h"

namespace safeconduct {

class Partition {
 public:
  Partition(Ruleset const& rules, PacketRegion const& region, Budget const& budget,
            Focus const* focus);
  Decision run();

  // See passes() of decide.h.
  Passing passes();

 private:
  enum class Seeks : std::uint8_t {
    all,       // pieces
    one_pass,  // a piece that surely passes
    may_pass,  // the same, in those boxes that pass if no rule stops any
  };

  // ---- along each order of the chains whose order nobody knows
  Traveller arriving(Box const& asked);
  void begin_in_order(Traveller& t, std::size_t order);
  void follow_all();
  void follow_next();
  void follow(Box const& asked);
  void look_within(Box const& asked);

  // Orders that come to the same are not worth a word.
  Decision unite();

  // ---- along the steps
  // The budget is spent, or what is found no longer counts: the rest is Fate::budget.
  bool gives_up() const;
  void advance(Traveller& t);
  // False: the traveller ended.
  bool begin_step(Traveller& t);
  bool translate_or_consult(Traveller& t, Step const& step);
  void leave_step(Traveller& t);

  // The base chain is done with; a translation step asks its next chain.
  void passed(Traveller& t, Decider decider);
  void arrive(Traveller& t);
  void finish(Traveller const& t, Fate fate, Decider decider, std::vector<ChainId> way,
              RejectWith with = RejectWith::port_unreachable);
  void enter(Traveller& t, Hook hook);
  static void count_hop(Symbol& ttl);
  void before_conntrack(Traveller& t);
  static void doubt_conntrack(Traveller& t);
  void after_conntrack(Traveller& t);
  Symbol original(Traveller& t, std::size_t i) const;

  // ---- along the rules
  void call(Traveller& t, ChainId chain);

  // The rules that were left out while reading surely do not touch the piece; 'requests': nor may
  // it be one of replies.
  bool sieve_covers(Ground const& ground, bool requests) const;

  // A rule was looked at, and of its concatenations so many rows.
  void count_visit(std::size_t rows) {
    constexpr std::size_t kRowsOfAVisit = 16;  // take about the time of one
    visits_ += 1 + rows / kRowsOfAVisit;
  }

  // The marks that rules of the chain write, or of those that it calls, as bits index(field).
  std::uint32_t marks_written(ChainId chain) const;

  // The rules of the top chain that touch the piece, up to the first that takes all of it, whatever
  // becomes of marks that are written on the way: chosen from frame.list, or where that is null
  // from all rules from frame.next on.
  RuleList touching(Frame const& frame, Ground const& ground);

  // At the rules of the focus, until 'look' says no. The first of them often end the matter.
  template <class Look>
  void look_at_known(Frame const& frame, Ground const& ground, Look const& look);

  // One rule further. False: the traveller ended, or was cut in two that wait.
  bool next_rule(Traveller& t);
  void leave_call(Traveller& t);
  bool end_of_chain(Traveller& t);

  // ---- cutting
  struct CutAt {
    Field field = Field::saddr;
    Bits128 cut = 0;
    std::uint32_t clause = 0;
  };
  void cut(Traveller& t, Decider decider, Reach const& first);
  void part(Traveller& t, CutAt const& where, Decider decider);

  // Where all rules that touch the piece are open in that dimension alone: it is cut at all their
  // ends at once. False: they are not, or are too many in one place.
  bool sweep(Traveller const& t, CutAt const& where);

  // The dimension in which most rules of a sample end inside the piece, at its median end.
  CutAt median_cut(Traveller const& t, CutAt fallback);
  void narrow(Traveller& t, CutAt const& where, Decider decider, bool above);

  // Both answers to a clause that nobody can answer.
  void assume(Traveller& t, Decider decider, std::uint32_t clause);
  void skip_rule(Traveller& t);

  // The rule's other clauses over the piece, one clause taken as true; further ones that nobody can
  // answer are assumed together with it (both ways lead past the rule or into it).
  void meet_rule_without(Traveller& t, Decider decider, std::uint32_t answered);

  // ---- actions. True: the traveller goes on.
  bool act(Traveller& t, Action const& action, Decider decider);

  // What the action does hangs on an order that nobody knows.
  bool lost_sight(Traveller& t, Decider decider);

  // The view changes: what was filtered for the old one is filtered anew, unless by its marks,
  // which touching() leaves open.
  void change(Traveller& t, Field field, Symbol to);
  bool translate(Traveller& t, std::uint32_t number, Decider decider);

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
  std::shared_ptr<View const> last_view_;  // of the piece that was finished last
  std::uint64_t visits_ = 0;
  std::size_t finished_ = 0;  // pieces, kept or not
  std::size_t sweeps_ = 0;    // one within the other
  Seeks seeks_ = Seeks::all;
  bool unsure_ = false;                // packets may pass that were not seen to
  std::unique_ptr<Partition> within_;  // may_pass: looks for one_pass
};

}  // namespace safeconduct
