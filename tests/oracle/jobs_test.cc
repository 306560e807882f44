// SPDX-License-Identifier: GPL-3.0-or-later
// Threads share the work of a check, and are not to be seen in what comes of it.
#include <doctest/doctest.h>

#include <string>

#include "report/json_check.h"
#include "support/dice.h"
#include "verify/small_site.h"

namespace safeconduct::test {
namespace {

// Many destinations, and rules enough for an index.
std::string policy(testing::Dice& dice) {
  std::string text(kPolicy);
  for (int i = 0; i < 40; ++i)
    text += "  - id: more-" + std::to_string(i) +
            "\n    title: More\n    feature: dns\n    level: required\n    expect: allow\n    "
            "protocol: udp\n    ports: [53]\n    to: {addresses: [203.0." +
            std::to_string(dice.number(0, 9)) + '.' + std::to_string(dice.number(0, 255)) + "]}\n";
  return text;
}

std::string rules(testing::Dice& dice) {
  std::string text = "    ct state established,related accept\n";
  for (int i = 0; i < 600; ++i)
    text += "    ip saddr 10.20." + std::to_string(dice.number(0, 255)) + ".0/24 ip daddr 203.0." +
            std::to_string(dice.number(0, 9)) + ".0/24 udp dport " +
            std::string(dice.word({"53 accept", "53 drop", "1-1000 drop", "443 accept"})) + '\n';
  return text + "    ip daddr 203.0.0.0/21 udp dport 53 limit rate 5/second accept\n" +
         "    udp dport 53 udp sport >= 1024 accept\n";
}

}  // namespace

TEST_CASE("check: any number of threads gives the same report, byte for byte") {
  testing::Dice dice(5);
  auto in = input({{"inner", forward(rules(dice))}, {"outer", forward(rules(dice), "accept")}},
                  policy(dice));
  std::string first;
  for (unsigned const jobs : {1U, 2U, 3U, 8U, 200U}) {
    in.jobs = jobs;
    auto const text = json_check(checked(in), {});
    if (first.empty()) first = text;
    REQUIRE(text == first);
  }
  CHECK(first.contains("\"blocked\""));
  CHECK(first.contains("\"undecided\""));
}

}  // namespace safeconduct::test
