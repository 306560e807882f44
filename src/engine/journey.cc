// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journey.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tuple>
#include <utility>

#include "engine/effects.h"
#include "engine/trails.h"
#include "packet/box_join.h"

namespace safeconduct {
namespace {

constexpr std::uint32_t kSyn = tcp_flag::syn;
// Above this many pieces the legs that follow are decided over the whole flow at once, and what did
// not pass before is taken out of the answer.
constexpr std::size_t kFewBoxes = 32;
// Pairs of boxes that passed and pieces of a later leg, at most, that are told apart where all
// requests leave one trail, so that this may be left to whoever takes out what did not pass; and
// where they leave several, so that beyond it nothing is known.
constexpr std::size_t kMostOfOneTrail = 50'000;
constexpr std::size_t kMostOfSeveral = 4'000'000;
bool is_too_uncertain(LegDecision const& leg) {
  return !leg.certain && leg.pieces.size() > kMostUncertain;
}

// What was not looked at any more.
Piece not_looked_at(Conversation const& c) {
  Piece piece;
  piece.asked = c.asked;
  piece.fate = Fate::budget;
  piece.view = std::make_shared<View const>();
  return piece;
}

Symbol interface_symbol(Ruleset const& rules, std::optional<std::uint32_t> id) {
  if (id) return Symbol::fixed(*id);
  return Symbol::within({0, rules.interfaces.empty() ? 0 : rules.interfaces.size() - 1});
}

// The ICMP type that answers a query (RFC 792, RFC 4443); of other types, no answer is known.
Symbol answering_type(Conversation const& c) {
  auto const type = c.asked.at(Field::icmp_type);
  if (type.first == type.last) {
    if (c.l4proto == l4::icmp && type.first == 8) return Symbol::fixed(0);       // echo
    if (c.l4proto == l4::icmp && type.first == 13) return Symbol::fixed(14);     // timestamp
    if (c.l4proto == l4::icmp6 && type.first == 128) return Symbol::fixed(129);  // echo
  }
  return Symbol::any(Field::icmp_type);
}

View packets(Ruleset const& rules, Conversation const& c, bool reply) {
  View view;
  for (std::size_t i = 0; i < kFieldCount; ++i) view[i] = Symbol::any(field_at(i));
  auto const set = [&](Field field, Symbol symbol) { view[index(field)] = symbol; };
  set(Field::nfproto, Symbol::fixed(nfproto_of(c.family)));
  set(Field::l4proto, Symbol::fixed(c.l4proto));
  set(reply ? Field::daddr : Field::saddr, c.source);
  set(reply ? Field::saddr : Field::daddr, Symbol::asked(Field::daddr));
  if (has_ports(c.l4proto)) {
    set(reply ? Field::dport : Field::sport, c.source_port);
    set(reply ? Field::sport : Field::dport, Symbol::asked(Field::dport));
  }
  if (reply) {
    set(Field::icmp_type, answering_type(c));
    if (view[index(Field::icmp_type)] != Symbol::any(Field::icmp_type))
      set(Field::icmp_code, Symbol::fixed(0));
  } else {
    set(Field::icmp_type, Symbol::asked(Field::icmp_type));
    set(Field::icmp_code, Symbol::asked(Field::icmp_code));
  }
  set(Field::fragment, Symbol::fixed(0));
  set(Field::mark, Symbol::fixed(0));
  set(Field::pkttype, Symbol::fixed(0));
  set(Field::iif, interface_symbol(rules, reply ? c.leave : c.enter));
  set(Field::oif, interface_symbol(rules, reply ? c.enter : c.leave));
  // Forwarded packets come from and go to other hosts; on the way of a host's own packets one end
  // is the host.
  auto const unicast = Symbol::fixed(static_cast<Bits128>(AddressType::unicast));
  auto const local = Symbol::fixed(static_cast<Bits128>(AddressType::local));
  auto const travel = reply ? reverse(c.travel) : c.travel;
  set(Field::src_type, travel == Travel::outgoing ? local : unicast);
  set(Field::dst_type, travel == Travel::incoming ? local : unicast);
  return view;
}

PacketRegion region_of(Ruleset const& rules, Conversation const& c, Leg leg, std::uint32_t flags) {
  bool const reply = leg == Leg::reply;
  PacketRegion region;
  region.asked = c.asked;
  region.view = packets(rules, c, reply);
  if (c.l4proto == l4::tcp) region.view[index(Field::tcp_flags)] = Symbol::fixed(flags);
  region.travel = reply ? reverse(c.travel) : c.travel;
  region.family = c.family;
  return region;
}

std::uint32_t flags_of_request(Conversation const& c) { return c.l4proto == l4::tcp ? kSyn : 0; }

// Was its source translated? That it came out as it was is possible, too: then the kernel has no
// source translation to undo, and what is said below of the addresses holds as well.
bool may_be_translated(Conversation const& c, Trail const& trail) {
  auto const& status = trail.ct_status;
  bool const noted =
      status.kind == Symbol::Kind::own &&
      (!is_fixed(status) || (status.values.first & status_bit(NatKind::source)) != 0);
  return noted || trail.saddr != c.source || (has_ports(c.l4proto) && trail.sport != c.source_port);
}

// The connection that the request made, as its further packets meet it.
void continue_connection(PacketRegion& region, Conversation const& c, Leg leg, std::uint32_t flags,
                         Trail const& trail) {
  bool const reply = leg == Leg::reply;
  if (trail.untracked) {
    region.state = state_of_stranger(c.l4proto, leg, flags);
    region.known_by_source = true;
    return;
  }
  region.state = !reply && trail.unanswered ? state_unanswered(c.l4proto) : CtState::established;
  region.ct_direction = Symbol::fixed(reply ? 1 : 0);
  region.ct_mark = trail.ct_mark.kind == Symbol::Kind::absent ? Symbol::fixed(0) : trail.ct_mark;
  region.ct_status = trail.ct_status.kind == Symbol::Kind::own ? trail.ct_status : Symbol::fixed(0);
  bool const ports = has_ports(c.l4proto);
  region.ct_original = {
      c.source, Symbol::asked(Field::daddr),
      ports ? c.source_port : Symbol::any(Field::ct_original_sport),
      ports ? Symbol::asked(Field::dport) : Symbol::any(Field::ct_original_dport)};
  if (!may_be_translated(c, trail) || c.travel == Travel::incoming) return;
  if (reply) {
    // It comes to the translated address, and gets the client's back where destinations are
    // translated.
    region.view[index(Field::daddr)] = trail.saddr;
    region.view[index(Field::dport)] = trail.sport;
    region.view[index(Field::dst_type)] = Symbol::any(Field::dst_type);
    region.at_destination_nat = {
        {Field::daddr, c.source},
        {Field::dport, c.source_port},
        {Field::dst_type, Symbol::fixed(static_cast<Bits128>(AddressType::unicast))}};
  } else {
    region.at_source_nat = {{Field::saddr, trail.saddr},
                            {Field::sport, trail.sport},
                            {Field::src_type, Symbol::any(Field::src_type)}};
  }
}

}  // namespace

void restrict_to(std::vector<Box> const& boxes, std::vector<Piece>& pieces) {
  std::vector<Box> asked;
  for (auto const& piece : pieces) asked.push_back(piece.asked);
  std::vector<std::tuple<std::uint32_t, std::uint32_t, Box>> shared;
  for_each_overlap(asked, boxes, [&](std::uint32_t piece, std::uint32_t box, Box const& common) {
    shared.emplace_back(piece, box, common);
  });
  std::ranges::sort(shared, {},
                    [](auto const& one) { return std::pair(std::get<0>(one), std::get<1>(one)); });
  std::vector<Piece> kept;
  for (auto const& [piece, box, common] : shared) {
    kept.push_back(pieces[piece]);
    kept.back().asked = common;
  }
  pieces = std::move(kept);
}

namespace {

// Does any of the rules ask for the mark of a packet's connection?
bool reads_connection_marks(Ruleset const& rules) {
  return (rules.unread_marks >> index(Field::ct_mark) & 1U) == 0;
}

// What the packets of a leg leave on their connection for those that come after.
struct Left {
  Trails requests;
  bool changed = false;  // some leave another mark than they met

  void add(Trail trail, Piece const& piece, Symbol const& met) {
    trail.unanswered = false;
    auto const mark = piece.leaves_with(Field::ct_mark);
    if (!trail.untracked && !piece.untracked && mark != met) {
      trail.ct_mark = mark;
      changed = true;
    }
    requests.add(trail, piece);
  }
};

std::optional<std::uint32_t> fixed_mark(PacketRegion const& region) {
  if (!is_fixed(region.ct_mark)) return std::nullopt;
  return static_cast<std::uint32_t>(region.ct_mark.values.first);
}

std::optional<Bits128> fixed_value(PacketRegion const& region, Field field) {
  auto const& symbol = region.view[index(field)];
  if (!is_fixed(symbol)) return std::nullopt;
  return symbol.values.first;
}

// Within what is left of a conversation's budget.
Decision spend(Ruleset const& rules, PacketRegion const& region, Budget& left, Focus const* focus) {
  auto decision = decide(rules, region, left, focus);
  left.rule_visits -= std::min(left.rule_visits, decision.rule_visits);
  return decision;
}

// A further leg over the requests that passed.
LegDecision follow(Ruleset const& rules, Conversation const& c, Leg leg, std::uint32_t flags,
                   std::vector<Answered> const& requests, Budget& budget, Focus const* focus,
                   Left* left) {
  LegDecision result;
  result.leg = leg;
  result.tcp_flags = flags;
  bool const in_doubt = overlap(requests);
  result.certain = !in_doubt;
  for (auto const& request : requests) {
    if (is_too_uncertain(result)) {
      result.pieces.push_back(not_looked_at(c));
      break;
    }
    PacketRegion region = region_of(rules, c, leg, flags);
    continue_connection(region, c, leg, flags, request.trail);
    result.state = region.state;
    bool const first = &request == &requests.front();
    auto const note = [&](auto& place, auto const& now) {
      if (first) place = now;
      if (place != now) place.reset();
    };
    note(result.ct_mark, fixed_mark(region));
    if (leg == Leg::reply) {
      note(result.arrives_at, fixed_value(region, Field::daddr));
      note(result.arrives_at_port, fixed_value(region, Field::dport));
    }
    bool const each = request.boxes.size() <= kFewBoxes;
    for (auto const& box : each ? request.boxes : std::vector<Box>{c.asked}) {
      region.asked = box;
      auto decision = spend(rules, region, budget, focus);
      bool const one_trail = requests.size() == 1;
      bool const many = request.boxes.size() * decision.pieces.size() >
                        (one_trail ? kMostOfOneTrail : kMostOfSeveral);
      if (!each && many && !one_trail) {
        decision.pieces = {not_looked_at(c)};
        decision.certain = false;
      }
      if (!each && !many) restrict_to(request.boxes, decision.pieces);
      result.certain = result.certain && decision.certain;
      if (in_doubt)
        for (auto& piece : decision.pieces)
          piece.assumed.insert(piece.assumed.begin(), request.assumed.begin(),
                               request.assumed.end());
      result.sieve_left = result.sieve_left || decision.sieve_left;
      for (auto const& piece : decision.pieces) {
        if (piece.fate != Fate::pass) continue;
        if (!request.trail.untracked) (piece.untracked ? result.untracked : result.tracked) = true;
        if (left != nullptr) left->add(request.trail, piece, region.ct_mark);
      }
      std::ranges::move(decision.pieces, std::back_inserter(result.pieces));
    }
  }
  return result;
}

// The further legs over what passed. Those that share a conversation share what is said of it.
// Where rules read the connection's mark and its packets change it, packets in either direction are
// followed with each mark that they can meet.
class Further {
 public:
  Further(Ruleset const& rules, Conversation const& c, Budget& budget, Focus const* focus,
          std::vector<Answered> requests)
      : rules_(rules), c_(c), budget_(budget), focus_(focus), requests_(std::move(requests)) {
    bool const tcp = c.l4proto == l4::tcp;
    bool const strangers = std::ranges::any_of(
        requests_, [](Answered const& request) { return request.trail.untracked; });
    by_flags_ = tcp && (strangers || asks_for(rules, Field::tcp_flags));
    reads_marks_ = reads_connection_marks(rules);
  }

  std::vector<LegDecision> run() && {
    if (auto marked = reply(requests_)) {
      later(std::move(marked));
    } else {
      followed_.push_back(requests_);
      later(later_request(requests_));
    }
    for (std::size_t i = 0; i < to_follow_.size(); ++i) {
      auto const met = to_follow_[i];  // a copy: more are added
      if (is_followed(met)) continue;
      followed_.push_back(met);
      later(reply(met));
      later(later_request(met));
    }
    return std::move(legs_);
  }

 private:
  // Marks that count up do not end: behind so many changes any mark is taken to be possible.
  static constexpr std::size_t kMostChanges = 8;

  using Marked = std::optional<std::vector<Answered>>;  // nullopt: no mark was changed

  Marked reply(std::vector<Answered> const& requests) {
    return follow_all(Leg::reply, kServerSegments, requests);
  }

  Marked later_request(std::vector<Answered> const& requests) {
    bool const tracked = std::ranges::any_of(legs_, &LegDecision::tracked);
    bool const untracked = std::ranges::any_of(legs_, &LegDecision::untracked);
    std::vector<Answered> answered;
    for (auto const& request : requests) {
      bool const known = !request.trail.untracked;
      if (!known || tracked || !untracked) answered.push_back(request);
      if (!known || !untracked) continue;
      answered.push_back(request);
      answered.back().trail.unanswered = true;
    }
    return follow_all(Leg::later_request, kClientSegments, answered);
  }

  template <class Segments>
  Marked follow_all(Leg leg, Segments const& segments, std::vector<Answered> const& requests) {
    Left left;
    for (auto const flags : segments) {
      legs_.push_back(follow(rules_, c_, leg, c_.l4proto == l4::tcp ? flags : 0, requests, budget_,
                             focus_, reads_marks_ ? &left : nullptr));
      if (!by_flags_) break;
    }
    if (!left.changed) return std::nullopt;
    return std::move(left.requests).take();
  }

  void later(Marked marked) {
    if (!marked || is_followed(*marked) || to_follow_.size() > kMostChanges) return;
    if (to_follow_.size() == kMostChanges)
      for (auto& request : *marked)
        if (!request.trail.untracked) request.trail.ct_mark = Symbol::any(Field::ct_mark);
    to_follow_.push_back(*std::move(marked));
  }

  bool is_followed(std::vector<Answered> const& requests) const {
    return std::ranges::all_of(requests, [&](Answered const& request) {
      PacketSet rest(request.boxes);
      for (auto const& before : followed_)
        for (auto const& same : before)
          if (same.trail == request.trail) rest = rest - PacketSet(same.boxes);
      return rest.empty();
    });
  }

  Ruleset const& rules_;
  Conversation const& c_;
  Budget& budget_;
  Focus const* focus_;
  std::vector<Answered> requests_;  // as the first packet left them
  bool by_flags_ = false;
  bool reads_marks_ = false;
  std::vector<std::vector<Answered>> to_follow_;
  std::vector<std::vector<Answered>> followed_;
  std::vector<LegDecision> legs_;
};

LegDecision first_leg(Ruleset const& rules, Conversation const& c, Budget& budget,
                      Focus const* focus) {
  LegDecision request;
  request.tcp_flags = flags_of_request(c);
  auto decision = spend(rules, region_of(rules, c, Leg::request, request.tcp_flags), budget, focus);
  request.pieces = std::move(decision.pieces);
  request.certain = decision.certain;
  request.sieve_left = decision.sieve_left;
  return request;
}

std::vector<Answered> passed_requests(LegDecision const& request) {
  Trails trails;
  for (auto const& piece : request.pieces)
    if (piece.fate == Fate::pass) trails.add(trail_of(piece), piece);
  return std::move(trails).take();
}

}  // namespace

CtState state_of_stranger(std::uint32_t l4proto, Leg leg, std::uint32_t tcp_flags) {
  if (leg != Leg::reply) return CtState::new_;
  switch (l4proto) {
    case l4::tcp:
      return (tcp_flags & tcp_flag::syn) != 0 ? CtState::invalid : CtState::new_;
    case l4::sctp:
    case l4::dccp:
    case l4::icmp:
    case l4::icmp6:
      return CtState::invalid;
    default:
      return CtState::new_;
  }
}

CtState state_unanswered(std::uint32_t l4proto) {
  bool const counts = l4proto == l4::tcp || l4proto == l4::sctp || l4proto == l4::dccp;
  return counts ? CtState::invalid : CtState::new_;
}

std::string_view name(Leg leg) {
  switch (leg) {
    case Leg::request:
      return "request";
    case Leg::reply:
      return "reply";
    case Leg::later_request:
      return "later-request";
  }
  std::abort();  // not a Leg
}

LegDecision request_leg(Ruleset const& rules, Conversation const& c, Budget const& budget,
                        Focus const* focus) {
  auto left = budget;
  return first_leg(rules, c, left, focus);
}

Passing requests_pass(Ruleset const& rules, Conversation const& c, Budget const& budget,
                      Focus const* focus) {
  return passes(rules, region_of(rules, c, Leg::request, flags_of_request(c)), budget, focus);
}

std::vector<LegDecision> journey(Ruleset const& rules, Conversation const& c, Budget budget,
                                 Focus const* focus) {
  std::vector<LegDecision> legs{first_leg(rules, c, budget, focus)};

  if (is_too_uncertain(legs.front())) {
    legs.front().pieces.push_back(not_looked_at(c));
    return legs;
  }
  auto requests = passed_requests(legs.front());
  if (requests.empty()) return legs;
  std::ranges::move(Further(rules, c, budget, focus, std::move(requests)).run(),
                    std::back_inserter(legs));
  return legs;
}

}  // namespace safeconduct
