// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/trace.h"

#include <algorithm>
#include <cstdlib>

#include "engine/first_state.h"
#include "engine/walk.h"
#include "rules/text.h"
#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

// What a packet is unless the question says otherwise: whole, for this host, unmarked, between
// other hosts (or, at one end of its way, of this one).
Packet completed(DeviceRules const& device, TraceQuestion const& question) {
  Packet packet = question.packet;
  auto const otherwise = [&](Field field, Bits128 value) {
    if (!packet.at(field)) packet.set(field, value);
  };
  otherwise(Field::fragment, 0);
  otherwise(Field::mark, 0);
  otherwise(Field::pkttype, 0);
  auto const travel = travel_of(question.hook);
  auto const unicast = static_cast<Bits128>(AddressType::unicast);
  auto const local = static_cast<Bits128>(AddressType::local);
  otherwise(Field::src_type, travel == Travel::outgoing ? local : unicast);
  otherwise(Field::dst_type, travel == Travel::incoming ? local : unicast);
  if (auto const in = interface_index(device.rules, question.in)) packet.set(Field::iif, *in);
  if (auto const out = interface_index(device.rules, question.out)) packet.set(Field::oif, *out);
  return packet;
}

Connection connection_of(Packet const& packet) {
  Connection connection;
  auto const state = packet.at(Field::ct_state);
  connection.state = state ? static_cast<CtState>(*state) : first_state(packet);
  if (connection.state == CtState::established) connection.direction = std::nullopt;
  if (auto const direction = packet.at(Field::ct_direction))
    connection.direction = static_cast<CtDirection>(*direction);
  if (auto const mark = packet.at(Field::ct_mark))
    connection.mark = static_cast<std::uint32_t>(*mark);
  return connection;
}

bool stops(Fate fate) { return fate == Fate::drop || fate == Fate::reject; }

TraceVerdict verdict_of(Fate fate) {
  switch (fate) {
    case Fate::pass:
      return TraceVerdict::accept;
    case Fate::drop:
      return TraceVerdict::drop;
    case Fate::reject:
      return TraceVerdict::reject;
    case Fate::intercept:
      return TraceVerdict::intercept;
    case Fate::unknown:
    case Fate::budget:
      return TraceVerdict::undecided;
  }
  std::abort();  // not a Fate
}

// What of a packet is on the wire, and may be another when it leaves.
constexpr std::array kOnTheWire{Field::saddr, Field::daddr, Field::sport,
                                Field::dport, Field::ttl,   Field::dscp};

// Some kernels take UDP-Lite that they route for invalid (6.18, where it came by veth), others not.
bool is_tracked_or_not(Packet const& packet) {
  return packet.at(Field::l4proto) == Bits128{l4::udplite} && !packet.at(Field::ct_state);
}

TraceAnswer trace_either(DeviceRules const& device, TraceQuestion const& question,
                         RuleIndex const* index) {
  auto const in_state = [&](CtState state) {
    auto asked = question;
    asked.packet.set(Field::ct_state, static_cast<Bits128>(state));
    return trace(device, asked, index);
  };
  auto answer = in_state(CtState::new_);
  auto const otherwise = in_state(CtState::invalid);
  auto const leaves_with = [&](Field field) {
    return answer.leaving.range(field) == otherwise.leaving.range(field);
  };
  if (answer.verdict == otherwise.verdict && std::ranges::all_of(kOnTheWire, leaves_with))
    return answer;
  answer.verdict = TraceVerdict::undecided;
  answer.rewritten.reset();
  answer.undecided_by = {"whether connection tracking takes UDP-Lite for valid"};
  return answer;
}

// What a translation may change.
constexpr std::array kTranslated{Field::saddr, Field::daddr, Field::sport, Field::dport};

// The packet as it leaves, without what hangs on what is not known.
Packet common(std::vector<Walk> const& walks) {
  auto packet = walks.front().packet;
  for (auto const& walk : walks)
    for (std::size_t i = 0; i < kFieldCount; ++i)
      if (walk.packet.range(field_at(i)) != packet.range(field_at(i))) packet.forget(field_at(i));
  return packet;
}

}  // namespace

std::string_view name(TraceVerdict verdict) {
  switch (verdict) {
    case TraceVerdict::accept:
      return "accept";
    case TraceVerdict::drop:
      return "drop";
    case TraceVerdict::reject:
      return "reject";
    case TraceVerdict::intercept:
      return "intercept";
    case TraceVerdict::undecided:
      return "undecided";
  }
  std::abort();  // not a TraceVerdict
}

TraceAnswer trace(DeviceRules const& device, TraceQuestion const& question,
                  RuleIndex const* index) {
  if (is_tracked_or_not(question.packet)) return trace_either(device, question, index);
  TraceAnswer answer;
  auto const& rules = device.rules;
  auto const packet = completed(device, question);
  bool const ip6 = packet.at(Field::nfproto) == Bits128{nfproto::ip6};
  if (!(ip6 ? rules.reads_ip6 : rules.reads_ip4)) {
    answer.rule.device = device.name;
    answer.rule.nothing = true;
    answer.undecided_by = {ip6 ? "no IPv6 rules were given" : "no IPv4 rules were given"};
    return answer;
  }
  constexpr std::size_t kMostWalks = 512;
  auto const connection = connection_of(packet);
  answer.state = connection.state;
  auto const result = walks(rules, travel_of(question.hook), packet, connection, kMostWalks, index);
  auto const& first = result.all.front();
  bool const same = std::ranges::all_of(result.all, [&](Walk const& walk) {
    return walk.fate == first.fate || (stops(walk.fate) && stops(first.fate));
  });
  // Stopped in any case, but dropped or refused, or with which answer, hangs on what is not known.
  bool const alike = std::ranges::all_of(result.all, [&](Walk const& walk) {
    return walk.fate == first.fate && (walk.fate != Fate::reject || walk.with == first.with);
  });
  answer.rule = rule_ref(device, first.decider);
  answer.way = way_names(device, first.way);
  bool const decided = same && result.complete && first.fate != Fate::unknown;
  if (!decided || !alike)
    for (auto const& walk : result.all)
      for (auto const& words : walk.guessed)
        if (std::ranges::find(answer.undecided_by, words) == answer.undecided_by.end())
          answer.undecided_by.push_back(words);
  if (std::ranges::any_of(result.all, [](Walk const& w) { return w.fate == Fate::budget; }))
    answer.undecided_by.emplace_back("more rules than are followed: chains call each other");
  if (!decided) {
    auto const asks =
        std::ranges::find_if(result.all, [](Walk const& walk) { return !walk.guessed_at.empty(); });
    if (asks != result.all.end()) answer.rule = rule_ref(device, asks->guessed_at.front());
    return answer;
  }
  answer.verdict = verdict_of(first.fate);
  if (first.fate == Fate::drop) answer.how = {How::Kind::drop, {}};
  if (first.fate == Fate::reject) answer.how = {How::Kind::reject, first.with};
  answer.leaving = common(result.all);
  if (std::ranges::any_of(
          kTranslated, [&](Field field) { return answer.leaving.at(field) != packet.at(field); }))
    answer.rewritten = answer.leaving;
  if (first.fate == Fate::intercept)
    answer.rewritten_text =
        to_text(rules, rules.chains[first.decider.chain].rules[first.decider.rule].action);
  return answer;
}

Packet packet_after(TraceHop const& hop) {
  Packet packet = hop.question.packet;
  auto const& leaving = hop.answer.leaving;
  for (auto const field : kOnTheWire) packet.set_within(field, leaving.range(field));
  packet.set(Field::mark, 0);
  return packet;
}

}  // namespace safeconduct
