// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/neighbours.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

Notes neighbour_notes(CheckInput const& in) {
  auto result = checked(in);
  std::erase_if(result.notes, [](Note const& n) { return n.code != code::kNeighbours; });
  return result.notes;
}

// All is forwarded; the host's own packets go by these rules.
std::string host_rules(std::string const& input, std::string const& output = "") {
  return "table inet t {\n  chain f {\n    type filter hook forward priority 0; policy accept;\n  "
         "}\n  chain i {\n    type filter hook input priority 0; policy drop;\n" +
         input + "  }\n  chain o {\n    type filter hook output priority 0; policy accept;\n" +
         output + "  }\n}\n";
}

constexpr char const* kState = "    ct state established,related accept\n";
constexpr char const* kDiscovery =
    "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n";

}  // namespace

// Connection tracking knows no neighbour discovery, so that 'established' does not let it in.
TEST_CASE("neighbours: an input that lets in answers alone leaves IPv6 without neighbours") {
  auto const notes = neighbour_notes(ip6_site({{"gw", host_rules(kState)}}));
  REQUIRE(notes.size() == 2);
  CHECK(
      notes[0].message ==
      "gw: IPv6 neighbour solicitations that come in by lan0 are lost (gw.rules:6:40): hosts on "
      "that link do not find each other, and no IPv6 packet passes, whatever else the rules "
      "allow, which is undecided for that; where nobody asks (PPP, tunnels, neighbours entered by "
      "hand), say so: --known-neighbours, or known-neighbours in the site file");
  CHECK(notes[0].at == Location{"gw.rules", 6, 40});
  CHECK(notes[1].message.contains("come in by wan0"));
}

TEST_CASE(
    "neighbours: what rules let pass is undecided where no neighbour is found, as rules say") {
  auto const in = ip6_site({{"gw", host_rules(kState)}});
  auto const result = checked(in);
  CHECK(result.verdict == Verdict::undecided);
  std::size_t parts = 0;
  for (auto const& finding : result.findings) {
    CHECK_FALSE(finding.holds);
    CHECK(finding.code == code::kUndecided);
    for (auto const& flow : finding.flows)
      for (auto const& part : flow.parts) {
        if (flow.family == Family::ip4) continue;
        ++parts;
        CHECK(part.verdict == Verdict::undecided);
        CHECK(part.rule->at == Location{"gw.rules", 6, 40});  // that drops the solicitation
        CHECK(part.undecided_by == std::vector<std::string>{"finding neighbours on lan0"});
        REQUIRE(part.also.size() == 1);  // that lets the packet pass
        CHECK(part.also.front().at == Location{"gw.rules", 3, 42});
      }
  }
  CHECK(parts > 0);
}

TEST_CASE("neighbours: what is blocked anyway stays so, and what must not pass does not hold") {
  std::string const rules = "    udp dport 443 drop\n    accept\n";
  auto const blocked = checked(ip6_site({{"gw", forward(rules) + host_rules(kState)}}));
  for (auto const& finding : blocked.findings)
    CHECK(finding.verdict ==
          (finding.requirement == "encrypted" ? Verdict::blocked : Verdict::undecided));
}

TEST_CASE("neighbours: the operator may know them, and the report says that it was told so") {
  auto in = ip6_site({{"gw", host_rules(kState)}});
  in.devices.front().rules.known_neighbours = true;
  auto const result = checked(in);
  CHECK(result.verdict == Verdict::allowed);
  CHECK(neighbour_notes(in).empty());
  auto const told = std::ranges::find(result.notes, code::kTold, &Note::code);
  REQUIRE(told != result.notes.end());
  CHECK(told->message.contains("hosts on the links of gw are taken to be known"));
  // Where the rules let them find each other, nothing was taken at anybody's word.
  auto well = ip6_site({{"gw", host_rules(std::string(kState) + kDiscovery)}});
  well.devices.front().rules.known_neighbours = true;
  auto const notes = checked(well).notes;
  CHECK(std::ranges::find(notes, code::kTold, &Note::code) == notes.end());
}

TEST_CASE("neighbours: nothing is said where they find each other, or where nobody can tell") {
  std::string const state = kState;
  CHECK(neighbour_notes(ip6_site({{"gw", host_rules(state + kDiscovery)}})).empty());
  CHECK(neighbour_notes(ip6_site({{"gw", host_rules("    ct state invalid drop\n    accept\n")}}))
            .empty());
  // Which addresses the messages go to, nobody knows.
  CHECK(neighbour_notes(
            ip6_site({{"gw", host_rules("    ip6 daddr ff02::/16 accept\n    accept\n")}}))
            .empty());
  CHECK(
      neighbour_notes(ip6_site({{"gw", host_rules("    limit rate 9/second accept\n")}})).empty());
  CHECK(neighbour_notes(ip6_site({{"gw", forward("    accept\n")}})).empty());
}

TEST_CASE("neighbours: clients without IPv6 need none, and flows that are blocked even less") {
  CHECK(neighbour_notes(input({{"gw", host_rules(kState)}})).empty());
  CHECK(neighbour_notes(ip6_site({{"gw", forward("    drop\n") + host_rules(kState)}})).empty());
}

TEST_CASE("neighbours: links to one other host have none to find") {
  auto const one_link = neighbour_notes(ip6_site({{"gw", host_rules(kState), "lan0", "ppp0"}}));
  REQUIRE(one_link.size() == 1);
  CHECK(one_link[0].message.contains("come in by lan0"));
  CHECK(neighbour_notes(ip6_site({{"gw", host_rules(kState), "wg0", "tun0"}})).empty());
}

TEST_CASE("neighbours: each of the messages counts, on its link") {
  struct Case {
    std::string input;
    std::string output;
    std::string said;
  };
  std::string const all = kDiscovery;
  for (auto const& [in, out, said] :
       std::vector<Case>{{"    iifname \"wan0\" icmpv6 type nd-neighbor-advert drop\n" + all, "",
                          "IPv6 neighbour advertisements that come in by wan0"},
                         {all, "    oifname \"lan0\" icmpv6 type nd-neighbor-advert drop\n",
                          "IPv6 neighbour advertisements that it sends by lan0"},
                         {all, "    oifname \"wan0\" icmpv6 type nd-neighbor-solicit drop\n",
                          "IPv6 neighbour solicitations that it sends by wan0"}}) {
    auto const notes = neighbour_notes(ip6_site({{"gw", host_rules(in, out)}}));
    CAPTURE(said);
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].message.contains(said));
  }
}

TEST_CASE("neighbours: without names of interfaces the note is for any") {
  auto const notes = neighbour_notes(ip6_site({{"gw", host_rules(kState), "", ""}}));
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message.contains("come in by any interface"));
}

}  // namespace safeconduct
