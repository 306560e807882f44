// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/judge.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/orders.h"
#include "engine/pipeline.h"
#include "packet/box_join.h"
#include "rules/text.h"
#include "verify/client_ports.h"
#include "verify/ordinary_address.h"
#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

// How many parts may follow those that are counted beforehand.
constexpr std::size_t kSomeMore = 16;

// What of the region a leg surely does not let pass; the rest passes.
struct Sides {
  PacketSet stop;
  PacketSet elsewhere;
  PacketSet open;  // the ways differ, or nobody knows
};

bool stops(Fate fate) { return fate == Fate::drop || fate == Fate::reject; }
bool is_untold(Fate fate) { return fate == Fate::unknown || fate == Fate::budget; }

// The leg ran into its budget; what was decided before stands.
bool is_cut_short(LegDecision const& leg) {
  return !leg.certain && leg.pieces.size() > kMostUncertain &&
         std::ranges::all_of(leg.pieces, [](Piece const& piece) { return piece.assumed.empty(); });
}

Sides sides_of(LegDecision const& leg, Box const& asked) {
  std::vector<Box> pass;
  std::vector<Box> stop;
  std::vector<Box> elsewhere;
  std::vector<Box> open;
  for (auto const& piece : leg.pieces) {
    if (piece.fate == Fate::pass) pass.push_back(piece.asked);
    if (stops(piece.fate)) stop.push_back(piece.asked);
    if (piece.fate == Fate::intercept) elsewhere.push_back(piece.asked);
    if (is_untold(piece.fate)) open.push_back(piece.asked);
  }
  if (leg.certain)  // the pieces are disjoint
    return {PacketSet(std::move(stop)), PacketSet(std::move(elsewhere)),
            PacketSet(std::move(open))};
  if (is_cut_short(leg)) {
    stop.resize(std::min(stop.size(), kMostUncertain));
    elsewhere.resize(std::min(elsewhere.size(), kMostUncertain));
    Sides sure{PacketSet(std::move(stop)), PacketSet(std::move(elsewhere)), {}};
    sure.open = PacketSet(std::vector<Box>{asked}) - sure.stop - sure.elsewhere;
    return sure;
  }
  if (leg.pieces.size() > kMostUncertain) {
    for (auto const* some : {&pass, &stop, &elsewhere})
      open.insert(open.end(), some->begin(), some->end());
    return {{}, {}, PacketSet(std::move(open))};
  }
  PacketSet const passes(std::move(pass));
  PacketSet const stopped(std::move(stop));
  PacketSet const diverted(std::move(elsewhere));
  PacketSet const unknown(std::move(open));
  Sides sure;
  sure.stop = stopped - passes - diverted - unknown;
  sure.elsewhere = diverted - passes - stopped - unknown;
  sure.open = (stopped | diverted | unknown) - sure.stop - sure.elsewhere;
  return sure;
}

class Judge {
 public:
  Judge(DeviceRules const& device, RuleNames& names, Conversation const& conversation,
        std::vector<LegDecision> const& legs)
      : device_(device), names_(names), conversation_(conversation), legs_(legs) {}

  // 'left': the packets of the request that get so far; each leg takes its losses out.
  Judgement run(PacketSet left) {
    for (auto const& leg : legs_) sides_.push_back(sides_of(leg, conversation_.asked));
    for (std::size_t i = 1; i < legs_.size(); ++i) doubt_after(legs_[i - 1], i);
    for (std::size_t i = 0; i < legs_.size(); ++i) {
      auto const blocked = left & sides_[i].stop;
      auto const intercepted = left & sides_[i].elsewhere;
      result_.blocked = result_.blocked | blocked;
      result_.intercepted = result_.intercepted | intercepted;
      add_parts(i, blocked, Verdict::blocked, blocked == sides_[i].stop);
      add_parts(i, intercepted, Verdict::intercepted, intercepted == sides_[i].elsewhere);
      left = left - blocked - intercepted;
    }
    // What one leg surely stops is lost, whatever is open about the others.
    PacketSet open;
    for (auto const& sides : sides_) open = open | sides.open;
    open = open & left;
    result_.undecided = open;
    for (std::size_t i = 0; i < legs_.size(); ++i) add_open(i, open & sides_[i].open);
    result_.allowed = left - open;
    bool const all_that_pass =
        std::ranges::all_of(sides_.begin() + 1, sides_.end(), [](Sides const& later) {
          return later.stop.empty() && later.elsewhere.empty() && later.open.empty();
        });
    add_parts(0, result_.allowed, Verdict::allowed, all_that_pass);
    return std::move(result_);
  }

 private:
  // What becomes of some packets of a leg nobody can tell, nor what they leave on their connection:
  // a zone, a mark, or no trace. Legs from 'next' on were followed as if they had left nothing, so
  // that those are not sure to stop the same packets. (That leg leaves them open.)
  void doubt_after(LegDecision const& leg, std::size_t next) {
    auto const stops_none = [](Sides const& sides) {
      return sides.stop.empty() && sides.elsewhere.empty();
    };
    auto const later = std::ranges::subrange(sides_.begin() + std::ptrdiff_t(next), sides_.end());
    if (std::ranges::all_of(later, stops_none)) return;
    std::vector<Box> untold;
    for (auto const& piece : leg.pieces)
      if (is_untold(piece.fate)) untold.push_back(piece.asked);
    if (untold.empty()) return;
    PacketSet const doubtful(std::move(untold));
    for (auto& sides : later) {
      sides.stop = sides.stop - doubtful;
      sides.elsewhere = sides.elsewhere - doubtful;
    }
  }

  Part part_of(LegDecision const& leg, BoxProduct const& product, Verdict verdict) const {
    Part part;
    part.verdict = verdict;
    part.leg = leg.leg;
    part.src = product.sides[dimension(Field::saddr)];
    part.dst = product.sides[dimension(Field::daddr)];
    part.sport = ports_of(product.sides[dimension(Field::sport)]);
    part.dport = ports_of(product.sides[dimension(Field::dport)]);
    part.witness = witness(conversation_, leg, product);
    bool const reply = leg.leg == Leg::reply;
    part.witness_in = reply ? device_.leave : device_.enter;
    part.witness_out = reply ? device_.enter : device_.leave;
    part.witness_state = leg.state;
    part.origin.source = conversation_.source;
    part.origin.source_port = conversation_.source_port;
    part.origin.tcp_flags = leg.tcp_flags;
    part.origin.icmp_type = product.sides[dimension(Field::icmp_type)];
    part.origin.icmp_code = product.sides[dimension(Field::icmp_code)];
    return part;
  }

  // Parts of a leg within 'region', by the rule that decides. Allowed: of the request leg. 'all':
  // where the pieces are disjoint, the region is all of those that fit.
  void add_parts(std::size_t i, PacketSet const& region, Verdict verdict, bool all) {
    if (region.empty()) return;
    auto const& leg = legs_[i];
    auto const fits = [&](Fate fate) {
      switch (verdict) {
        case Verdict::allowed:
          return fate == Fate::pass;
        case Verdict::blocked:
          return stops(fate);
        case Verdict::intercepted:
          return fate == Fate::intercept;
        case Verdict::partial:
        case Verdict::undecided:
          return false;
      }
      return false;
    };
    std::map<Key, Culprit> by_rule;
    PacketSet left = region;
    bool const untouched = all && leg.certain;
    for (auto const& equals : by_plainness(leg, verdict != Verdict::allowed, fits)) {
      std::vector<Box> asked;
      std::vector<Culprit*> of_rule;  // of each of those
      for (auto const* const piece : equals) {
        asked.push_back(piece->asked);
        auto& culprit = by_rule[{piece->decider, piece->fate, piece->with, piece->way, piece->nat}];
        culprit.after_translation =
            culprit.after_translation || (leg.leg == Leg::request && is_translated(*piece));
        of_rule.push_back(&culprit);
        if (untouched) culprit.boxes.push_back(piece->asked);
      }
      if (untouched) continue;
      take(asked, of_rule, left);
      if (!leg.certain && verdict != Verdict::allowed && !is_cut_short(leg)) {
        add_rivals(by_rule, equals);
        left = left - PacketSet(std::move(asked));
      }
    }
    // Parts are large, and not moved again for the few that other legs add.
    if (auto const count = result_.parts.size() + by_rule.size(); count > result_.parts.capacity())
      result_.parts.reserve(count + kSomeMore);
    for (auto& [key, culprit] : by_rule) {
      auto const& [decider, fate, with, way, nat] = key;
      auto const set = culprit.set | PacketSet(std::move(culprit.boxes));
      for (auto const& product : set.products()) {
        Part part = part_of(leg, product, verdict);
        if (fate == Fate::drop) part.how = {How::Kind::drop, with};
        if (fate == Fate::reject) part.how = {How::Kind::reject, with};
        part.rule = names_.rule(decider);
        part.origin.decider = decider;
        part.way = names_.way(way);
        part.before_tracking = !way.empty() && is_before(way.front(), kConntrack);
        if (part.leg == Leg::reply && part.witness && !way.empty() &&
            is_before(way.front(), kDestinationNat - 1))
          come_translated(leg, *part.witness);
        part.after_translation = culprit.after_translation;
        part.passes_by_end = decider.rule == Decider::kPolicy && may_pass_by_end(decider.chain);
        for (auto const& rival : culprit.rivals) part.also.push_back(names_.rule(rival));
        if (fate == Fate::intercept)
          part.rewritten = to_text(device_.rules,
                                   device_.rules.chains[decider.chain].rules[decider.rule].action);
        result_.parts.push_back(std::move(part));
      }
    }
  }

  using Key =
      std::tuple<Decider, Fate, RejectWith, std::vector<ChainId>, std::optional<std::uint32_t>>;
  struct Culprit {  // of the packets in either
    std::vector<Box> boxes;
    PacketSet set;
    std::vector<Decider> rivals;  // that may stop some of the same packets first
    bool after_translation = false;
  };

  // The values that the products of a set are written with.
  static std::size_t intervals_of(PacketSet const& set) {
    std::size_t count = 0;
    for (auto const& product : set.products())
      for (auto const& side : product.sides) count += side.intervals().size();
    return count;
  }

  // What of the boxes lies in the set, for the culprit that stands beside each. Products of many
  // values, and of few culprits, are not spelled out.
  static void take(std::vector<Box> const& asked, std::vector<Culprit*> const& of_rule,
                   PacketSet const& set) {
    std::set<Culprit*> const culprits(of_rule.begin(), of_rule.end());
    if (culprits.size() * intervals_of(set) >= set.box_count()) {
      for_each_overlap(asked, set.boxes(),
                       [&](std::uint32_t i, std::uint32_t /*box*/, Box const& common) {
                         of_rule[i]->boxes.push_back(common);
                       });
      return;
    }
    std::map<Culprit*, std::vector<Box>> by_culprit;
    for (std::size_t i = 0; i < asked.size(); ++i) by_culprit[of_rule[i]].push_back(asked[i]);
    for (auto& [culprit, boxes] : by_culprit)
      culprit->set = culprit->set | (PacketSet(std::move(boxes)) & set);
  }

  // The fitting pieces, those first that come about where no rule of which nobody can tell matches:
  // trace goes that way first. Where the pieces are disjoint, all together.
  template <class Fits>
  static std::vector<std::vector<Piece const*>> by_plainness(LegDecision const& leg, bool apart,
                                                             Fits const& fits) {
    std::map<std::ptrdiff_t, std::vector<Piece const*>> ranks;
    for (auto const& piece : leg.pieces) {
      if (!fits(piece.fate)) continue;
      auto const taken = std::ranges::count_if(
          piece.assumed, [](Assumption const& one) { return one.holds == one.order.empty(); });
      ranks[apart ? taken : 0].push_back(&piece);
    }
    std::vector<std::vector<Piece const*>> lists;
    for (auto& [rank, list] : ranks) lists.push_back(std::move(list));
    return lists;
  }

  // What stops the packets in the less plain case is named beside what stops them in the plain one.
  static void add_rivals(std::map<Key, Culprit>& by_rule, std::vector<Piece const*> const& pieces) {
    constexpr std::size_t kMostRivals = 8;
    for (auto& [key, culprit] : by_rule)
      for (auto const* const piece : pieces) {
        if (culprit.rivals.size() == kMostRivals) break;
        if (piece->decider == std::get<Decider>(key) ||
            std::ranges::find(culprit.rivals, piece->decider) != culprit.rivals.end())
          continue;
        if (culprit.set.overlaps(piece->asked) ||
            std::ranges::any_of(culprit.boxes, [&](Box const& box) {
              return intersection(piece->asked, box).has_value();
            }))
          culprit.rivals.push_back(piece->decider);
      }
  }

  // Do rules see other addresses or ports by then than the client's packets have?
  bool is_translated(Piece const& piece) const {
    auto const as_asked = [&](Field field) {
      return piece.leaves_with(field) == Symbol::asked(field);
    };
    bool const same = as_asked(Field::saddr) && as_asked(Field::daddr);
    return !same || (has_ports(conversation_.l4proto) && !as_asked(Field::dport));
  }

  // Does a rule of the chain itself end it before its end, without a verdict?
  bool may_pass_by_end(ChainId chain) const {
    if (chain == kNoChain) return false;
    return std::ranges::any_of(device_.rules.chains[chain].rules, [](Rule const& rule) {
      return std::holds_alternative<Return>(rule.action) ||
             std::holds_alternative<Goto>(rule.action);
    });
  }

  // Priorities of the first hook: there connection tracking looks at packets (NF_IP_PRI_CONNTRACK),
  // there answers get the client's address back (NF_IP_PRI_NAT_DST).
  static constexpr std::int32_t kConntrack = -200;
  static constexpr std::int32_t kDestinationNat = -100;
  bool is_before(ChainId base, std::int32_t priority) const {
    auto const& chain = device_.rules.chains[base].base;
    if (!chain) return false;
    return chain->hook == Hook::ingress ||
           ((chain->hook == Hook::prerouting || chain->hook == Hook::output) &&
            chain->priority <= priority);
  }

  static void come_translated(LegDecision const& leg, Packet& answer) {
    if (leg.arrives_at) answer.set(Field::daddr, *leg.arrives_at);
    if (leg.arrives_at_port) answer.set(Field::dport, *leg.arrives_at_port);
  }

  // Which of the pieces have packets of the region.
  static std::vector<bool> pieces_over(LegDecision const& leg, PacketSet const& region) {
    std::vector<bool> touching(leg.pieces.size());
    if (leg.pieces.size() * region.products().size() <= leg.pieces.size() + region.box_count()) {
      for (std::size_t i = 0; i < leg.pieces.size(); ++i)
        touching[i] = region.overlaps(leg.pieces[i].asked);
      return touching;
    }
    std::vector<Box> asked;
    for (auto const& piece : leg.pieces) asked.push_back(piece.asked);
    for_each_overlap(asked, region.boxes(),
                     [&](std::uint32_t piece, std::uint32_t /*box*/, Box const& /*common*/) {
                       touching[piece] = true;
                     });
    return touching;
  }

  void add_open(std::size_t i, PacketSet const& region) {
    if (region.empty()) return;
    auto const& leg = legs_[i];
    auto const touching = pieces_over(leg, region);
    std::vector<Decider> rules;
    std::vector<std::string> words;
    bool budget = false;
    Shared<std::vector<std::string>> way;
    constexpr std::size_t kMostNamed = 8;
    auto const once = [](auto& list, auto const& item) {
      if (std::ranges::find(list, item) == list.end()) list.push_back(item);
    };
    auto const name_once = [&](Decider rule) {
      if (rules.size() < kMostNamed) once(rules, rule);
    };
    // Each piece assumes what those before it did: thousands of rules come to millions of these.
    std::set<std::tuple<Decider, std::uint32_t, std::optional<std::uint32_t>>> known;
    for (std::size_t k = 0; k < leg.pieces.size(); ++k) {
      if (!touching[k]) continue;
      auto const& piece = leg.pieces[k];
      budget = budget || piece.fate == Fate::budget;
      if (way->empty() && piece.fate != Fate::pass) way = names_.way(piece.way);
      if (piece.fate == Fate::unknown && piece.assumed.empty()) {
        if (piece.decider.chain != kNoChain) name_once(piece.decider);
        once(words, std::string(kUnseenByConntrack));
      }
      for (auto const& assumption : piece.assumed) {
        if (!known.emplace(assumption.rule, assumption.clause, assumption.atom).second) continue;
        name_once(assumption.rule);
        for (auto const chain : assumption.order) name_once({chain, Decider::kPolicy});
        once(words, words_of(device_.rules, conversation_.family, assumption));
      }
    }
    if (words.empty() && !budget) words.emplace_back(kUnseenByConntrack);
    result_.over_budget = result_.over_budget || budget;
    if (budget) words.emplace_back("the analysis ran into its budget");
    for (auto const& product : region.products()) {
      Part part = part_of(leg, product, Verdict::undecided);
      part.undecided_by = words;
      part.way = way;
      for (std::size_t k = 0; k < rules.size(); ++k) {
        if (k == 0) {
          part.rule = names_.rule(rules[k]);
        } else {
          part.also.push_back(names_.rule(rules[k]));
        }
      }
      if (rules.empty()) {
        part.rule = names_.rule({});
      }
      result_.parts.push_back(std::move(part));
    }
  }

  DeviceRules const& device_;
  RuleNames& names_;
  Conversation const& conversation_;
  std::vector<LegDecision> const& legs_;
  std::vector<Sides> sides_;
  Judgement result_;
};

}  // namespace

Judgement judge(DeviceRules const& device, RuleNames& names, Conversation const& conversation,
                std::vector<LegDecision> const& legs) {
  return judge(device, names, conversation, PacketSet(std::vector<Box>{conversation.asked}), legs);
}

Judgement judge(DeviceRules const& device, RuleNames& names, Conversation const& conversation,
                PacketSet region, std::vector<LegDecision> const& legs) {
  return Judge(device, names, conversation, legs).run(std::move(region));
}

std::string words_of(Ruleset const& rules, Family family, Assumption const& assumption) {
  if (!assumption.order.empty()) return order_text(rules, assumption.order);
  if (assumption.atom) return rules.atoms[*assumption.atom].text;
  Clause plain = rules.clauses[assumption.clause];
  plain.negated = false;
  return to_text(rules, plain, family);
}

Packet witness(Conversation const& conversation, LegDecision const& leg,
               BoxProduct const& product) {
  auto const first = [&](Field field) {
    return product.sides[dimension(field)].intervals().front().first;
  };
  auto const ordinary = [&](AddressSet const& set) {
    return ordinary_address(conversation.family, set);
  };
  auto const address = [&](Field field) { return ordinary(product.sides[dimension(field)]); };
  auto const& sports = product.sides[dimension(Field::sport)];
  auto const sport = likely_port(sports, product.sides[dimension(Field::dport)]);
  auto const source = conversation.source.kind == Symbol::Kind::own
                          ? ordinary(AddressSet(conversation.source.values))
                          : address(Field::saddr);
  bool const reply = leg.leg == Leg::reply;
  Packet packet;
  packet.set(Field::nfproto, nfproto_of(conversation.family));
  packet.set(Field::l4proto, conversation.l4proto);
  packet.set(reply ? Field::daddr : Field::saddr, source);
  packet.set(reply ? Field::saddr : Field::daddr, address(Field::daddr));
  if (has_ports(conversation.l4proto)) {
    packet.set(reply ? Field::dport : Field::sport, sport);
    packet.set(reply ? Field::sport : Field::dport, first(Field::dport));
  }
  if (conversation.l4proto == l4::tcp) packet.set(Field::tcp_flags, leg.tcp_flags);
  packet.set(Field::ct_state, static_cast<Bits128>(leg.state));
  if (leg.ct_mark.value_or(0) != 0) packet.set(Field::ct_mark, *leg.ct_mark);
  return packet;
}

}  // namespace safeconduct
