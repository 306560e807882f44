// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/conversation.h"

#include <doctest/doctest.h>

#include <cerrno>

namespace safeconduct::testing {

namespace {

constexpr auto kClient4 = "10.1.2.3";
constexpr auto kClient6 = "fd00:1::3";
constexpr auto kServer4 = "208.67.222.222";
constexpr auto kServer6 = "2620:119:35::35";

// DNS over UDP and HTTPS over TCP, in both families: udp4, udp6, tcp4, tcp6.
std::vector<Exchange> both_families() {
  return {exchange(Transport::udp, kClient4, kServer4, 53),
          exchange(Transport::udp, kClient6, kServer6, 53),
          exchange(Transport::tcp, kClient4, kServer4, 443),
          exchange(Transport::tcp, kClient6, kServer6, 443)};
}

std::string forward(std::string const& policy, std::string const& rules) {
  return "table inet t {\n  chain f {\n    type filter hook forward priority 0; policy " + policy +
         ";\n" + rules + "\n  }\n}\n";
}

void check_all(Conversation& talk, std::string const& expected) {
  auto const results = talk.run(both_families());
  for (std::size_t i = 0; i < results.size(); ++i) {
    CAPTURE(i);
    CHECK(to_string(results[i]) == expected);
  }
}

}  // namespace

TEST_CASE("conversation: without rules both ends see each other as they are") {
  if (!netns_ready()) return;
  Conversation talk;
  for (auto wanted : both_families()) {
    wanted.from_port = 40000;
    CAPTURE(to_string(Endpoint{wanted.to, wanted.to_port}));
    auto const result = talk.run_one(wanted);
    CHECK(to_string(result) == "ok");
    CHECK(result.connected == (wanted.transport == Transport::tcp));
    REQUIRE(result.server_saw);
    CHECK((*result.server_saw == Endpoint{wanted.from, 40000}));
    CHECK((*result.asked_at == Endpoint{wanted.to, wanted.to_port}));
    CHECK((*result.client_saw == Endpoint{wanted.to, wanted.to_port}));
    CHECK((result.reached == Host::server));
  }
}

TEST_CASE("conversation: a port where nobody listens refuses") {
  if (!netns_ready()) return;
  Conversation talk;
  CHECK(to_string(talk.run_one(exchange(Transport::tcp, kClient4, kServer4, 80))) ==
        "refused: tcp-reset");
  CHECK(to_string(talk.run_one(exchange(Transport::udp, kClient4, kServer4, 80))) ==
        "refused: icmp 3/3");
  CHECK(to_string(talk.run_one(exchange(Transport::udp, kClient6, kServer6, 80))) ==
        "refused: icmp 1/4");
}

TEST_CASE("conversation: a stateful rule set lets requests and their replies pass") {
  if (!netns_ready()) return;
  Conversation talk;
  REQUIRE(talk.load_nft(forward("drop",
                                "ct state established,related accept\n"
                                "iifname lan0 udp dport 53 accept\n"
                                "iifname lan0 tcp dport 443 accept")) == "");
  check_all(talk, "ok");
  CHECK(to_string(talk.run_one(exchange(Transport::tcp, kClient4, kServer4, 53))) == "no answer");
  talk.flush();
  CHECK(to_string(talk.run_one(exchange(Transport::tcp, kClient4, kServer4, 53))) == "ok");
}

TEST_CASE(
    "conversation: without a rule for replies there is no answer, though the request arrives") {
  if (!netns_ready()) return;
  Conversation talk;
  REQUIRE(talk.load_nft(forward("drop",
                                "iifname lan0 udp dport 53 accept\n"
                                "iifname lan0 tcp dport 443 accept")) == "");
  auto const results = talk.run(both_families());
  for (auto const& result : results) CHECK(to_string(result) == "no answer");
  CHECK(results[0].server_saw.has_value());        // UDP arrived
  CHECK_FALSE(results[2].server_saw.has_value());  // TCP never got beyond its SYN
  CHECK_FALSE(results[2].connected);
}

TEST_CASE("conversation: notrack makes replies strangers") {
  if (!netns_ready()) return;
  Conversation talk;
  std::string const notrack =
      "table inet r {\n  chain pre {\n    type filter hook prerouting priority raw;\n    notrack\n "
      " }\n}\n";
  std::string const stateful =
      "ct state established,related accept\niifname lan0 udp dport 53 accept\n"
      "iifname lan0 tcp dport 443 accept\n";
  REQUIRE(talk.load_nft(notrack + forward("drop", stateful)) == "");
  check_all(talk, "no answer");
  talk.flush();
  REQUIRE(talk.load_nft(notrack +
                        forward("drop", stateful + "ct state untracked iifname wan0 accept\n")) ==
          "");
  check_all(talk, "ok");
}

TEST_CASE("conversation: refusals tell how") {
  if (!netns_ready()) return;
  Conversation talk;
  REQUIRE(talk.load_nft(forward("drop",
                                "meta l4proto tcp reject with tcp reset\n"
                                "reject with icmpx admin-prohibited")) == "");
  auto const results = talk.run(both_families());
  CHECK(to_string(results[0]) == "refused: icmp 3/13");
  CHECK(results[0].error == EHOSTUNREACH);
  CHECK(to_string(results[1]) == "refused: icmp 1/1");
  CHECK(results[1].error == EACCES);
  for (auto const i : {2U, 3U}) {
    CHECK(to_string(results[i]) == "refused: tcp-reset");
    CHECK(results[i].error == ECONNREFUSED);
  }
  talk.flush();
  REQUIRE(talk.load_nft(forward("drop", "reject with icmpx admin-prohibited")) == "");
  auto const again = talk.run(both_families());
  CHECK(to_string(again[2]) == "refused: icmp 3/13");
  CHECK(to_string(again[3]) == "refused: icmp 1/1");
}

TEST_CASE("conversation: masquerade shows the server the gateway") {
  if (!netns_ready()) return;
  Conversation talk;
  REQUIRE(talk.load_nft(
              "table inet n {\n  chain post {\n    type nat hook postrouting priority srcnat;\n"
              "    oifname \"wan0\" masquerade\n  }\n}\n") == "");
  for (auto const& wanted : both_families()) {
    auto const result = talk.run_one(wanted);
    CHECK(to_string(result) == "ok");
    REQUIRE(result.server_saw);
    bool const v6 = wanted.to.family == Family::ip6;
    CHECK((result.server_saw->address == wire_address(v6 ? "2001:db8:ffff::2" : "192.0.2.2")));
  }
}

TEST_CASE("conversation: dnat leads elsewhere, and the client cannot tell") {
  if (!netns_ready()) return;
  Conversation talk;
  REQUIRE(
      talk.load_nft("table inet n {\n  chain pre {\n    type nat hook prerouting priority dstnat;\n"
                    "    ip daddr 208.67.222.222 dnat ip to 198.51.100.7\n"
                    "    ip6 daddr 2620:119:35::35 dnat ip6 to 2001:db8:7::7\n  }\n}\n") == "");
  for (auto const& wanted : both_families()) {
    auto const result = talk.run_one(wanted);
    CHECK(to_string(result) == "ok");
    REQUIRE(result.asked_at);
    bool const v6 = wanted.to.family == Family::ip6;
    CHECK((result.asked_at->address == wire_address(v6 ? "2001:db8:7::7" : "198.51.100.7")));
    CHECK((result.client_saw->address == wanted.to));
  }
}

TEST_CASE("conversation: redirect is answered by the gateway") {
  if (!netns_ready()) return;
  ConversationPlan plan;
  plan.gateway_ports = {5353};
  Conversation talk(plan);
  REQUIRE(
      talk.load_nft("table inet n {\n  chain pre {\n    type nat hook prerouting priority dstnat;\n"
                    "    meta l4proto { tcp, udp } redirect to :5353\n  }\n}\n") == "");
  for (auto const& wanted : both_families()) {
    auto const result = talk.run_one(wanted);
    CHECK(to_string(result) == "ok");
    CHECK((result.reached == Host::gateway));
    REQUIRE(result.asked_at);
    CHECK(result.asked_at->port == 5353);
  }
}

TEST_CASE("conversation: iptables rules hold as well") {
  if (!netns_ready()) return;
  Conversation talk;
  for (auto const backend : {Backend::nft, Backend::legacy}) {
    REQUIRE(talk.load_iptables("*filter\n:FORWARD DROP [0:0]\n"
                               "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
                               "-A FORWARD -i lan0 -p udp --dport 53 -j ACCEPT\nCOMMIT\n",
                               Family::ip4, backend) == "");
    auto const results = talk.run(both_families());
    CHECK(to_string(results[0]) == "ok");
    CHECK(to_string(results[1]) == "ok");  // ip6tables has no rules
    CHECK(to_string(results[2]) == "no answer");
    CHECK(to_string(results[3]) == "ok");
    talk.flush();
  }
}

TEST_CASE("conversation: two hundred exchanges at the same time") {
  if (!netns_ready()) return;
  Conversation talk;
  REQUIRE(talk.load_nft(forward("drop",
                                "ct state established,related accept\n"
                                "th dport 53 accept")) == "");
  std::vector<Exchange> many;
  for (unsigned i = 0; i < 200; ++i) {
    bool const v6 = i % 4 >= 2;
    many.push_back(exchange(i % 2 == 0 ? Transport::udp : Transport::tcp, v6 ? kClient6 : kClient4,
                            v6 ? kServer6 : kServer4, i % 8 == 7 ? 443 : 53));
  }
  auto const results = talk.run(many);
  for (std::size_t i = 0; i < results.size(); ++i) {
    CAPTURE(i);
    CHECK(to_string(results[i]) == (many[i].to_port == 443 ? "no answer" : "ok"));
  }
}

}  // namespace safeconduct::testing
