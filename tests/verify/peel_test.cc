// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/peel.h"

#include <doctest/doctest.h>

#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

constexpr char const* kStateful = "    ct state established,related accept\n";

// What the first part of 'plain' (DNS over UDP) meets next: "6 blocked, 9 blocked: mended".
std::string next_of(CheckInput const& in, std::string_view id = "plain") {
  auto const result = checked(in);
  auto const& part = finding(result, id).flows.front().parts.front();
  std::string text;
  for (auto const& stop : part.next)
    text += (text.empty() ? "" : ", ") + stop.rule.device + ':' +
            std::to_string(stop.rule.at.line) + (stop.rule.policy ? " policy " : " ") +
            std::string(name(stop.verdict)) +
            (stop.leg == Leg::request ? "" : " " + std::string(name(stop.leg)));
  if (!part.mended) return text + "; not looked at";
  return text + (text.empty() ? "" : "; ") + (*part.mended ? "mended" : "not mended");
}
std::string next_of(std::string const& rules, std::string const& policy = "drop") {
  return next_of(input({{"gw", rules.starts_with("table") ? rules : forward(rules, policy)}}));
}

}  // namespace

TEST_CASE("peel: one rule at fault is enough, and nothing comes next") {
  CHECK(next_of(std::string(kStateful) + "    udp dport 53 drop\n    accept\n") == "mended");
  CHECK(next_of(std::string(kStateful) + "    tcp dport 443 accept\n") == "mended");
  CHECK(next_of(std::string(kStateful) + "    accept\n") == "; not looked at");
}

TEST_CASE("peel: later rules, the policy, later chains and hooks come next, in order") {
  CHECK(next_of(std::string(kStateful) +
                "    udp dport 53 drop\n    ip daddr 208.67.222.222 reject\n") ==
        "gw:6 blocked, gw:3 policy blocked; mended");
  CHECK(next_of(forward(std::string(kStateful) + "    udp dport 53 drop\n    accept\n") +
                "table inet more {\n  chain forward {\n    type filter hook forward priority 10; "
                "policy drop;\n    ct state established accept\n  }\n"
                "  chain post {\n    type filter hook postrouting priority 0; policy accept;\n"
                "    udp dport 53 drop\n  }\n}\n") ==
        "gw:11 policy blocked, gw:16 blocked; mended");
}

TEST_CASE("peel: the way back and the next device come next") {
  CHECK(next_of("    udp dport 53 drop\n    udp dport { 53, 443 } accept\n") ==
        "gw:3 policy blocked reply; mended");
  std::string const open = std::string(kStateful) + "    accept\n";
  CHECK(next_of(input({{"inner", forward(std::string(kStateful) + "    udp dport 53 drop\n" +
                                         "    accept\n")},
                       {"outer", forward(std::string(kStateful) + "    udp sport 0-65535 udp dport "
                                                                  "53 reject\n    accept\n")}})) ==
        "outer:5 blocked; mended");
}

TEST_CASE("peel: several rules that each stop a part of it come next together") {
  CHECK(next_of(std::string(kStateful) +
                "    udp dport 53 drop\n    ip saddr 10.20.0.0/17 drop\n    ip saddr "
                "10.20.128.0/17 reject\n    accept\n") == "gw:6 blocked, gw:7 blocked; mended");
}

TEST_CASE("peel: what diverts comes next, too") {
  CHECK(next_of(forward(std::string(kStateful) + "    udp dport 53 drop\n    accept\n") +
                "table ip nat {\n  chain pre {\n    type nat hook prerouting priority dstnat; "
                "policy accept;\n    udp dport 53 dnat to 192.0.2.53\n  }\n}\n") ==
        "gw:12 intercepted; mended");
}

TEST_CASE("peel: what hangs on a rate after the rule is said, and not mended") {
  CHECK(next_of(std::string(kStateful) +
                "    udp dport 53 drop\n    limit rate 5/second accept\n    drop\n") ==
        "gw:6 undecided; not mended");
  CHECK(next_of(std::string(kStateful) +
                "    udp dport 53 drop\n    limit rate over 5/second drop\n    accept\n") ==
        "gw:6 undecided; not mended");
}

TEST_CASE("peel: the list ends after eight rules") {
  std::string rules = kStateful;
  for (int i = 0; i < 12; ++i) rules += "    udp dport 53 drop\n";
  CHECK(next_of(rules) ==
        "gw:6 blocked, gw:7 blocked, gw:8 blocked, gw:9 blocked, gw:10 blocked, gw:11 blocked, "
        "gw:12 blocked, gw:13 blocked; not mended");
}

TEST_CASE("peel: parts that pass together once one rule is mended are looked at together") {
  std::string rules = kStateful;
  for (int i = 0; i < 300; ++i)  // each leaves a part of its own to the policy
    rules += "    ip saddr 10.20." + std::to_string(i / 4) + "." + std::to_string(i % 4 * 8) +
             "/30 udp sport " + std::to_string(2000 + 2 * i) + " udp dport 53 accept\n";
  auto const result = checked(input({{"gw", forward(rules, "drop")}}));
  auto const& parts = finding(result, "plain").flows.front().parts;
  std::size_t lost = 0;
  for (auto const& part : parts) {
    if (part.verdict != Verdict::blocked) continue;
    ++lost;
    CHECK(part.next.empty());
    CHECK(part.mended == true);  // of the last, too
  }
  CHECK(lost > 300);
}

TEST_CASE("peel: where only some parts of a rule pass once it is mended, each is told by itself") {
  auto const result = checked(input(
      {{"gw", forward(std::string(kStateful) + "    ip saddr 10.20.0.0/24 udp sport 2000-2999 "
                                               "udp dport 53 accept\n"
                                               "    udp dport 53 drop\n"
                                               "    ip saddr 10.20.0.0/24 udp dport 53 drop\n"
                                               "    accept\n")}}));
  std::string text;
  for (auto const& part : finding(result, "plain").flows.front().parts) {
    if (part.verdict != Verdict::blocked) continue;
    CHECK(part.rule->at.line == 6);
    CHECK(part.mended == true);
    text += part.next.empty() ? "nothing;" : std::to_string(part.next.front().rule.at.line) + ';';
  }
  CHECK(text == "7;nothing;");
}

// Too much lies between the two to ask about both at once; one of them is stopped further on.
TEST_CASE("peel: addresses of a set that lie far apart are asked about one by one") {
  std::string between;
  for (int i = 1; i < 250; ++i)
    for (int k = 1; k < 5; ++k)
      between += "    ip saddr 10.20." + std::to_string(i) + '.' + std::to_string(10 * k) +
                 " udp dport 53 drop\n";
  auto const next = [&](std::string const& last) {
    return next_of(std::string(kStateful) +
                   "    udp dport 53 ip saddr { 10.20.0.1, 10.20.255.1 } drop\n" + between + last +
                   "    accept\n");
  };
  CHECK(next("    ip saddr 10.20.255.2 reject\n") == "mended");
  CHECK(next("    ip saddr 10.20.255.1 reject\n") == "gw:1002 blocked; mended");
}

// 8192 stretches of four addresses are lost: to look at them once more took longer than all else.
TEST_CASE("peel: what is lost in thousands of places is not looked at once more") {
  auto const result = checked(
      input({{"gw", forward(std::string(kStateful) + "    ip saddr & 0.0.0.4 == 0 accept\n")}}));
  std::size_t lost = 0;
  for (auto const& part : finding(result, "plain").flows.front().parts) {
    if (part.verdict != Verdict::blocked) continue;
    ++lost;
    CHECK_FALSE(part.mended.has_value());
    CHECK(part.next.empty());
  }
  CHECK(lost == 1);
}

TEST_CASE("peel: an nft rule is mended with all that its line says") {
  CHECK(next_of(std::string(kStateful) +
                "    udp dport vmap { 53 : drop, 54 : accept }\n    accept\n") == "mended");
}

}  // namespace safeconduct
