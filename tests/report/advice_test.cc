// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/advice.h"

#include <doctest/doctest.h>

#include "report/sample_result.h"

namespace safeconduct {
namespace {

using namespace test;

Part lost(Leg leg) {
  auto part = dropped(sample_part(Verdict::blocked, "10.1.0.0/16", "208.67.222.222/32", 53,
                                  sample_rule(7, "udp dport 53 drop")));
  part.leg = leg;
  if (leg != Leg::request) part.witness_state = CtState::established;
  return part;
}

Advice advised(Part const& part) {
  Decided decided;
  decided.like = &part;
  decided.boxes = {{Family::ip4, {l4::udp}, part.src, part.dst, part.sport, part.dport}};
  return advice_for(decided).value_or(Advice{});
}

}  // namespace

TEST_CASE("advice: an accept for the packets that a rule loses, and for answers one by state") {
  CHECK(
      advised(lost(Leg::request)).rules ==
      std::vector<std::string>{"ip saddr 10.1.0.0/16 ip daddr 208.67.222.222 udp dport 53 accept"});
  CHECK(advised(lost(Leg::reply)).rules ==
        std::vector<std::string>{"ct state established,related accept"});
}

TEST_CASE("advice: what passes and must not is stopped before the rule that lets it pass") {
  auto const part = sample_part(Verdict::allowed, "10.1.0.0/16", "192.0.2.1", 53,
                                sample_rule(7, "udp dport 53 accept"));
  Decided decided;
  decided.like = &part;
  CHECK_FALSE(advice_for(decided).has_value());
  decided.expect_deny = true;
  REQUIRE(advice_for(decided).has_value());
  CHECK(advice_for(decided)->sentence == "stop these packets before line 7.");
}

TEST_CASE("advice: where a policy is come to by a return, what mends it stands before that") {
  auto part = lost(Leg::request);
  part.rule.change().policy = true;
  part.rule.change().chain = "forward";
  CHECK(advised(part).sentence.contains("before the end of chain forward"));
  part.passes_by_end = true;
  CHECK(advised(part).sentence.contains("at the beginning of chain forward"));
}

TEST_CASE("advice: behind a translation of the source no rule names the clients' addresses") {
  auto part = lost(Leg::request);
  part.after_translation = true;
  CHECK(advised(part).rules.empty());
}

TEST_CASE("advice: before connection tracking no rule about states is offered") {
  auto part = lost(Leg::reply);
  part.before_tracking = true;
  auto const advice = advised(part);
  CHECK(advice.rules.empty());
  CHECK(advice.sentence ==
        "connection tracking has not looked at packets here, so that no rule about states matches: "
        "let the answers pass by their addresses and ports before line 7.");
}

TEST_CASE("advice: answers to untracked requests are not established, and notrack is named") {
  auto part = lost(Leg::reply);
  part.witness_state = CtState::new_;
  auto const advice = advised(part);
  CHECK(advice.rules.empty());
  CHECK(advice.sentence.starts_with("the requests are not tracked ('notrack')"));
}

}  // namespace safeconduct
