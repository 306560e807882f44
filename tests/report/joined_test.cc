// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/joined.h"

#include <doctest/doctest.h>

#include "report/advice.h"
#include "report/sample_result.h"
#include "report/words.h"

using namespace safeconduct;

namespace {

FlowBox box(std::uint32_t protocol, std::string_view dst, std::uint32_t port) {
  return {Family::ip4,          {protocol},          test::addresses("10.20.0.0/16"),
          test::addresses(dst), PortSet({0, 65535}), PortSet({port, port})};
}

}  // namespace

TEST_CASE("joined: boxes that differ in one respect become one") {
  auto const all = joined({box(l4::udp, "192.0.2.1", 53), box(l4::udp, "192.0.2.2", 53),
                           box(l4::tcp, "192.0.2.1", 53), box(l4::tcp, "192.0.2.2", 53)});
  REQUIRE(all.size() == 1);
  CHECK(packets_text(all[0]) == "tcp and udp 10.20.0.0/16 > 192.0.2.1 and 192.0.2.2 port 53");
}

TEST_CASE("joined: boxes that differ in two respects stay apart") {
  auto const all = joined({box(l4::udp, "192.0.2.1", 53), box(l4::udp, "192.0.2.2", 443)});
  CHECK(all.size() == 2);
}

TEST_CASE("joined: families never mix") {
  auto six = box(l4::udp, "192.0.2.1", 53);
  six.family = Family::ip6;
  CHECK(joined({box(l4::udp, "192.0.2.1", 53), six}).size() == 2);
}

TEST_CASE("words: long lists end in a number, unless all are asked for") {
  std::vector<std::string> const items{"a", "b", "c", "d"};
  CHECK(listed(items) == "a, b, c and d");
  CHECK(listed(items, 2) == "a, b and 2 more");
  CHECK(listed({"a"}, 2) == "a");
  CHECK(listed(std::vector<std::string>{}) == "");
}

TEST_CASE("words: the full sets are said in words, or not at all") {
  auto any = box(l4::udp, "0.0.0.0/0", 53);
  any.dport = PortSet({0, 65535});
  CHECK(packets_text(any) == "udp 10.20.0.0/16 > any IPv4 address");
  any.sport = PortSet({1024, 65535});
  CHECK(packets_text(any) == "udp 10.20.0.0/16 from port 1024-65535 > any IPv4 address");
}

TEST_CASE("advice: rules are offered in the export's own syntax") {
  auto part = test::dropped(test::sample_part(Verdict::blocked, "10.20.0.0/16", "192.0.2.1", 53,
                                              test::sample_rule(14, "udp dport 53 drop")));
  Decided decided{&part, false, {box(l4::udp, "192.0.2.1", 53)}, {}, {}, {}, {}, {}, {}};
  auto advice = advice_for(decided).value();
  CHECK(advice.sentence == "let these packets pass, for instance before line 14:");
  CHECK(advice.rules ==
        std::vector<std::string>{"ip saddr 10.20.0.0/16 ip daddr 192.0.2.1 udp dport 53 accept"});

  part.rule.change().iptables = true;
  part.rule.change().text = "-A FORWARD -p udp -m udp --dport 53 -j DROP";
  part.rule.change().chain = "FORWARD";
  decided.boxes = joined({box(l4::udp, "192.0.2.1", 53), box(l4::tcp, "192.0.2.1", 53)});
  advice = advice_for(decided).value();
  CHECK(advice.rules == std::vector<std::string>{
                            "-A FORWARD -s 10.20.0.0/16 -d 192.0.2.1 -p tcp --dport 53 -j ACCEPT",
                            "-A FORWARD -s 10.20.0.0/16 -d 192.0.2.1 -p udp --dport 53 -j ACCEPT"});
}

TEST_CASE("advice: no rule is offered where it would not be exact, or the leg is another") {
  auto part = test::dropped(test::sample_part(Verdict::blocked, "10.20.0.0/16", "192.0.2.1", 53,
                                              test::sample_rule(14, "udp dport 53 drop")));
  Decided decided{&part, false, {box(l4::udp, "192.0.2.1", 53)}, {}, {}, {}, {}, {}, {}};
  decided.boxes[0].sport = PortSet({1024, 65535});
  CHECK(advice_for(decided)->rules.empty());
  part.leg = Leg::reply;
  part.witness_state = CtState::established;
  CHECK(advice_for(decided)->rules ==
        std::vector<std::string>{"ct state established,related accept"});
}
