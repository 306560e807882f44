// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/decide.h"

#include <doctest/doctest.h>

#include <string>

#include "support/agree.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

Rules filter(ChainPolicy policy = ChainPolicy::drop) {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, policy);
  return rules;
}

// TCP from one client port to any address and port below.
PacketRegion region(Ruleset const& rules, std::string_view from = "0.0.0.0/0",
                    std::string_view to = "0.0.0.0/0", ValueInterval ports = {0, 65535}) {
  auto const like = tcp("10.0.0.1", "192.0.2.1", 443);
  auto asked = point_of(like);
  asked.at(Field::saddr) = interval(parse_prefix(from).value());
  asked.at(Field::daddr) = interval(parse_prefix(to).value());
  asked.at(Field::dport) = ports;
  return region_like(rules, like, {}, Travel::forwarded, asked);
}

std::string fates(Ruleset const& rules, Decision const& decision) {
  return to_text(rules, all_outcomes(decision.pieces));
}

PacketSet packets(std::vector<Piece> const& pieces, Fate fate) {
  std::vector<Box> boxes;
  for (auto const& piece : pieces)
    if (piece.fate == fate) boxes.push_back(piece.asked);
  return PacketSet(std::move(boxes));
}

}  // namespace

TEST_CASE("decide: the region is cut where rules end, and nowhere else") {
  auto rules = filter();
  rules.rule({dport(80, 90)}, accept()).rule({dport(85, 100)}, reject());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked));
  CHECK(decision.certain);
  CHECK(decision.pieces.size() == 4);  // below, accepted, rejected, above
  Box web = region(linked).asked;
  web.at(Field::dport) = {80, 90};
  CHECK((packets(decision.pieces, Fate::pass) == PacketSet({web})));
  web.at(Field::dport) = {91, 100};
  CHECK((packets(decision.pieces, Fate::reject) == PacketSet({web})));
  CHECK(fates(linked, decide(linked, region(linked, "10.0.0.0/8", "0.0.0.0/0", {80, 85}))) ==
        "pass by forward, rule 1");
}

TEST_CASE("passes: of a long list that stops sources one packet that is let through is found") {
  auto rules = filter();
  // Below the clients, so that they would come first.
  for (int i = 0; i < 2000; ++i)
    rules.rule({saddr(std::to_string(1 + i / 256) + '.' + std::to_string(i % 256) + ".7.0/24")},
               drop());
  rules.rule({saddr("10.0.0.0/8"), daddr("192.0.2.8/29"), dport(80)}, accept());
  auto const linked = std::move(rules).done();
  auto const found = passes(linked, region(linked), Budget{40'000, 1'000});
  REQUIRE(found.answer == Passing::Answer::some);
  CHECK(found.piece->asked.at(Field::dport) == ValueInterval{80, 80});
  CHECK(to_text(linked, outcome_of(*found.piece)) == "pass by forward, rule 2001");
}

TEST_CASE("passes: none where rules that accept are behind one that stops them, whoever sends") {
  auto rules = filter();
  rules.rule({daddr("192.0.2.0/24")}, drop()).rule({daddr("192.0.2.8/29")}, accept());
  auto const linked = std::move(rules).done();
  CHECK(passes(linked, region(linked)).answer == Passing::Answer::none);
  auto const found = passes(linked, region(linked, "10.0.0.0/8"), Budget{1, 1});
  CHECK(found.answer == Passing::Answer::not_found);
}

TEST_CASE("passes: what hangs on a word that nobody knows is not found, and not denied") {
  auto rules = filter();
  rules.rule({words("a")}, accept());
  auto const linked = std::move(rules).done();
  CHECK(passes(linked, region(linked)).answer == Passing::Answer::not_found);
}

TEST_CASE("decide: 'unknown, then drop' before a policy of drop is surely dropped") {
  auto rules = filter();
  rules.rule({words("limit rate 5/second")}, drop());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked));
  // Nobody knows which of the two drops it; that it is dropped is known all the same.
  CHECK_FALSE(decision.certain);
  CHECK(decision.pieces.size() == 2);
  for (auto const& piece : decision.pieces) CHECK((piece.fate == Fate::drop));
}

// The same words are asked of the source before and behind a masquerade: the answers of one packet
// may be 'yes' and 'no', which no piece had when they were one answer.
TEST_CASE("decide: what is not modelled is asked anew behind a translation") {
  Rules rules;
  rules.table(TableFamily::ip, "t").base("seen", Hook::postrouting, 50);
  rules.rule({words("a")}, set_mark(1));
  rules.base("nat", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat)
      .rule({}, masquerade());
  rules.base("last", Hook::postrouting, 150);
  rules.rule({masked(Field::mark, 0xFFFFFFFFU, 1), words("a", true)}, drop());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked, "10.0.0.1", "192.0.2.1", {443, 443}));
  CHECK(std::ranges::count(decision.pieces, Fate::drop, &Piece::fate) == 1);
  CHECK(std::ranges::count(decision.pieces, Fate::pass, &Piece::fate) == 2);
}

TEST_CASE("decide: a piece names what had to be assumed for it") {
  auto rules = filter();
  rules.rule({dport(53)}, drop()).rule({words("owner root", true), dport(443)}, accept());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked, "10.0.0.1", "192.0.2.1", {443, 443}));
  REQUIRE(decision.pieces.size() == 2);
  for (auto const& piece : decision.pieces) {
    REQUIRE(piece.assumed.size() == 1);
    auto const& assumption = piece.assumed.front();
    CHECK((assumption.rule == Decider{0, 1}));
    REQUIRE(assumption.atom);
    CHECK(linked.atoms[*assumption.atom].text == "owner root");
    CHECK(assumption.holds == (piece.fate == Fate::drop));  // the words, not their 'not'
  }
}

TEST_CASE("decide: the region is cut first, assumed is only where all else is certain") {
  auto rules = filter();
  rules.rule({words("a"), dport(443), saddr("10.0.0.0/8")}, accept());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked));
  Box unclear = region(linked).asked;
  unclear.at(Field::dport) = {443, 443};
  unclear.at(Field::saddr) = interval(parse_prefix("10.0.0.0/8").value());
  for (auto const& piece : decision.pieces)
    CHECK(piece.assumed.empty() == !intersection(piece.asked, unclear).has_value());
}

TEST_CASE("decide: an unknown interface is one interface all along the way") {
  auto rules = filter();
  rules.rule({on(Field::iif, "eth0")}, jump("a")).rule({on(Field::iif, "eth0")}, drop());
  rules.rule({}, reject());
  rules.chain("a").rule({on(Field::iif, "eth1")}, accept());
  auto const linked = std::move(rules).done();
  auto question = region(linked, "10.0.0.1", "192.0.2.1", {443, 443});
  question.view[index(Field::iif)] = Symbol::within({0, linked.interfaces.size() - 1});
  CHECK(fates(linked, decide(linked, question)) ==
        "drop by forward, rule 2 | reject by forward, rule 3");
}

TEST_CASE("decide: a rule over a list of lists is found wherever it stands") {
  auto rules = filter();
  for (int i = 0; i < 40; ++i) rules.rule({dport(1000 + static_cast<std::uint32_t>(i))}, jump("u"));
  rules.chain("u");
  for (std::uint32_t i = 0; i < 40; ++i)
    rules.rule({is(Field::daddr, i * 16, i * 16 + 7)}, i % 2 == 0 ? accept() : drop());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked));
  CHECK(decision.certain);
  Guesses none;
  for (std::uint32_t port = 998; port < 1042; port += 3)
    for (Bits128 to = 0; to < 640; to += 5) {
      auto packet = tcp("10.0.0.1", "0.0.0.0", port);
      packet.set(Field::daddr, to);
      auto const walked = walks(linked, Travel::forwarded, packet, {});
      REQUIRE(difference(linked, walked, decision, packet) == "");
    }
}

TEST_CASE("decide: past its budget it says so, and leaves no packet out") {
  auto rules = filter();
  for (std::uint32_t i = 0; i < 200; ++i)
    rules.rule({is(Field::daddr, i * 1000, i * 1000 + 99), dport(i, i + 20)}, accept());
  auto const linked = std::move(rules).done();
  auto const question = region(linked);
  for (auto const& budget : {Budget{500, 200'000}, Budget{50'000'000, 20}, Budget{0, 0}}) {
    auto const decision = decide(linked, question, budget);
    CHECK_FALSE(decision.certain);
    CHECK_FALSE(packets(decision.pieces, Fate::budget).empty());
    CHECK(decision.pieces.size() < 200);
    std::vector<Box> all;
    for (auto const& piece : decision.pieces) all.push_back(piece.asked);
    CHECK((PacketSet(all) == PacketSet({question.asked})));
  }
  CHECK(packets(decide(linked, question).pieces, Fate::budget).empty());
}

TEST_CASE("decide: a list of twenty thousand addresses takes little more than one look at each") {
  auto rules = filter();
  constexpr std::uint32_t kRules = 20'000;
  for (std::uint32_t i = 0; i < kRules; ++i) {
    auto const address = (i * 7919 % kRules) * 16;  // in no order
    rules.rule({is(Field::daddr, address, address)}, i % 2 == 0 ? accept() : drop());
  }
  auto const linked = std::move(rules).done();
  // Without cuts in the middle every piece would look at all rules that follow: 200 million.
  auto const decision = decide(linked, region(linked), Budget{3'000'000, 200'000});
  CHECK(packets(decision.pieces, Fate::budget).empty());
  CHECK(decision.certain);
  CHECK(decision.pieces.size() == 2 * kRules);  // each address, and the gap after it
  // One address alone: one look at each rule.
  CHECK(decide(linked, region(linked, "10.0.0.1", "0.0.0.32", {443, 443}), Budget{20'100, 10})
            .certain);
}

// 2,000 such chains took 25 s.
TEST_CASE("decide: chains that only count and come back are not followed") {
  auto rules = filter();
  for (int i = 0; i < 50; ++i) rules.rule({}, jump("c" + std::to_string(i)));
  rules.rule({}, accept());
  for (std::uint32_t i = 0; i < 50; ++i)
    rules.chain("c" + std::to_string(i))
        .rule({is(Field::saddr, i * 16)}, back())
        .rule({dport(i)}, carry_on());
  auto const linked = std::move(rules).done();
  CHECK(decide(linked, region(linked)).rule_visits < 200);
}

// 500 rules that marked all but one client each told 500 clients apart, for nobody.
TEST_CASE("decide: packets are not told apart by marks that no rule asks for") {
  auto const pieces = [](std::vector<When> const& asked) {
    auto rules = filter();
    for (std::uint32_t i = 1; i <= 50; ++i)
      rules.rule({is_not(Field::saddr, i * 16)}, set_mark(i))
          .rule({is(Field::daddr, i * 16)}, copy_mark(Field::ct_mark, Field::mark));
    rules.rule(asked, accept());
    auto const linked = std::move(rules).done();
    return decide(linked, region(linked)).pieces.size();
  };
  CHECK(pieces({}) == 1);
  CHECK(pieces({masked(Field::mark, 0xFFFF, 50)}) > 1);
}

TEST_CASE("decide: a set of twenty thousand intervals is one rule, and is cut as one") {
  auto rules = filter();
  std::vector<ValueInterval> members;
  for (std::uint32_t i = 0; i < 20'000; ++i) members.push_back({i * 16, i * 16 + 3});
  rules.rule({in(Field::daddr, members)}, accept());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked), Budget{1'000'000, 100'000});
  CHECK(decision.certain);
  CHECK(decision.pieces.size() == 40'000);
}

// Chains c0 ... c19, each of which calls the next one eight times.
Rules multiplying(Then const& in_the_last) {
  constexpr int kDeep = 20;
  constexpr int kWide = 8;
  auto rules = filter(ChainPolicy::accept);
  rules.rule({}, jump("c0"));
  for (int i = 0; i < kDeep; ++i) {
    rules.chain("c" + std::to_string(i));
    for (int k = 0; k < kWide && i + 1 < kDeep; ++k)
      rules.rule({}, jump("c" + std::to_string(i + 1)));
  }
  rules.rule({dport(25)}, in_the_last);
  return rules;
}

TEST_CASE("decide: chains that call each other over and over are followed once, to the end") {
  auto const linked = multiplying(drop()).done();
  auto const decision = decide(linked, region(linked), Budget{5'000, 100});
  CHECK(decision.certain);
  Box mail = region(linked).asked;
  mail.at(Field::dport) = {25, 25};
  CHECK((packets(decision.pieces, Fate::drop) == PacketSet({mail})));
}

TEST_CASE("decide: a chain that did nothing is asked again of what has changed since") {
  auto rules = filter(ChainPolicy::accept);
  rules.rule({}, jump("a")).rule({dport(443)}, set_mark(1)).rule({}, jump("a")).rule({}, accept());
  rules.chain("a").rule({}, jump("b"));
  rules.chain("b").rule({is(Field::mark, 1)}, drop());
  auto const linked = std::move(rules).done();
  auto const of_port = [&](std::uint32_t port) {
    return fates(linked, decide(linked, region(linked, "10.0.0.1", "192.0.2.1", {port, port})));
  };
  CHECK(of_port(443) == "drop by forward > a > b, rule 1");
  CHECK(of_port(80) == "pass by forward, rule 4");
}

TEST_CASE("decide: a chain that asks a lottery is asked each time that it is called") {
  auto rules = filter();
  rules.rule({}, jump("a")).rule({}, jump("a"));
  rules.chain("a").rule({}, jump("b"));
  rules.chain("b").rule({lot("one of two")}, accept());
  auto const linked = std::move(rules).done();
  // Lost, won; lost twice.
  CHECK(decide(linked, region(linked, "10.0.0.1", "192.0.2.1", {443, 443})).pieces.size() == 3);
}

TEST_CASE("decide: an intercepted piece says where to, a passed one how it leaves") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({dport(53)}, dnat(bits("10.9.9.9")));
  rules.base("post", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
  rules.rule({}, snat(bits("203.0.113.1")));
  auto const linked = std::move(rules).done();
  for (auto const& piece : decide(linked, region(linked, "10.0.0.0/8", "192.0.2.1")).pieces) {
    CHECK((piece.leaves_with(Field::saddr) == Symbol::fixed(bits("203.0.113.1"))));
    bool const dns = piece.asked.at(Field::dport).contains(53);
    CHECK(((piece.fate == Fate::intercept) == dns));
    CHECK(piece.nat.has_value() == dns);
    if (dns) CHECK((linked.nats[*piece.nat].addresses->first == bits("10.9.9.9")));
    if (dns) CHECK((piece.leaves_with(Field::daddr) == Symbol::fixed(bits("10.9.9.9"))));
  }
}

TEST_CASE("decide: what goes to the target of a dnat anyway is not intercepted") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({lot("one in two")}, dnat(bits("192.0.2.53"), 53));
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked, "10.0.0.1", "192.0.2.0/24"));
  Box resolver = region(linked, "10.0.0.1", "192.0.2.53", {53, 53}).asked;
  CHECK((packets(decision.pieces, Fate::intercept) & PacketSet({resolver})).empty());
  CHECK(((packets(decision.pieces, Fate::intercept) | PacketSet({resolver})) ==
         PacketSet({region(linked, "10.0.0.1", "192.0.2.0/24").asked})));
}

// Each row was held against every piece, and cut off one after another: for 60,000 of them,
// minutes.
TEST_CASE("decide: of a concatenation of many rows, few are looked at for each piece") {
  constexpr std::uint32_t kRows = 10'000;
  Product some{{Field::saddr, Field::l4proto, Field::dport}, {}};
  for (std::uint32_t i = 0; i < kRows; ++i) {
    auto const host = bits("10.0.0.0") + i * 7919 % kRows * 64;  // in no order
    some.cells.insert(some.cells.end(), {{host, host}, {6, 6}, {443, 443}});
  }
  Rules rules;
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward, 0, ChainPolicy::accept);
  rules.rule({product(some.fields, some.cells)}, drop());
  auto const linked = std::move(rules).done();
  auto const decision = decide(linked, region(linked, "10.0.0.0/8", "192.0.2.1", {443, 443}),
                               Budget{20 * std::uint64_t{kRows}, 3 * std::size_t{kRows}});
  CHECK(decision.certain);
  CHECK(packets(decision.pieces, Fate::drop).box_count() == kRows);
  CHECK(packets(decision.pieces, Fate::budget).empty());
}

TEST_CASE("decide: a piece that no rule tracks is marked so") {
  Rules rules;
  rules.table(TableFamily::ip, "raw").base("raw", Hook::prerouting, -300);
  rules.rule({dport(53)}, notrack());
  auto const linked = std::move(rules).done();
  for (auto const& piece : decide(linked, region(linked)).pieces)
    CHECK(piece.untracked == piece.asked.at(Field::dport).contains(53));
}

}  // namespace safeconduct::test
