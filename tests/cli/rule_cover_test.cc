// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/rule_cover.h"

#include <doctest/doctest.h>

#include "packet/field.h"

namespace safeconduct::test {
namespace {

AddressSet addresses(std::string_view prefix) {
  return AddressSet(interval(*parse_prefix(prefix)));
}

RuleRef rule(std::uint32_t line) {
  RuleRef one;
  one.at = {"fw.nft", line, 3};
  one.text = "rule " + std::to_string(line);
  return one;
}

Part part(std::string_view dst, RuleRef const& by, Verdict verdict = Verdict::allowed) {
  Part one;
  one.verdict = verdict;
  one.src = addresses("10.0.0.0/8");
  one.dst = addresses(dst);
  one.dport = PortSet(Interval<std::uint32_t>{53, 53});
  one.rule = by;
  return one;
}

FlowResult flow(std::string_view dst, std::vector<Part> parts) {
  FlowResult one;
  one.protocol = l4::udp;
  one.src = addresses("10.0.0.0/8");
  one.dst = addresses(dst);
  one.dport = PortSet(Interval<std::uint32_t>{53, 53});
  one.parts = std::move(parts);
  return one;
}

CheckResult check_of(std::vector<FlowResult> flows, bool expect_deny = false) {
  CheckResult check;
  Finding finding;
  finding.requirement = "dns";
  finding.expect_deny = expect_deny;
  finding.flows = std::move(flows);
  check.findings.push_back(std::move(finding));
  return check;
}

}  // namespace

TEST_CASE("rule_cover: what one rule decides in one way is asked once, whatever it is sent to") {
  auto const cover = rule_cover(check_of({flow("192.0.2.1/32", {part("192.0.2.1/32", rule(7))}),
                                          flow("192.0.2.2/32", {part("192.0.2.2/32", rule(7))})}));
  REQUIRE(cover.witnesses.size() == 1);
  auto const& one = cover.witnesses.front();
  CHECK(one.requirement == "dns");
  CHECK(to_string(one.dst) == "192.0.2.1");
  CHECK(one.port == 53);
  CHECK(one.rule == "allowed by fw.nft:7:3: rule 7");
  CHECK_FALSE(one.range);
  CHECK(cover.notes.empty());
}

TEST_CASE("rule_cover: a range that several rules cut has one packet of each piece") {
  auto const cover = rule_cover(
      check_of({flow("192.0.2.0/24", {part("192.0.2.0/25", rule(7)),
                                      part("192.0.2.128/25", rule(8), Verdict::blocked)})}));
  REQUIRE(cover.witnesses.size() == 2);
  CHECK(to_string(cover.witnesses[0].dst) == "192.0.2.1");  // not the network itself
  CHECK(cover.witnesses[0].range);
  CHECK(to_string(cover.witnesses[1].dst) == "192.0.2.129");
  CHECK(cover.witnesses[1].rule == "blocked by fw.nft:8:3: rule 8");
}

TEST_CASE("rule_cover: what must not pass is not asked, and a name has no region") {
  CHECK(rule_cover(check_of({flow("192.0.2.1/32", {part("192.0.2.1/32", rule(7))})}, true))
            .witnesses.empty());
  auto named = flow("192.0.2.1/32", {});
  named.dst = {};
  CHECK(rule_cover(check_of({named})).witnesses.empty());
}

TEST_CASE("rule_cover: a rule for some of the clients is asked, with a note whom it is for") {
  auto some = part("192.0.2.1/32", rule(7));
  some.src = addresses("10.9.0.0/16");
  auto const cover = rule_cover(check_of({flow("192.0.2.1/32", {some})}));
  CHECK(cover.witnesses.size() == 1);
  REQUIRE(cover.notes.size() == 1);
  CHECK(cover.notes.front().message ==
        "dns: allowed by fw.nft:7:3: rule 7, for some of the clients only: a probe meets it where "
        "its sender is one of them");
}

TEST_CASE("rule_cover: a packet that rules treat differently by its sender is sent once") {
  auto some = part("192.0.2.1/32", rule(7));
  some.src = addresses("10.9.0.0/16");
  auto others = part("192.0.2.1/32", rule(8), Verdict::blocked);
  others.src = addresses("10.10.0.0/16");
  auto const cover = rule_cover(check_of({flow("192.0.2.1/32", {some, others})}));
  REQUIRE(cover.witnesses.size() == 1);
  CHECK(cover.witnesses.front().rule ==
        "allowed by fw.nft:7:3: rule 7; for other clients blocked by fw.nft:8:3: rule 8");
}

}  // namespace safeconduct::test
