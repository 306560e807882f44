// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/codes.h"
#include "support/conversation.h"
#include "verify/small_site.h"

// Hosts that have to find each other by IPv6 neighbour discovery, through rules of the gateway
// between them: a note that they do not, a verdict that is undecided for that, and an exchange that
// fails, come together.
namespace safeconduct::testing {
namespace {

bool is_noted(std::string const& rules) {
  auto const result = test::checked(test::ip6_site({{"gateway", rules}}));
  bool const noted =
      std::ranges::find(result.notes, code::kNeighbours, &Note::code) != result.notes.end();
  CHECK(result.findings.back().verdict == (noted ? Verdict::undecided : Verdict::allowed));
  return noted;
}

std::string chain(std::string const& hook, std::string const& policy, std::string const& rules) {
  return "table inet " + hook + " {\n  chain c {\n    type filter hook " + hook +
         " priority 0; policy " + policy + ";\n" + rules + "\n  }\n}\n";
}

}  // namespace

TEST_CASE("neighbours: the note is there where the kernel's hosts do not find each other") {
  if (!netns_ready()) return;
  struct Case {
    std::string rules;
    bool found = false;
  };
  std::string const state = "ct state established,related accept\n";
  std::vector<Case> const cases{
      {chain("input", "drop", state), false},
      {chain("input", "drop",
             state + "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept"),
       true},
      {chain("input", "drop", "ct state { established, related, untracked } accept"), true},
      {chain("input", "accept", "ct state invalid drop"), true},
      {chain("input", "accept", "icmpv6 type nd-neighbor-solicit drop"), false},
      {chain("input", "accept", "iifname wan0 icmpv6 type nd-neighbor-advert drop"), false},
      {chain("output", "accept", "icmpv6 type nd-neighbor-advert drop"), false},
      {chain("output", "accept", "oifname wan0 icmpv6 type nd-neighbor-solicit drop"), false},
      {chain("postrouting", "accept", "oifname lan0 meta l4proto ipv6-icmp drop"), false},
      // Against forged sources: what the gateway asks from an address of the link is none of them.
      {chain("output", "accept", "ip6 saddr != { fd00:1::/64, 2620:119:35::/48 } drop"), false},
      {chain("output", "accept", "ip6 saddr fe80::/10 drop"), false},
      {chain("output", "accept", "oifname wan0 ip6 daddr ff02::/16 drop"), false},
      {chain("postrouting", "accept", "oifname wan0 fib saddr type local drop"), false},
      {chain("prerouting", "accept", "iifname wan0 fib daddr type local drop"), false},
      {chain("output", "accept", "ip6 saddr fe80::1 drop"), true},
  };
  ConversationPlan plan;
  plan.discovery = true;
  for (auto const& [rules, found] : cases) {
    CAPTURE(rules);
    CHECK(is_noted(rules) == !found);
    Conversation conversation(plan);  // anew: what was found once is known for a while
    REQUIRE(conversation.load_nft(rules) == "");
    auto const seen =
        conversation.run_one(exchange(Transport::udp, "fd00:1::3", "2620:119:35::35", 53));
    CHECK_MESSAGE((seen.end == End::ok) == found, to_string(seen));
  }
}

}  // namespace safeconduct::testing
