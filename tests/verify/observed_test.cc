// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/observed.h"

#include <doctest/doctest.h>

#include "packet/field.h"
#include "policy/read.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kPolicy = R"(schema: policy/1
id: mine
requirements:
  - {id: dns-443, feature: dns-encrypted, level: required, expect: allow, protocol: udp, ports: [443], to: {addresses: [192.0.2.1, 192.0.2.2]}}
  - {id: dns-53, feature: dns, level: required, expect: allow, protocol: udp, ports: [53], to: {addresses: [192.0.2.1, 192.0.2.2]}}
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [192.0.2.9]}}
  - {id: extra, feature: pki, level: recommended, expect: allow, protocol: tcp, ports: [80], to: {addresses: [192.0.2.7]}}
)";

struct Question {
  std::vector<Policy> policies{read_policy("mine.yaml", std::string(kPolicy)).value()};
  IngressRanges ranges;
  Site site;
  Wanted wishes;
  Question() {
    site.name = "here";
    site.clients = {{*parse_prefix("10.0.0.0/8"), {}}};
    wishes = wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
};

Observation seen(std::string const& requirement, Outcome outcome, std::string_view dst,
                 std::uint16_t port, std::uint32_t protocol = l4::udp) {
  Observation o;
  o.requirement = requirement;
  o.outcome = outcome;
  o.cause = "made-up";
  o.protocol = protocol;
  o.dst = parse_address(dst);
  o.dport = port;
  return o;
}

std::vector<Observation> all(Outcome encrypted, Outcome plain, Outcome web) {
  return {seen("dns-443", encrypted, "192.0.2.1", 443),
          seen("dns-443", encrypted, "192.0.2.2", 443), seen("dns-53", plain, "192.0.2.1", 53),
          seen("dns-53", plain, "192.0.2.2", 53), seen("web", web, "192.0.2.9", 443, l4::tcp)};
}

std::string said(ObservedResult const& result) {
  return std::string(name(result.verdict)) + ", " + std::string(name(result.status.dns)) + ", " +
         std::string(name(result.status.web));
}

std::string said(Outcome encrypted, Outcome plain, Outcome web) {
  Question const question;
  return said(observed(question.wishes, all(encrypted, plain, web)));
}

}  // namespace

TEST_CASE("observed: verdict and client status are in the words of a check") {
  using enum Outcome;
  CHECK(said(open, open, open) == "allowed, Encrypted, Protected");
  CHECK(said(timeout, open, open) == "blocked, Transparent, Protected");
  CHECK(said(timeout, unreachable, reset) == "blocked, Open, CloudServiceUnavailable");
  CHECK(said(intercepted, intercepted, open) == "intercepted, Open, Protected");
  CHECK(said(open, open, tls_intercepted) == "intercepted, Encrypted, CloudServiceUnavailable");
  CHECK(said(open, open, tarpit) == "blocked, Encrypted, CloudServiceUnavailable");
}

TEST_CASE("observed: what was not seen to work is never called ready") {
  using enum Outcome;
  for (auto const outcome : {unproven, name_error, local_error, cancelled, not_tested}) {
    CAPTURE(name(outcome));
    CHECK(said(open, open, outcome) == "undecided, Encrypted, Unknown");
    CHECK(said(outcome, outcome, open) == "undecided, Unknown, Protected");
  }
  // Nor what was not probed at all.
  Question const question;
  auto some = all(open, open, open);
  some.pop_back();
  auto const result = observed(question.wishes, some);
  CHECK(said(result) == "undecided, Encrypted, Unknown");
  CHECK(failed(result, "required"));
}

TEST_CASE("observed: a name without an address of a family takes nothing from the other") {
  Question const question;
  auto some = all(Outcome::open, Outcome::open, Outcome::open);
  auto none = seen("web", Outcome::not_tested, "::", 443, l4::tcp);
  none.family = Family::ip6;
  none.dst.reset();
  none.cause = "no-address-of-the-family";
  some.push_back(none);
  CHECK(said(observed(question.wishes, some)) == "allowed, Encrypted, Protected");
}

TEST_CASE("observed: one address that answers does not speak for those that were not asked") {
  Question const question;
  constexpr Family kFour[] = {Family::ip4};
  auto some = all(Outcome::open, Outcome::open, Outcome::open);
  CHECK(said(observed(question.wishes, some, kFour)) == "allowed, Encrypted, Protected");
  some.erase(some.begin() + 3);  // the second resolver on port 53
  auto const result = observed(question.wishes, some, kFour);
  CHECK(said(result) == "undecided, Encrypted, Protected");
  CHECK(failed(result, "required"));
  REQUIRE(result.notes.size() == 1);
  CHECK(result.notes.front().code == "SC941");
  CHECK(result.notes.front().message ==
        "dns-53: what was asked passes, and of 192.0.2.2 (udp 53) nothing was asked: undecided");
  CHECK(said(observed(question.wishes, some)) == "allowed, Encrypted, Protected");  // evidence
}

TEST_CASE("observed: of a range one address says little, but clients go where its name leads") {
  auto const policy = R"(schema: policy/1
id: mine
requirements:
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [192.0.2.0/24, "2001:db8::/64"], names: [gate.example]}}
)";
  std::vector<Policy> const policies{read_policy("mine.yaml", policy).value()};
  IngressRanges const ranges;
  Site site;
  site.name = "here";
  site.clients = {{*parse_prefix("10.0.0.0/8"), {}}, {*parse_prefix("fd00::/8"), {}}};
  auto const wishes = wanted(policies, ranges, site, {2026, 11, 26}).value();
  constexpr Family kBoth[] = {Family::ip4, Family::ip6};
  auto one = seen("web", Outcome::open, "192.0.2.9", 443, l4::tcp);
  auto const alone = observed(wishes, {one}, std::span(kBoth, 1));
  CHECK(alone.verdict == Verdict::undecided);
  CHECK(alone.status.web == WebState::unknown);
  REQUIRE(alone.notes.size() == 1);
  CHECK(alone.notes.front().message ==
        "web: what was asked passes, and of 192.0.2.0/24 (tcp 443) 1 address was asked: undecided");
  one.name = "gate.example";
  CHECK(observed(wishes, {one}, std::span(kBoth, 1)).verdict == Verdict::allowed);
  // Where the name has no IPv6 address, no client uses IPv6.
  CHECK(observed(wishes, {one}, kBoth).verdict == Verdict::undecided);
  auto none = seen("web", Outcome::not_tested, "::", 443, l4::tcp);
  none.family = Family::ip6;
  none.dst.reset();
  none.cause = "no-address-of-the-family";
  none.name = "gate.example";
  CHECK(observed(wishes, {one, none}, kBoth).verdict == Verdict::allowed);
}

TEST_CASE(
    "observed: a host of the range that refuses is beyond the rules that would have dropped") {
  Question const question;
  auto o = seen("web", Outcome::unproven, "192.0.2.9", 443, l4::tcp);
  o.cause = kArrivesInRange;
  auto result = observed(question.wishes, {o});
  CheckResult check;
  Finding finding;
  finding.requirement = "web";
  FlowResult flow;
  flow.protocol = l4::tcp;
  flow.dst = AddressSet(interval(*parse_prefix("192.0.2.9/32")));
  flow.dport = PortSet(Interval<std::uint32_t>{443, 443});
  Part part;
  part.dst = flow.dst;
  part.dport = flow.dport;
  part.verdict = Verdict::blocked;
  part.how.kind = How::Kind::drop;
  flow.parts = {part};
  finding.flows = {flow};
  check.findings = {finding};
  lay_beside(result, check);
  CHECK(result.requirements.front().seen.front().beside.agreement ==
        Agreement::rules_block_wire_passes);
}

TEST_CASE("observed: exit status by level") {
  Question const question;
  auto some = all(Outcome::open, Outcome::open, Outcome::open);
  some.push_back(seen("extra", Outcome::timeout, "192.0.2.7", 80, l4::tcp));
  auto const result = observed(question.wishes, some);
  CHECK_FALSE(failed(result, "required"));
  CHECK(failed(result, "recommended"));
  CHECK_FALSE(failed(result, "none"));
}

TEST_CASE(
    "observed: causes are named once, the certain ones first, and silence speaks for nobody") {
  Question const question;
  auto some = all(Outcome::timeout, Outcome::open, Outcome::reset);
  for (auto& o : some) {
    if (o.outcome == Outcome::timeout) o.cause = "silent";
    if (o.outcome != Outcome::reset) continue;
    o.cause = "reset-before-target";
    o.by = Teller::before_target;
  }
  auto const result = observed(question.wishes, some);
  REQUIRE(result.causes.size() == 2);
  CHECK(result.causes[0].code == "reset-before-target");
  CHECK(result.causes[0].likelihood == "certain");
  CHECK(result.causes[1].code == "silent");
  CHECK(result.causes[1].likelihood == "possible");
  CHECK(result.causes[1].speaks_for.size() == 2);
  REQUIRE(result.causes[1].speaks_against.size() == 1);
  CHECK(result.causes[1].speaks_against[0].starts_with("silence alone does not tell a firewall"));
}

TEST_CASE("observed: beside the rules, what they foretell is held against what was seen") {
  Question const question;
  auto const beside = [&](Outcome wire, Part const& part) {
    auto result = observed(question.wishes, {seen("web", wire, "192.0.2.9", 443, l4::tcp)});
    CheckResult check;
    Finding finding;
    finding.requirement = "web";
    FlowResult flow;
    flow.protocol = l4::tcp;
    flow.dst = AddressSet(interval(*parse_prefix("192.0.2.9/32")));
    flow.dport = PortSet(Interval<std::uint32_t>{443, 443});
    auto one = part;
    one.dst = flow.dst;
    one.dport = flow.dport;
    flow.parts = {one};
    finding.flows = {flow};
    check.findings = {finding};
    lay_beside(result, check);
    auto const& found = result.requirements.at(0).seen.at(0).beside;
    return std::string(name(found.agreement)) + ", " + found.expected;
  };
  Part passes;
  Part drops;
  drops.verdict = Verdict::blocked;
  drops.how = {How::Kind::drop, RejectWith::port_unreachable};
  Part resets = drops;
  resets.how = {How::Kind::reject, RejectWith::tcp_reset};
  Part refuses = drops;
  refuses.how = {How::Kind::reject, RejectWith::port_unreachable};
  Part answers_lost = resets;
  answers_lost.leg = Leg::reply;
  Part unknown;
  unknown.verdict = Verdict::undecided;
  CHECK(beside(Outcome::open, passes) == "agree, open");
  CHECK(beside(Outcome::timeout, passes) == "rules-allow-wire-does-not, open");
  CHECK(beside(Outcome::open, drops) == "rules-block-wire-passes, timeout");
  CHECK(beside(Outcome::timeout, drops) == "agree, timeout");
  CHECK(beside(Outcome::reset, resets) == "agree, reset");
  CHECK(beside(Outcome::unreachable, refuses) == "agree, unreachable");
  CHECK(beside(Outcome::timeout, resets) == "other-failure, reset");
  // The reset of an answer goes to the server; the client hears nothing.
  CHECK(beside(Outcome::timeout, answers_lost) == "agree, timeout");
  CHECK(beside(Outcome::open, unknown) == "undecided, unknown");
  CHECK(beside(Outcome::local_error, drops) == "undecided, timeout");
}

}  // namespace safeconduct::test
