// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journey.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/agree.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

Rules filter() {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  return rules;
}

// From the clients of 10.0.0.0/8 to a service of one address.
Conversation conversation(std::uint32_t l4proto, std::uint32_t port) {
  Conversation c;
  c.l4proto = l4proto;
  c.enter = 0;
  c.leave = 0;
  c.asked.at(Field::saddr) = interval(parse_prefix("10.0.0.0/8").value());
  c.asked.at(Field::sport) = {1024, 65535};
  c.asked.at(Field::daddr) = interval(parse_prefix("192.0.2.1").value());
  c.asked.at(Field::dport) = {port, port};
  c.asked.at(Field::icmp_type) = {0, 0};
  c.asked.at(Field::icmp_code) = {0, 0};
  return c;
}
Conversation const kWeb = conversation(safeconduct::l4::tcp, 443);
Conversation const kDns = conversation(safeconduct::l4::udp, 53);

// "request: pass by forward, rule 1; reply: ...": a leg each, the flags where there are several.
std::string legs(Ruleset const& rules, Conversation const& c) {
  std::string out;
  for (auto const& leg : journey(rules, c)) {
    if (!out.empty()) out += "; ";
    out += std::string(name(leg.leg)) + ": " + to_text(rules, all_outcomes(leg.pieces));
  }
  return out;
}
std::string legs(Rules rules, Conversation const& c) { return legs(std::move(rules).done(), c); }

}  // namespace

TEST_CASE("journey: a stateful rule set lets request, reply and what follows pass") {
  auto rules = filter();
  rules.rule({ct(CtState::established)}, accept());
  rules.rule({l4(safeconduct::l4::tcp), dport(443), ct(CtState::new_)}, accept());
  CHECK(legs(std::move(rules), kWeb) ==
        "request: pass by forward, rule 2; reply: pass by forward, rule 1; "
        "later-request: pass by forward, rule 1");
}

TEST_CASE("journey: a reply that nobody lets back is found") {
  auto rules = filter();
  rules.rule({daddr("192.0.2.1"), dport(53)}, accept());
  CHECK(legs(std::move(rules), kDns) ==
        "request: pass by forward, rule 1; reply: drop by the policy of forward; "
        "later-request: pass by forward, rule 1");
}

TEST_CASE("journey: rules without state work where both ways are allowed") {
  auto rules = filter();
  rules.rule({saddr("10.0.0.0/8"), daddr("192.0.2.1"), dport(53)}, accept());
  rules.rule({saddr("192.0.2.1"), daddr("10.0.0.0/8"), sport(53)}, accept());
  CHECK(legs(std::move(rules), kDns) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 2; "
        "later-request: pass by forward, rule 1");
}

TEST_CASE("journey: a request that is lost has no further legs") {
  CHECK(legs(filter(), kDns) == "request: drop by the policy of forward");
}

TEST_CASE("journey: further legs cover what passed before, and no more") {
  auto rules = filter();
  rules.rule({saddr("10.1.0.0/16"), ct(CtState::new_)}, accept());
  rules.rule({ct(CtState::established)}, accept());
  auto const linked = std::move(rules).done();
  auto const all = journey(linked, kDns);
  REQUIRE(all.size() == 3);
  for (std::size_t i = 1; i < all.size(); ++i) {
    REQUIRE(all[i].pieces.size() == 1);
    CHECK(
        (all[i].pieces[0].asked.at(Field::saddr) == interval(parse_prefix("10.1.0.0/16").value())));
  }
}

TEST_CASE("journey: after notrack no rule for established connections helps the reply") {
  auto const with = [](When state) {
    auto rules = filter();
    rules.rule({dport(53)}, accept()).rule({dport(443)}, accept());
    rules.rule({std::move(state)}, accept());
    rules.base("raw", Hook::prerouting, -300).rule({saddr("10.0.0.0/8")}, notrack());
    return std::move(rules).done();
  };
  auto const established = with(ct(CtState::established));
  CHECK(legs(established, kDns) ==
        "request: pass by forward, rule 1; reply: drop by the policy of forward; "
        "later-request: pass by forward, rule 1");
  // What the tracker makes of the answer alone: a flow of its own, or no part of anything. TCP is
  // taken up from a segment with a bare ACK, but not from one that answers an unseen SYN.
  CHECK(legs(with(ct(CtState::new_)), kDns) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 3; "
        "later-request: pass by forward, rule 1");
  CHECK(legs(with(ct(CtState::invalid)), kWeb) ==
        "request: pass by forward, rule 2; reply: pass by forward, rule 3; "
        "reply: drop by the policy of forward; reply: drop by the policy of forward; "
        "reply: drop by the policy of forward; later-request: pass by forward, rule 2; "
        "later-request: pass by forward, rule 2; later-request: pass by forward, rule 2");
}

// Of ICMP, SCTP and DCCP, an answer to what was not seen is no part of anything.
TEST_CASE("journey: what an answer to an unseen request is hangs on its protocol") {
  CHECK(state_of_stranger(l4::udp, Leg::reply, 0) == CtState::new_);
  CHECK(state_of_stranger(l4::sctp, Leg::reply, 0) == CtState::invalid);
  CHECK(state_of_stranger(l4::icmp, Leg::reply, 0) == CtState::invalid);
  CHECK(state_of_stranger(l4::tcp, Leg::reply, tcp_flag::syn | tcp_flag::ack) == CtState::invalid);
  CHECK(state_of_stranger(l4::tcp, Leg::reply, tcp_flag::ack) == CtState::new_);
  CHECK(state_of_stranger(l4::tcp, Leg::later_request, tcp_flag::ack) == CtState::new_);
  CHECK(state_unanswered(l4::tcp) == CtState::invalid);
  CHECK(state_unanswered(l4::udp) == CtState::new_);
}

TEST_CASE("journey: notrack for both ways works with a rule for untracked packets") {
  auto rules = filter();
  rules.rule({ct(CtState::untracked)}, accept());
  rules.base("raw", Hook::prerouting, -300);
  rules.rule({dport(53)}, notrack()).rule({sport(53)}, notrack());
  CHECK(legs(std::move(rules), kDns) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 1; "
        "later-request: pass by forward, rule 1");
}

TEST_CASE("journey: masqueraded replies get the client's address back before forward") {
  auto rules = filter();
  rules.rule({saddr("10.0.0.0/8"), ct(CtState::new_)}, accept());
  rules.rule({daddr("10.0.0.0/8"), ct(CtState::established)}, accept());
  rules.rule({saddr("10.0.0.0/8"), ct(CtState::established)}, accept());
  rules.base("raw", Hook::prerouting, -300);
  rules.rule({saddr("192.0.2.1"), daddr("10.0.0.0/8"), sport(53)}, drop());
  rules.table(TableFamily::ip, "nat");
  rules.base("post", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
  rules.rule({saddr("10.0.0.0/8")}, snat(bits("203.0.113.1")));
  auto const linked = std::move(rules).done();
  // Before translation the reply goes to the gateway's address, so the raw rule does not see it.
  CHECK(legs(linked, kDns) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 2; "
        "later-request: pass by forward, rule 3");
  for (auto const& leg : journey(linked, kDns)) CHECK(leg.certain);
}

TEST_CASE("journey: segments of each kind are asked for where rules ask for flags") {
  auto rules = filter();
  rules.rule({masked(Field::tcp_flags, 0x17, 2)}, accept());   // syn
  rules.rule({masked(Field::tcp_flags, 0x12, 18)}, accept());  // syn and ack
  rules.rule({masked(Field::tcp_flags, 0x11, 16)}, accept());  // ack, no fin
  auto const linked = std::move(rules).done();
  std::string lost;
  auto const all = journey(linked, kWeb);
  CHECK(all.size() == 8);
  for (auto const& leg : all)
    for (auto const& piece : leg.pieces)
      if (piece.fate != Fate::pass)
        lost += std::string(name(leg.leg)) + ' ' + tcp_flags_text(leg.tcp_flags) + "; ";
  CHECK(lost == "reply fin,ack; later-request fin,ack; ");
}

TEST_CASE("journey: legs share a budget, and where it ends nothing is said to pass") {
  auto rules = filter();
  constexpr std::uint32_t kRules = 1000;
  for (std::uint32_t i = 1; i <= kRules; ++i)
    rules.rule({is(Field::saddr, 0xC0000300U + i)}, drop());
  rules.rule({}, accept());
  auto const linked = std::move(rules).done();
  auto const fates = [&](std::uint64_t visits) {
    std::string all;
    for (auto const& leg : journey(linked, kDns, {visits, 200'000}))
      all +=
          std::string(name(leg.leg)) + ' ' + std::string(fate_name(leg.pieces.front().fate)) + "; ";
    return all;
  };
  CHECK(fates(10 * kRules) == "request pass; reply pass; later-request pass; ");
  CHECK(fates(kRules + kRules / 2) == "request pass; reply budget; later-request budget; ");
  CHECK(fates(kRules / 2) == "request budget; ");
}

TEST_CASE("journey: a mark of the connection that the request left is there for the reply") {
  Rules rules;
  rules.table(TableFamily::ip, "t").base("mangle", Hook::prerouting, -150);
  rules.rule({ct(CtState::new_)}, set_mark(7, ~0U, Field::ct_mark));
  rules.base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({is(Field::ct_mark, 7), is(Field::ct_direction, 1)}, accept());
  rules.rule({is(Field::ct_mark, 7)}, accept());
  CHECK(legs(std::move(rules), kDns) ==
        "request: pass by forward, rule 2; reply: pass by forward, rule 1; "
        "later-request: pass by forward, rule 2");
}

TEST_CASE(
    "journey: where too much is uncertain to be told apart, the rest is left, and never passes") {
  auto rules = filter();
  for (std::uint32_t i = 1; i <= 14; ++i)  // 2^14 marks
    rules.rule({lot("limit rate " + std::to_string(i) + "/second")}, set_mark(1U << i, 1U << i));
  rules.rule({masked(Field::mark, 1, 1)}, drop()).rule({}, accept());
  auto const all = journey(std::move(rules).done(), kDns);
  REQUIRE(all.size() == 1);
  CHECK(all.front().pieces.size() < 2000);
  CHECK(std::ranges::any_of(all.front().pieces, [](Piece const& piece) {
    return piece.fate == Fate::budget && piece.asked == kDns.asked;
  }));
}

TEST_CASE("journey: a reply's fate by a mark that hung on a rate hangs on the rate, too") {
  auto rules = filter();
  rules.rule({is(Field::ct_direction, 0), lot("limit rate 5/second")},
             set_mark(1, 0xFFFFFFFFU, Field::ct_mark));
  rules.rule({is(Field::ct_direction, 0)}, accept());
  rules.rule({is(Field::ct_direction, 1), is(Field::ct_mark, 1)}, accept());
  auto const linked = std::move(rules).done();
  auto const answered = journey(linked, kDns);
  CHECK(answered[1].leg == Leg::reply);
  CHECK_FALSE(answered[1].certain);
  CHECK(to_text(linked, all_outcomes(answered[1].pieces)) ==
        "pass by forward, rule 3 | drop by the policy of forward");
  for (auto const& piece : answered[1].pieces) {
    CHECK(piece.assumed.size() == 1);
    CHECK(piece.assumed.front().holds == (piece.fate == Fate::pass));
  }
  // Not in doubt: replies that fare alike, whatever their mark.
  CHECK(answered[2].leg == Leg::later_request);
  CHECK(to_text(linked, all_outcomes(answered[2].pieces)) == "pass by forward, rule 2");
}

TEST_CASE(
    "journey: what the connection began with is known on both ways, and behind translations") {
  // Only by what the client sent: its address, the service's, both ports.
  auto const asks = [](Rules& rules) {
    rules.rule({is(Field::ct_original_daddr, 0xC0000201), is(Field::ct_original_dport, 53),
                is(Field::ct_original_saddr, 0x0A000000, 0x0AFFFFFF),
                is(Field::ct_original_sport, 1024, 65535)},
               accept());
  };
  auto plain = filter();
  asks(plain);
  CHECK(legs(std::move(plain), kDns) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 1; "
        "later-request: pass by forward, rule 1");
  Rules translated;
  translated.table(TableFamily::inet, "nat")
      .base("post", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
  translated.rule({}, snat(0xC6336401));
  translated.base("forward", Hook::forward, 0, ChainPolicy::drop);
  asks(translated);
  CHECK(legs(std::move(translated), kDns) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 1; "
        "later-request: pass by forward, rule 1");
}

TEST_CASE("journey: where some requests leave a mark for sure and others by chance, it is named") {
  auto rules = filter();
  auto const mark = [](std::uint32_t value) {
    return set_mark(value, 0xFFFFFFFFU, Field::ct_mark);
  };
  auto const request = is(Field::ct_direction, 0);
  auto const by_chance = is(Field::sport, 3000, 65535);
  rules.rule({request}, mark(1));
  rules.rule({request, is(Field::sport, 2000, 2999)}, mark(2));
  rules.rule({request, by_chance, lot("limit rate 5/second")}, mark(2));
  rules.rule({request}, accept());
  rules.rule({is(Field::ct_direction, 1), is(Field::ct_mark, 1)}, accept());
  auto const answered = journey(std::move(rules).done(), kDns);
  std::size_t found = 0;
  for (auto const& piece : answered[1].pieces) {
    if (!piece.asked.at(Field::sport).contains(Bits128{4000})) continue;
    ++found;
    CHECK_FALSE(piece.assumed.empty());
  }
  CHECK(found == 2);
}

TEST_CASE("journey: of replies that nobody tracks, what began the connection is not to be had") {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("raw", Hook::prerouting, -300);
  rules.rule({}, notrack());
  rules.base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({is_not(Field::ct_original_dport, 1)}, accept());
  CHECK(legs(std::move(rules), kDns) == "request: drop by the policy of forward");
}

TEST_CASE("journey: an intercepted request is not followed") {
  auto rules = filter();
  rules.rule({}, accept());
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({dport(53)}, dnat(bits("10.9.9.9")));
  CHECK(legs(std::move(rules), kDns) == "request: intercept by pre, rule 1");
}

TEST_CASE("journey: what comes in to the gateway goes out from it") {
  Rules rules;
  rules.table(TableFamily::inet, "t").base("in", Hook::input, 0, ChainPolicy::drop);
  rules.rule({dport(53), is(Field::dst_type, static_cast<std::uint32_t>(AddressType::local))},
             accept());
  rules.base("out", Hook::output, 0, ChainPolicy::drop);
  rules.rule({sport(53), ct(CtState::established)}, accept());
  auto c = kDns;
  c.travel = Travel::incoming;
  CHECK(legs(std::move(rules), c) ==
        "request: pass by in, rule 1; reply: pass by out, rule 1; "
        "later-request: pass by in, rule 1");
}

TEST_CASE("journey: an echo request is answered by an echo reply") {
  auto rules = filter();
  rules.rule({l4(safeconduct::l4::icmp), is(Field::icmp_type, 8)}, accept());
  rules.rule({l4(safeconduct::l4::icmp), is(Field::icmp_type, 0)}, accept());
  auto ping = conversation(safeconduct::l4::icmp, 0);
  ping.asked.at(Field::icmp_type) = {8, 8};
  auto const linked = std::move(rules).done();
  CHECK(legs(linked, ping) ==
        "request: pass by forward, rule 1; reply: pass by forward, rule 2; "
        "later-request: pass by forward, rule 1");
  for (auto const& leg : journey(linked, ping)) CHECK(leg.certain);
}

}  // namespace safeconduct::test
