// SPDX-License-Identifier: GPL-3.0-or-later
// One packet through hand-written rules, as nft(8) and iptables(8) tell it. Every claim is held
// against decide too.
#include "engine/walk.h"

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

Packet const kWeb = tcp("10.0.0.1", "192.0.2.1", 443);

// What becomes of the packet: "pass by forward, rule 1"; several joined by " | ".
std::string fate(Ruleset const& rules, Packet const& packet, Connection const& connection = {},
                 Travel travel = Travel::forwarded) {
  auto const walked = walks(rules, travel, packet, connection);
  auto const region = region_like(rules, packet, connection, travel, point_of(packet));
  CHECK(difference(rules, walked, decide(rules, region), packet) == "");
  return to_text(rules, outcomes_of(walked));
}
std::string fate(Rules rules, Packet const& packet = kWeb, Connection const& connection = {},
                 Travel travel = Travel::forwarded) {
  return fate(std::move(rules).done(), packet, connection, travel);
}

}  // namespace

// ---- chains

TEST_CASE("walk: the first rule that matches decides, else the policy") {
  auto rules = filter();
  rules.rule({dport(53)}, drop()).rule({dport(443)}, accept()).rule({}, reject());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "pass by forward, rule 2");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 53)) == "drop by forward, rule 1");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 54)) == "reject by forward, rule 3");
  CHECK(fate(filter()) == "drop by the policy of forward");
  CHECK(fate(filter(ChainPolicy::accept)) == "pass by the policy of forward");
  CHECK(fate(Rules()) == "pass, nobody asked");
}

TEST_CASE("walk: chains that call each other over and over are not followed for ever") {
  auto rules = filter(ChainPolicy::accept);
  rules.rule({}, jump("c0"));
  for (int i = 0; i < 20; ++i) {
    rules.chain("c" + std::to_string(i));
    for (int k = 0; k < 8 && i < 19; ++k) rules.rule({}, jump("c" + std::to_string(i + 1)));
  }
  auto const walked = walks(std::move(rules).done(), Travel::forwarded, kWeb, {});
  REQUIRE(walked.all.size() == 1);
  CHECK(walked.all.front().fate == Fate::budget);
}

TEST_CASE("walk: return goes back to the caller, from a base chain to its policy") {
  auto rules = filter();
  rules.rule({}, jump("web")).rule({dport(443)}, accept());
  rules.chain("web").rule({dport(443)}, back()).rule({}, drop());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 2");

  auto base = filter();
  base.rule({}, back()).rule({}, accept());
  CHECK(fate(std::move(base)) == "drop by the policy of forward");
}

TEST_CASE("walk: the end of a user chain goes back to its caller") {
  auto rules = filter();
  rules.rule({}, jump("a")).rule({}, accept());
  rules.chain("a").rule({}, jump("b"));
  rules.chain("b").rule({dport(53)}, drop());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 2");
}

TEST_CASE("walk: goto from a base chain does not come back") {
  auto rules = filter();
  rules.rule({}, go("a")).rule({}, accept());
  rules.chain("a").rule({dport(53)}, accept());
  CHECK(fate(std::move(rules)) == "drop by the policy of forward");
}

TEST_CASE("walk: after goto in a user chain the caller of that chain goes on") {
  auto rules = filter();
  rules.rule({}, jump("a")).rule({}, accept());
  rules.chain("a").rule({}, go("b")).rule({}, drop());
  rules.chain("b").rule({}, back());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 2");
}

TEST_CASE("walk: the way names every chain that led to the decision") {
  auto rules = filter();
  rules.rule({}, go("a"));
  rules.chain("a").rule({}, go("b"));
  rules.chain("b").rule({}, jump("c"));
  rules.chain("c").rule({}, accept());
  CHECK(fate(std::move(rules)) == "pass by forward > a > b > c, rule 1");
}

TEST_CASE("walk: counting and logging decide nothing") {
  auto rules = filter();
  rules.rule({}, carry_on()).rule({}, accept());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 2");
}

// ---- several base chains

TEST_CASE("walk: accept ends one base chain, drop ends the packet") {
  auto rules = filter();
  rules.rule({}, accept());
  rules.base("later", Hook::forward, 10).rule({dport(443)}, drop());
  CHECK(fate(std::move(rules)) == "drop by later, rule 1");

  auto early = filter();
  early.rule({}, accept());
  early.base("early", Hook::forward, -10).rule({}, drop());
  CHECK(fate(std::move(early)) == "drop by early, rule 1");

  auto post = filter();
  post.rule({}, accept());
  post.base("post", Hook::postrouting, 0).rule({}, reject());
  CHECK(fate(std::move(post)) == "reject by post, rule 1");
}

TEST_CASE("walk: chains of another family or a dormant table are not asked") {
  auto rules = filter();
  rules.rule({}, accept());
  rules.table(TableFamily::ip6, "six").base("six", Hook::forward, -5, ChainPolicy::drop);
  rules.table(TableFamily::bridge, "br").base("br", Hook::forward, -5, ChainPolicy::drop);
  rules.table(TableFamily::inet, "off").dormant().base("off", Hook::forward, -5, ChainPolicy::drop);
  CHECK(fate(std::move(rules)) == "pass by forward, rule 1");
}

// ---- matches

TEST_CASE("walk: a negated clause negates itself alone, not what it depends on") {
  auto rules = filter(ChainPolicy::accept);
  rules.rule({l4(safeconduct::l4::tcp), is_not(Field::dport, 443)}, drop());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 80)) == "drop by forward, rule 1");
  CHECK(fate(linked, udp("10.0.0.1", "192.0.2.1", 80)) == "pass by the policy of forward");
}

TEST_CASE("walk: TCP flags are tested under a mask") {
  auto rules = filter();
  rules.rule({masked(Field::tcp_flags, 0x17, 2)}, accept());
  auto const linked = std::move(rules).done();
  auto packet = kWeb;
  packet.set(Field::tcp_flags, tcp_flag::syn | tcp_flag::ece);
  CHECK(fate(linked, packet) == "pass by forward, rule 1");
  packet.set(Field::tcp_flags, tcp_flag::syn | tcp_flag::ack);
  CHECK(fate(linked, packet) == "drop by the policy of forward");
}

TEST_CASE("walk: a concatenation holds where one row holds as a whole") {
  auto rules = filter();
  auto const a = bits("192.0.2.1");
  rules.rule(
      {product({Field::daddr, Field::dport}, {{a, a}, {80, 80}, {a + 1, a + 1}, {443, 443}})},
      accept());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "drop by the policy of forward");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.2", 443)) == "pass by forward, rule 1");
}

TEST_CASE("walk: an interface that a hook does not have is none that rules name") {
  auto rules = filter();
  rules.rule({on(Field::oif, "eth1")}, accept());
  rules.base("pre", Hook::prerouting, -150);
  rules.rule({on(Field::oif, "eth1")}, drop());
  rules.rule({on(Field::oif, "eth1", false, true), on(Field::iif, "eth0")}, set_mark(1));
  auto const linked = std::move(rules).done();
  auto packet = kWeb;
  auto const interface = [&](std::string_view wanted) {
    return static_cast<Bits128>(std::ranges::find(linked.interfaces, wanted) -
                                linked.interfaces.begin());
  };
  packet.set(Field::iif, interface("eth0"));
  packet.set(Field::oif, interface("eth1"));
  CHECK(fate(linked, packet) == "pass by forward, rule 1");
  Guesses none;
  CHECK((walk(linked, Travel::forwarded, packet, {}, none).packet.at(Field::mark) == Bits128{1}));
}

TEST_CASE(
    "walk: a field that nobody knows answers a question as it did before, until it is written") {
  auto const fates = [](bool written) {
    auto rules = filter();
    rules.rule({saddr("10.0.0.7")}, reject());
    if (written) rules.rule({}, set_mark(1));
    rules.rule({saddr("10.0.0.7")}, accept());
    auto const linked = std::move(rules).done();
    auto packet = kWeb;
    packet.forget(Field::saddr);
    bool passes = false;
    for (auto const& walk : walks(linked, Travel::forwarded, packet, {}).all)
      passes = passes || walk.fate == Fate::pass;
    return passes;
  };
  CHECK_FALSE(fates(false));
  CHECK(fates(true));  // which field is written is not looked at
}

// ---- connection tracking

TEST_CASE(
    "walk: what conntrack would say is not there before it looked: neither this nor its not") {
  Rules rules;
  rules.table(TableFamily::inet, "t").base("raw", Hook::prerouting, -300);
  rules.rule({is(Field::ct_direction, 0)}, drop());
  rules.rule({is_not(Field::ct_direction, 0)}, drop());
  rules.rule({is(Field::ct_mark, 0)}, drop()).rule({is_not(Field::ct_mark, 0)}, drop());
  rules.rule({masked(Field::ct_status, 32, 0)}, drop());
  rules.base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({is(Field::ct_mark, 0), is(Field::ct_direction, 0)}, accept());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 1");
}

TEST_CASE(
    "walk: what a connection began with shows in its packets, in answers the other way round") {
  auto const asks = [] {
    auto rules = filter();
    rules.rule({is(Field::ct_original_saddr, 0x0A000001), is(Field::ct_original_daddr, 0xC0000201),
                is(Field::ct_original_dport, 443), is_not(Field::ct_original_sport, 443)},
               accept());
    return rules;
  };
  auto const web = tcp("10.0.0.1", "192.0.2.1", 443);
  auto answer = tcp("192.0.2.1", "10.0.0.1", 0);
  answer.set(Field::sport, 443);
  answer.set(Field::dport, *web.at(Field::sport));
  Connection const later{CtState::established, CtDirection::original};
  Connection const back{CtState::established, CtDirection::reply};
  CHECK(fate(asks(), web) == "pass by forward, rule 1");
  CHECK(fate(asks(), web, later) == "pass by forward, rule 1");
  CHECK(fate(asks(), answer, back) == "pass by forward, rule 1");
  CHECK(fate(asks(), answer) == "drop by the policy of forward");  // begins one of its own
  // Translated, the answer does not show it.
  Connection translated = back;
  translated.status = 16;
  CHECK(fate(asks(), answer, translated) ==
        "pass by forward, rule 1 | drop by the policy of forward");
}

TEST_CASE("walk: an untracked packet is neither new nor established") {
  Rules rules;
  rules.table(TableFamily::ip, "raw").base("raw", Hook::prerouting, -300);
  rules.rule({dport(443)}, notrack());
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({ct(CtState::new_)}, accept()).rule({ct(CtState::established)}, accept());
  rules.rule({is_not(Field::ct_mark, 1)}, accept());
  rules.rule({ct(CtState::untracked)}, reject());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "reject by forward, rule 4");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 80)) == "pass by forward, rule 1");
}

TEST_CASE("walk: notrack after conntrack has looked changes nothing") {
  Rules rules;
  rules.table(TableFamily::ip, "t").base("mangle", Hook::prerouting, -150).rule({}, notrack());
  rules.base("forward", Hook::forward, 0, ChainPolicy::drop).rule({ct(CtState::new_)}, accept());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 1");
}

TEST_CASE("walk: new is what conntrack says, not what the segment looks like") {
  auto rules = filter();
  rules.rule({ct(CtState::new_)}, accept());
  auto const linked = std::move(rules).done();
  auto packet = kWeb;
  packet.set(Field::tcp_flags, tcp_flag::ack);
  CHECK(fate(linked, packet) == "pass by forward, rule 1");
  CHECK(fate(linked, kWeb, {CtState::established}) == "drop by the policy of forward");
}

// ---- marks

TEST_CASE("walk: marks set earlier are seen later, bit by bit, through chains and hooks") {
  Rules rules;
  rules.table(TableFamily::ip, "mangle").base("pre", Hook::prerouting, -150);
  rules.rule({saddr("10.0.0.0/8")}, jump("mark"));
  rules.rule({}, set_mark(0x20, 0xF0));
  rules.chain("mark").rule({}, set_mark(0x0F));
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({is(Field::mark, 0x2F)}, accept());
  rules.rule({masked(Field::mark, 0xF0, 0x20)}, reject());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "pass by forward, rule 1");
  CHECK(fate(linked, tcp("11.0.0.1", "192.0.2.1", 443)) == "reject by forward, rule 2");
}

TEST_CASE("walk: connection marks are saved and restored, without a connection there are none") {
  Rules rules;
  rules.table(TableFamily::ip, "t").base("raw", Hook::prerouting, -300);
  rules.rule({}, set_mark(1, ~0U, Field::ct_mark));  // too early
  rules.base("mangle", Hook::prerouting, -150);
  rules.rule({}, copy_mark(Field::mark, Field::ct_mark, 0x0F));
  rules.base("forward", Hook::forward, 0, ChainPolicy::drop).rule({is(Field::mark, 4)}, accept());
  auto const linked = std::move(rules).done();
  Connection connection;
  connection.mark = 0x14;
  CHECK(fate(linked, kWeb, connection) == "pass by forward, rule 1");
}

// ---- address translation

TEST_CASE("walk: forward rules see the address after dnat, and before snat") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({dport(443)}, dnat(bits("10.9.9.9"), 8443));
  rules.base("post", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
  rules.rule({}, snat(bits("203.0.113.1")));
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({daddr("192.0.2.1"), dport(443)}, reject());
  rules.rule({daddr("10.9.9.9"), dport(8443), saddr("10.0.0.1")}, accept());
  rules.rule({dport(80), saddr("10.0.0.1")}, accept());
  rules.base("last", Hook::postrouting, 200).rule({saddr("10.0.0.0/8")}, drop());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "intercept by pre, rule 1");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 80)) == "pass by forward, rule 3");
}

TEST_CASE("walk: dnat to where the packet goes anyway is none") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({}, dnat(bits("192.0.2.1"), 443));
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "pass by pre, rule 1");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 80)) == "intercept by pre, rule 1");
}

TEST_CASE("walk: a redirected packet goes to input, not to forward") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({dport(53)}, redirect(5353));
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.base("input", Hook::input, 0, ChainPolicy::drop);
  rules.rule({dport(5353), saddr("10.0.0.0/8")}, accept());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, udp("10.0.0.1", "192.0.2.1", 53)) == "intercept by pre, rule 1");
  CHECK(fate(linked, udp("11.0.0.1", "192.0.2.1", 53)) == "drop by the policy of input");
  CHECK(fate(linked, udp("11.0.0.1", "192.0.2.1", 54)) == "drop by the policy of forward");
}

TEST_CASE(
    "walk: nat chains are asked for a connection's first packet only, and not when untracked") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({}, dnat(bits("10.9.9.9")));
  rules.base("raw", Hook::prerouting, -300).rule({dport(22)}, notrack());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "intercept by pre, rule 1");
  CHECK(fate(linked, kWeb, {CtState::established}) == "pass by the policy of raw");
  CHECK(fate(linked, kWeb, {CtState::invalid}) == "pass by the policy of raw");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 22)) == "pass by the policy of raw");
}

TEST_CASE("walk: accept in a nat chain means no translation by it, the next one is asked") {
  Rules rules;
  rules.table(TableFamily::ip, "nat");
  rules.base("first", Hook::prerouting, -110, ChainPolicy::accept, ChainType::nat);
  rules.rule({dport(443)}, accept()).rule({}, dnat(bits("10.9.9.9")));
  rules.base("second", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  rules.rule({}, dnat(bits("10.8.8.8")));
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "intercept by second, rule 1");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 80)) == "intercept by first, rule 2");
}

TEST_CASE("walk: tproxy and queues take the packet elsewhere") {
  auto rules = filter();
  rules.rule({dport(80)}, act(Tproxy{0})).rule({}, act(Queue{}));
  rules.builder().nat({NatKind::destination, true, std::nullopt, std::nullopt, false});
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "intercept by forward, rule 2");
  CHECK(fate(linked, tcp("10.0.0.1", "192.0.2.1", 80)) == "intercept by forward, rule 1");
}

// ---- what is not modelled

TEST_CASE("walk: what is not modelled may answer otherwise at another hook") {
  auto const asked_twice = [](auto const& some_words) {
    auto rules = filter();
    rules.rule({some_words("a", false)}, accept());
    rules.base("after", Hook::postrouting).rule({some_words("a", true)}, drop());
    return fate(std::move(rules));
  };
  CHECK(asked_twice(words) ==
        "pass by forward, rule 1 | drop by the policy of forward | drop by after, rule 1");
  CHECK(asked_twice(steady) == "pass by forward, rule 1 | drop by the policy of forward");
}

TEST_CASE("walk: what is not modelled is guessed both ways") {
  auto rules = filter();
  rules.rule({words("owner root")}, accept());
  auto const linked = std::move(rules).done();
  CHECK(fate(linked, kWeb) == "pass by forward, rule 1 | drop by the policy of forward");
  auto const all = walks(linked, Travel::forwarded, kWeb, {});
  REQUIRE(all.all.size() == 2);
  CHECK((all.all[0].guessed == std::vector<std::string>{"owner root"}));
}

TEST_CASE("walk: the same words are equally true at every rule, lots are not") {
  auto rules = filter();
  rules.rule({words("a")}, jump("u")).rule({}, reject());
  rules.chain("u").rule({words("a", true)}, accept()).rule({}, drop());
  CHECK(fate(std::move(rules)) == "drop by forward > u, rule 2 | reject by forward, rule 2");

  auto lots = filter();
  lots.rule({lot("a")}, jump("u")).rule({}, reject());
  lots.chain("u").rule({lot("a", true)}, accept()).rule({}, drop());
  CHECK(fate(std::move(lots)) ==
        "pass by forward > u, rule 1 | drop by forward > u, rule 2 | reject by forward, rule 2");
}

TEST_CASE("walk: guesses end at their limit, and say so") {
  auto rules = filter();
  for (int i = 0; i < 12; ++i) rules.rule({words("w" + std::to_string(i))}, carry_on());
  for (int i = 0; i < 12; ++i) rules.rule({words("w" + std::to_string(i))}, set_mark(1));
  auto const linked = std::move(rules).done();
  auto const some = walks(linked, Travel::forwarded, kWeb, {}, 100);
  CHECK(some.all.size() == 100);
  CHECK_FALSE(some.complete);
  auto const all = walks(linked, Travel::forwarded, kWeb, {}, 5'000);
  CHECK(all.all.size() == 4'096);
  CHECK(all.complete);
}

TEST_CASE("walk: a statement that is not modelled may do anything with the packet") {
  auto rules = filter();
  rules.rule({dport(443)}, unmodelled_action("synproxy")).rule({}, accept());
  CHECK(fate(std::move(rules)) == "unknown by forward, rule 1");
}

TEST_CASE("walk: a field that a statement changes is not known afterwards") {
  auto rules = filter();
  rules.rule({}, alter(Field::dscp)).rule({is(Field::dscp, 0)}, accept());
  CHECK(fate(std::move(rules)) == "pass by forward, rule 2 | drop by the policy of forward");
}

TEST_CASE("walk: translation outside of a nat chain is not believed") {
  auto rules = filter();
  rules.rule({}, dnat(1));
  CHECK(fate(std::move(rules)) == "unknown by forward, rule 1");
}

}  // namespace safeconduct::test
