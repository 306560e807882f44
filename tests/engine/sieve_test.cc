// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/sieve.h"

#include <doctest/doctest.h>

#include "engine/decide.h"
#include "support/agree.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

AddressSet addresses(std::string_view prefix) {
  return AddressSet(interval(parse_prefix(prefix).value()));
}

Sieve sieve() {
  Sieve sieve;
  sieve.ask(Family::ip4, addresses("10.0.0.0/8"), addresses("203.0.113.0/24"));
  return sieve;
}

Ruleset sifted() {
  Rules rules;
  rules.table(TableFamily::ip, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({daddr("203.0.113.0/24")}, accept());
  auto linked = std::move(rules).done();
  linked.chains[0].sifted = true;
  linked.sieve = std::make_shared<Sieve const>(sieve());
  return linked;
}

Decision decided(Ruleset const& linked, std::string_view from, std::string_view to) {
  auto const like = tcp("10.0.0.1", "203.0.113.1", 443);
  auto asked = point_of(like);
  asked.at(Field::saddr) = interval(parse_prefix(from).value());
  asked.at(Field::daddr) = interval(parse_prefix(to).value());
  return decide(linked, region_like(linked, like, {}, Travel::forwarded, asked));
}

}  // namespace

TEST_CASE("sieve: rules between the two sides matter in both directions, rules within one do not") {
  auto const some = sieve();
  auto const wants = [&](std::string_view from, std::string_view to) {
    auto const source = interval(parse_prefix(from).value());
    auto const destination = interval(parse_prefix(to).value());
    auto const narrow = [](AddressInterval range) {
      return Sieve::Ip4Range{static_cast<std::uint32_t>(range.first),
                             static_cast<std::uint32_t>(range.last)};
    };
    bool const wanted = some.wants(Family::ip4, source, destination);
    CHECK(wanted == some.wants_ip4(narrow(source), narrow(destination)));
    return wanted;
  };
  CHECK(wants("10.1.0.0/16", "203.0.113.9/32"));
  CHECK(wants("203.0.113.9/32", "10.1.0.0/16"));
  CHECK(wants("0.0.0.0/0", "0.0.0.0/0"));
  CHECK(wants("0.0.0.0/0", "10.1.0.0/16"));
  CHECK_FALSE(wants("10.1.0.0/16", "10.2.0.0/16"));
  CHECK_FALSE(wants("203.0.113.9/32", "203.0.113.0/24"));
  CHECK_FALSE(wants("203.0.114.0/24", "10.0.0.0/8"));
}

TEST_CASE("sieve: ports and protocols count on the side of those who answer") {
  Sieve some;
  some.between(Family::ip4, addresses("10.0.0.0/8"), addresses("203.0.113.0/24"));
  some.on(safeconduct::l4::tcp, Sieve::PortRange{443, 443});
  some.on(safeconduct::l4::udp, Sieve::PortRange{53, 53});
  using Ports = std::vector<Sieve::PortRange>;
  auto const requests = [&](std::uint32_t protocol, Ports const& to) {
    return some.wants_of_requests({{}, {}, protocol, {}, to});
  };
  auto const replies = [&](std::uint32_t protocol, Ports const& from, Ports const& to) {
    return some.wants_of_replies({{}, {}, protocol, from, to});
  };
  CHECK(requests(safeconduct::l4::tcp, {{80, 80}, {400, 500}}));
  CHECK_FALSE(requests(safeconduct::l4::tcp, {{80, 80}, {444, 500}}));
  CHECK_FALSE(requests(safeconduct::l4::icmp, {}));
  CHECK(requests(Sieve::kAnyProtocol, {}));
  CHECK(replies(safeconduct::l4::udp, {{53, 53}}, {{1024, 2000}}));
  CHECK(replies(safeconduct::l4::udp, {}, {{1024, 2000}}));
  CHECK_FALSE(replies(safeconduct::l4::udp, {{54, 60}}, {}));

  auto const whole = [](std::string_view prefix) { return interval(parse_prefix(prefix).value()); };
  Sieve::Ground ground{Family::ip4, whole("10.1.0.0/16"), whole("203.0.113.0/25"),
                       {6, 6},      {0, 65535},           {443, 443}};
  CHECK(some.covers(ground, true));
  ground.destination_port = {443, 444};
  CHECK_FALSE(some.covers(ground, false));
  ground = {Family::ip4, whole("203.0.113.0/25"), whole("10.1.0.0/16"), {6, 6}, {443, 443},
            {0, 65535}};
  CHECK(some.covers(ground, false));
  CHECK_FALSE(some.covers(ground, true));
  ground.protocol = {6, 17};
  CHECK_FALSE(some.covers(ground, false));
}

TEST_CASE("decide: through a sieve it answers what was asked, and says so of any other ground") {
  auto const linked = sifted();
  auto const asked = decided(linked, "10.1.0.0/16", "203.0.113.0/25");
  CHECK_FALSE(asked.sieve_left);
  REQUIRE(asked.pieces.size() == 1);
  CHECK(asked.pieces[0].fate == Fate::pass);

  for (auto const* elsewhere : {"198.51.100.0/24", "0.0.0.0/0"}) {
    auto const other = decided(linked, "10.1.0.0/16", elsewhere);
    CHECK(other.sieve_left);
    for (auto const& piece : other.pieces) CHECK(piece.fate == Fate::budget);
  }
}

// The chain's second rule, and what stood behind it for replies alone, were left out.
TEST_CASE("decide: replies are answered by the rule before those that only they could meet") {
  auto linked = sifted();
  auto const reply = [&] { return decided(linked, "203.0.113.0/25", "10.1.0.0/16"); };
  CHECK_FALSE(reply().sieve_left);
  linked.chains[0].sifted_replies = 1;
  CHECK(reply().sieve_left);  // the chain's one rule is about what goes the other way
  linked.chains[0].rules[0].clause_count = 0;
  CHECK_FALSE(reply().sieve_left);
  linked.chains[0].sifted_replies = 0;
  CHECK(reply().sieve_left);
  CHECK_FALSE(decided(linked, "10.1.0.0/16", "203.0.113.0/25").sieve_left);
}

TEST_CASE("decide: a chain that lost no rules answers for every address, sieve or not") {
  auto linked = sifted();
  linked.chains[0].sifted = false;
  CHECK_FALSE(decided(linked, "0.0.0.0/0", "0.0.0.0/0").sieve_left);
}

}  // namespace safeconduct::test
