// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A required flow is a conversation: the client's first packet, what the service answers, and what
// the client sends then. Each leg is decided by itself, over what the legs before it let pass, with
// what they left behind: connection state, marks, address translation.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/decide.h"

namespace safeconduct {

// The half of a conversation that a packet belongs to: the first packet of the client, what the
// service answers, and the further ones of the client.
enum class Leg : std::uint8_t { request, reply, later_request };
std::string_view name(Leg leg);  // "request", "reply", "later-request"

// The segments that a working TCP connection needs from either side. Resets are not among them: a
// connection works without.
inline constexpr std::array kServerSegments{tcp_flag::syn | tcp_flag::ack, tcp_flag::ack,
                                            tcp_flag::psh | tcp_flag::ack,
                                            tcp_flag::fin | tcp_flag::ack};
inline constexpr std::array kClientSegments{tcp_flag::ack, tcp_flag::psh | tcp_flag::ack,
                                            tcp_flag::fin | tcp_flag::ack};

struct Conversation {
  Family family = Family::ip4;
  std::uint32_t l4proto = 0;
  Box asked = Box::all();  // of the request
  Travel travel = Travel::forwarded;
  // Indices into Ruleset::interfaces; nullopt: not known.
  std::optional<std::uint32_t> enter;
  std::optional<std::uint32_t> leave;
  // The source as it arrives here: the client's, or what a device before this one made of it.
  Symbol source = Symbol::asked(Field::saddr);
  Symbol source_port = Symbol::asked(Field::sport);
};

// What connection tracking says of a packet of a conversation whose request it has not seen: it
// takes up TCP in its middle from a bare ACK (nf_conntrack_tcp_loose), SCTP, DCCP and ICMP answers
// never.
CtState state_of_stranger(std::uint32_t l4proto, Leg leg, std::uint32_t tcp_flags);
// ... and of the client's further packets where it saw the request and not the answer.
CtState state_unanswered(std::uint32_t l4proto);

// One leg: every packet of it must pass. TCP legs are several, one for each kind of segment, where
// rules ask for flags.
struct LegDecision {
  Leg leg = Leg::request;
  std::uint32_t tcp_flags = 0;  // of the segments, for a witness
  CtState state = CtState::new_;
  std::optional<std::uint32_t> ct_mark = 0;  // nullopt: one or another, or not known
  // Of answers to a translated request: the address and port that they come to, where these are
  // one and known.
  std::optional<Bits128> arrives_at;
  std::optional<Bits128> arrives_at_port;
  std::vector<Piece> pieces;
  bool certain = true;
  bool sieve_left = false;  // see Decision
  // Of connections that are tracked since their first packet, some packets pass and ...
  bool tracked = false;    // ... are seen by connection tracking
  bool untracked = false;  // ... are not
};

// Of a whole conversation: some seconds, whatever the rules.
inline constexpr Budget kConversationBudget{100'000'000, 200'000};

// The request first; the other legs cover only what passed before. Of the budget, the rules looked
// at are those of all legs together.
std::vector<LegDecision> journey(Ruleset const& rules, Conversation const& conversation,
                                 Budget budget = kConversationBudget, Focus const* focus = nullptr);

// The first leg alone.
LegDecision request_leg(Ruleset const& rules, Conversation const& conversation,
                        Budget const& budget = {}, Focus const* focus = nullptr);

// Of the legs of a conversation, those of the first packet and of its first answer: where both
// arrive, packets were exchanged, whatever becomes of later ones.
template <class LegOfSomeKind>
void keep_first_exchange(std::vector<LegOfSomeKind>& legs) {
  bool answered = false;
  std::erase_if(legs, [&](LegOfSomeKind const& one) {
    if (one.leg == Leg::request) return false;
    bool const first = one.leg == Leg::reply && !answered;
    answered = answered || first;
    return !first;
  });
}

// What of the pieces lies within the boxes, which are disjoint.
void restrict_to(std::vector<Box> const& boxes, std::vector<Piece>& pieces);

// Do any of the requests pass? See passes() of decide.h.
Passing requests_pass(Ruleset const& rules, Conversation const& conversation,
                      Budget const& budget = {}, Focus const* focus = nullptr);

}  // namespace safeconduct
