// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/converse.h"

#include <algorithm>
#include <span>
#include <utility>

#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

// Combinations of interfaces that are tried where they are not known; above, they stay unknown.
constexpr std::size_t kMostCrossings = 64;
constexpr std::size_t kMostWalks = 256;
constexpr std::uint32_t kSourceNatBit = 16;  // IPS_SRC_NAT
// Marks that count up do not end: behind so many changes any mark is taken to be possible.
constexpr std::size_t kMostChanges = 8;

struct Crossing {
  std::optional<std::uint32_t> enter;
  std::optional<std::uint32_t> leave;
};

std::vector<Crossing> crossings(DeviceRules const& device) {
  auto const choices = [&](std::string const& name) {
    std::vector<std::uint32_t> found;
    if (auto const known = interface_index(device.rules, name)) return std::vector{*known};
    auto const count = std::max<std::size_t>(1, device.rules.interfaces.size());
    for (std::uint32_t i = 0; i < count; ++i) found.push_back(i);
    return found;
  };
  auto const enter = choices(device.enter);
  auto const leave = choices(device.leave);
  if (enter.size() * leave.size() > kMostCrossings)
    return {
        {interface_index(device.rules, device.enter), interface_index(device.rules, device.leave)}};
  std::vector<Crossing> all;
  for (auto const in : enter)
    for (auto const out : leave) all.push_back({in, out});
  return all;
}

void put(Packet& packet, Field field, std::optional<Bits128> value) {
  if (value) {
    packet.set(field, *value);
  } else {
    packet.forget(field);
  }
}

std::optional<Bits128> known(ValueInterval values) {
  return values.first == values.last ? std::optional(values.first) : std::nullopt;
}

// The ICMP type that answers a query (RFC 792, RFC 4443); of other types, no answer is known.
std::optional<Bits128> answering_type(Request const& request) {
  if (request.protocol == l4::icmp && request.icmp_type == 8) return 0;       // echo
  if (request.protocol == l4::icmp && request.icmp_type == 13) return 14;     // timestamp
  if (request.protocol == l4::icmp6 && request.icmp_type == 128) return 129;  // echo
  return std::nullopt;
}

// What a request that passed leaves behind.
struct Trail {
  bool untracked = false;
  bool unanswered = false;  // connection tracking does not see the replies
  std::optional<Bits128> ct_mark;
  std::optional<Bits128> ct_status;
  ValueInterval source;
  ValueInterval source_port;
  bool operator==(Trail const&) const = default;
};

using Trails = std::vector<Trail>;

// What the packets of a leg leave on their connections.
struct Left {
  Trails trails;
  bool changed = false;  // some leave another mark than they met
};

class Talk {
 public:
  Talk(DeviceRules const& device, Request const& request, Hook hook)
      : rules_(device.rules),
        request_(request),
        travel_(travel_of(hook)),
        crossings_(crossings(device)) {}

  std::vector<WalkedLeg> run() {
    begin();
    if (trails_.empty()) return std::move(legs_);
    if (auto marked = reply(trails_)) {
      later(std::move(marked));
    } else {
      followed_.push_back(trails_);
      later(later_request(trails_));
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

  WalkedLeg error(IcmpError error) {
    begin();
    WalkedLeg walked;
    walked.leg = Leg::reply;
    for (auto const& crossing : crossings_)
      for (auto const& trail : trails_) {
        Asked question{packet(Leg::reply, 0, crossing), {}, reverse(travel_)};
        continue_connection(question, Leg::reply, 0, trail);
        // Of what nobody remembers, an error is no part either.
        question.connection.state = trail.untracked ? CtState::invalid : CtState::related;
        std::erase_if(question.connection.at_destination_nat,
                      [](auto const& rewrite) { return rewrite.field == Field::dport; });
        auto& sent = question.packet;
        for (auto const field : {Field::sport, Field::dport, Field::tcp_flags}) sent.forget(field);
        sent.set(Field::l4proto, request_.family == Family::ip4 ? l4::icmp : l4::icmp6);
        sent.set(Field::icmp_type, error.type);
        sent.set(Field::icmp_code, error.code);
        ask(walked, std::move(question));
      }
    return walked;
  }

 private:
  using Marked = std::optional<Trails>;  // nullopt: no mark was changed

  Marked reply(Trails const& trails) { return follow_all(Leg::reply, kServerSegments, trails); }

  Marked later_request(Trails const& trails) {
    Trails answered;
    for (auto const& trail : trails) {
      bool const known = !trail.untracked;
      if (!known || answers_tracked_ || !answers_untracked_) answered.push_back(trail);
      if (!known || !answers_untracked_) continue;
      answered.push_back(trail);
      answered.back().unanswered = true;
    }
    return follow_all(Leg::later_request, kClientSegments, answered);
  }

  template <class Segments>
  Marked follow_all(Leg leg, Segments const& segments, Trails const& trails) {
    bool const tcp = request_.protocol == l4::tcp;
    bool const by_flags = tcp && (asks_for(rules_, Field::tcp_flags) ||
                                  std::ranges::any_of(trails, &Trail::untracked));
    Left left;
    for (auto const flags : segments) {
      follow(leg, tcp ? flags : 0, trails, left);
      if (!by_flags) break;
    }
    if (!left.changed) return std::nullopt;
    return std::move(left.trails);
  }

  // With the marks that the packets before left on the connection, packets in both directions are
  // followed once more.
  void later(Marked marked) {
    if (!marked || is_followed(*marked) || to_follow_.size() > kMostChanges) return;
    if (to_follow_.size() == kMostChanges)
      for (auto& trail : *marked) trail.ct_mark.reset();
    to_follow_.push_back(*std::move(marked));
  }

  bool is_followed(Trails const& trails) const {
    return std::ranges::all_of(trails, [&](Trail const& trail) {
      return std::ranges::any_of(followed_, [&](Trails const& before) {
        return std::ranges::find(before, trail) != before.end();
      });
    });
  }

  void begin() {
    WalkedLeg first;
    first.tcp_flags = request_.protocol == l4::tcp ? tcp_flag::syn : 0;
    for (auto const& crossing : crossings_)
      ask(first, {packet(Leg::request, first.tcp_flags, crossing), {}, travel_});
    keep_trails(first);
    legs_.push_back(std::move(first));
  }

  void ask(WalkedLeg& leg, Asked question) {
    auto result = walks(rules_, question.travel, question.packet, question.connection, kMostWalks);
    leg.complete = leg.complete && result.complete;
    std::ranges::move(result.all, std::back_inserter(leg.walks));
    leg.asked.push_back(std::move(question));
  }

  void keep_trails(WalkedLeg const& leg) {
    for (auto const& walk : leg.walks) {
      if (walk.fate != Fate::pass) continue;
      keep(trails_,
           {walk.untracked, false, walk.packet.at(Field::ct_mark), walk.packet.at(Field::ct_status),
            walk.packet.range(Field::saddr), walk.packet.range(Field::sport)});
    }
  }

  Packet packet(Leg leg, std::uint32_t flags, Crossing const& crossing) const {
    bool const reply = leg == Leg::reply;
    Packet packet;
    packet.set(Field::nfproto, nfproto_of(request_.family));
    packet.set(Field::l4proto, request_.protocol);
    packet.set_within(reply ? Field::daddr : Field::saddr, request_.source);
    packet.set(reply ? Field::saddr : Field::daddr, request_.destination);
    if (has_ports(request_.protocol)) {
      packet.set_within(reply ? Field::dport : Field::sport, request_.source_port);
      packet.set(reply ? Field::sport : Field::dport, request_.destination_port);
    }
    if (is_icmp(request_.protocol)) {
      auto const type = reply ? answering_type(request_) : std::optional(request_.icmp_type);
      put(packet, Field::icmp_type, type);
      put(packet, Field::icmp_code,
          !reply ? std::optional(request_.icmp_code)
          : type ? std::optional<Bits128>(0)
                 : type);
    }
    if (request_.protocol == l4::tcp) packet.set(Field::tcp_flags, flags);
    packet.set(Field::fragment, 0);
    packet.set(Field::mark, 0);
    packet.set(Field::pkttype, 0);
    put(packet, Field::iif, reply ? crossing.leave : crossing.enter);
    put(packet, Field::oif, reply ? crossing.enter : crossing.leave);
    auto const travel = reply ? reverse(travel_) : travel_;
    auto const unicast = static_cast<Bits128>(AddressType::unicast);
    auto const local = static_cast<Bits128>(AddressType::local);
    packet.set(Field::src_type, travel == Travel::outgoing ? local : unicast);
    packet.set(Field::dst_type, travel == Travel::incoming ? local : unicast);
    return packet;
  }

  void follow(Leg leg, std::uint32_t flags, Trails const& trails, Left& left) {
    WalkedLeg walked;
    walked.leg = leg;
    walked.tcp_flags = flags;
    // An interface that is not known may be another one on the way back: routes need not agree.
    for (auto const& crossing : crossings_)
      for (auto const& trail : trails) {
        Asked question{packet(leg, flags, crossing), {}, travel_};
        if (leg == Leg::reply) question.travel = reverse(travel_);
        continue_connection(question, leg, flags, trail);
        auto const before = walked.walks.size();
        ask(walked, std::move(question));
        for (auto const& walk : std::span(walked.walks).subspan(before)) {
          if (walk.fate != Fate::pass) continue;
          if (leg == Leg::reply && !trail.untracked)  // does connection tracking see the answer?
            (walk.untracked ? answers_untracked_ : answers_tracked_) = true;
          auto const after = left_by(walk, trail);
          left.changed = left.changed || after.ct_mark != trail.ct_mark;
          keep(left.trails, after);
        }
      }
    legs_.push_back(std::move(walked));
  }

  static Trail left_by(Walk const& walk, Trail trail) {
    trail.unanswered = false;
    if (!trail.untracked && !walk.untracked) trail.ct_mark = walk.packet.at(Field::ct_mark);
    return trail;
  }

  static void keep(Trails& trails, Trail const& trail) {
    if (std::ranges::find(trails, trail) == trails.end()) trails.push_back(trail);
  }

  void continue_connection(Asked& question, Leg leg, std::uint32_t flags,
                           Trail const& trail) const {
    bool const reply = leg == Leg::reply;
    auto& connection = question.connection;
    if (trail.untracked) {
      connection.state = state_of_stranger(request_.protocol, leg, flags);
      connection.known_by_source = true;
      return;
    }
    auto const narrow = [](std::optional<Bits128> value) -> std::optional<std::uint32_t> {
      if (!value) return std::nullopt;
      return static_cast<std::uint32_t>(*value);
    };
    connection.state =
        !reply && trail.unanswered ? state_unanswered(request_.protocol) : CtState::established;
    connection.direction = reply ? CtDirection::reply : CtDirection::original;
    connection.mark = narrow(trail.ct_mark);
    connection.status = narrow(trail.ct_status);
    auto& original = connection.original.emplace();
    original[0] = known(request_.source);
    original[1] = request_.destination;
    if (has_ports(request_.protocol)) {
      original[2] = known(request_.source_port);
      original[3] = request_.destination_port;
    }
    // The source may have come out as it was: what is said of the addresses then holds as well.
    bool const translated =
        !connection.status || (*connection.status & kSourceNatBit) != 0 ||
        trail.source != request_.source ||
        (has_ports(request_.protocol) && trail.source_port != request_.source_port);
    if (!translated || travel_ == Travel::incoming) return;
    if (!reply) {
      connection.at_source_nat = {{Field::saddr, trail.source},
                                  {Field::sport, trail.source_port},
                                  {Field::src_type, {0, info(Field::src_type).max}}};
      return;
    }
    // It comes to the translated address, and gets the client's back where destinations are
    // translated.
    question.packet.set_within(Field::daddr, trail.source);
    if (has_ports(request_.protocol)) question.packet.set_within(Field::dport, trail.source_port);
    question.packet.forget(Field::dst_type);
    auto const unicast = static_cast<Bits128>(AddressType::unicast);
    connection.at_destination_nat = {{Field::daddr, request_.source},
                                     {Field::dst_type, {unicast, unicast}}};
    if (has_ports(request_.protocol))
      connection.at_destination_nat.push_back({Field::dport, request_.source_port});
  }

  Ruleset const& rules_;
  Request const& request_;
  Travel travel_;
  std::vector<Crossing> crossings_;
  Trails trails_;  // as the first packet left them
  std::vector<Trails> to_follow_;
  std::vector<Trails> followed_;
  std::vector<WalkedLeg> legs_;
  bool answers_tracked_ = false;
  bool answers_untracked_ = false;
};

enum class End : std::uint8_t { passes, stops, diverted, open };

End end_of(WalkedLeg const& leg) {
  auto const all = [&](auto const& test) { return std::ranges::all_of(leg.walks, test); };
  if (!leg.complete) return End::open;
  if (all([](Walk const& w) { return w.fate == Fate::pass; })) return End::passes;
  if (all([](Walk const& w) { return w.fate == Fate::drop || w.fate == Fate::reject; }))
    return End::stops;
  if (all([](Walk const& w) { return w.fate == Fate::intercept; })) return End::diverted;
  return End::open;
}

bool has_untold(WalkedLeg const& leg) {
  return !leg.complete || std::ranges::any_of(leg.walks, [](Walk const& walk) {
    return walk.fate == Fate::unknown || walk.fate == Fate::budget;
  });
}

}  // namespace

std::vector<WalkedLeg> converse(DeviceRules const& device, Request const& request, Hook hook) {
  return Talk(device, request, hook).run();
}

WalkedLeg error_about(DeviceRules const& device, Request const& request, Hook hook,
                      IcmpError error) {
  return Talk(device, request, hook).error(error);
}

WalkedVerdict verdict_of(std::vector<WalkedLeg> const& legs) {
  WalkedLeg const* open = nullptr;
  bool untold = false;  // what packets so far left on their connection, nobody can tell
  for (auto const& leg : legs) {
    auto const end = untold ? End::open : end_of(leg);
    untold = untold || has_untold(leg);
    switch (end) {
      case End::stops:
        return {Verdict::blocked, &leg};
      case End::diverted:
        return {Verdict::intercepted, &leg};
      case End::open:
        if (open == nullptr) open = &leg;
        break;
      case End::passes:
        break;
    }
  }
  if (open != nullptr) return {Verdict::undecided, open};
  return {Verdict::allowed, &legs.front()};
}

std::vector<Request> requests_after(Request const& request, std::vector<WalkedLeg> const& legs) {
  std::vector<Request> after;
  for (auto const& walk : legs.front().walks) {
    if (walk.fate != Fate::pass) continue;
    Request next = request;
    next.source = walk.packet.range(Field::saddr);
    next.source_port = walk.packet.range(Field::sport);
    if (std::ranges::find(after, next) == after.end()) after.push_back(next);
  }
  return after;
}

}  // namespace safeconduct
