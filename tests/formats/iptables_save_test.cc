// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "formats/iptables_golden.h"

namespace safeconduct::test {
namespace {

Result<Ruleset> read_text(std::string text, std::string name = "rules.v4") {
  SourceText const source{std::move(name), std::make_shared<std::string const>(std::move(text))};
  return read_device(std::span(&source, 1));
}

std::string rule_text(std::string const& rule) {
  auto const rules = read_text("*filter\n:INPUT ACCEPT\n:own - [0:0]\n" + rule + "\nCOMMIT\n");
  if (!rules) return to_message(rules.error());
  std::string text;
  for (auto const& chain : rules->chains)
    for (auto const& entry : chain.rules) {
      for (auto const& clause : clauses(*rules, entry))
        text += to_text(*rules, clause, Family::ip4) + ", ";
      text += to_text(*rules, entry.action) + '\n';
    }
  return text;
}

}  // namespace

TEST_CASE("iptables_save: what the golden exports say") {
  for (auto const& golden : load_golden("formats/golden/iptables")) {
    CAPTURE(golden.name);
    check_golden(golden, "expect", read_case(golden));
  }
}

TEST_CASE("iptables_save: a faulty export is refused with its place and what would do") {
  check_rejects("iptables-");
}

TEST_CASE("iptables_save: line ends, marks and blanks do not change what is read") {
  std::string const plain =
      "*filter\n:INPUT DROP [1:2]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n";
  auto const expected = read_text(plain);
  REQUIRE(expected);
  for (std::string const& text : {
           std::string("*filter\r\n:INPUT DROP [1:2]\r\n-A INPUT -p tcp -m tcp --dport 22 -j "
                       "ACCEPT\r\nCOMMIT\r\n"),
           std::string(
               "*filter\n:INPUT DROP [1:2]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT"),
           std::string("\xEF\xBB\xBF*filter\n:INPUT DROP [1:2]\n-A INPUT -p tcp -m tcp --dport 22 "
                       "-j ACCEPT\nCOMMIT\n"),
           std::string("*filter\n:INPUT DROP [1:2]\n[7:420] -A INPUT -p tcp -m tcp --dport 22 -j "
                       "ACCEPT\nCOMMIT  \t\n"),
           std::string("*filter\n  :INPUT DROP\n  -A  INPUT\t-p tcp  --dport 22  -j ACCEPT -c 7 "
                       "420\nCOMMIT\n\n \n"),
           std::string("*filter\n-P INPUT DROP\n--append INPUT --protocol tcp "
                       "--destination-port=22 --jump ACCEPT\nCOMMIT\n"),
       }) {
    CAPTURE(text);
    auto const rules = read_text(text);
    REQUIRE(rules);
    CHECK(to_text(*rules) == to_text(*expected));
  }
}

TEST_CASE("iptables_save: a rule's span is its own words, without counters and blanks") {
  auto const rules =
      read_text("*filter\n:INPUT DROP\n[7:420] -A INPUT  -s 10.0.0.1 -j DROP \r\nCOMMIT\n");
  REQUIRE(rules);
  auto const& rule = rules->chains[0].rules.at(0);
  CHECK(text(*rules, rule.span) == "-A INPUT  -s 10.0.0.1 -j DROP");
  CHECK(location(*rules, rule.span) == Location{"rules.v4", 3, 9});
}

TEST_CASE("iptables_save: old and new ways of negation say the same") {
  struct Pair {
    char const* now;
    char const* before;
  };
  for (auto const& [now, before] : {
           Pair{"-A INPUT ! -s 10.0.0.0/8 -j DROP", "-A INPUT -s ! 10.0.0.0/8 -j DROP"},
           Pair{"-A INPUT ! -i eth0 -j DROP", "-A INPUT -i ! eth0 -j DROP"},
           Pair{"-A INPUT ! -p tcp -j DROP", "-A INPUT -p ! tcp -j DROP"},
           Pair{"-A INPUT -p tcp -m tcp ! --dport 22 -j DROP",
                "-A INPUT -p tcp -m tcp --dport ! 22 -j DROP"},
           Pair{"-A INPUT -p tcp ! --syn -j DROP", "-A INPUT -p tcp -m tcp ! --syn -j DROP"},
           Pair{"-A INPUT -m state ! --state NEW -j DROP",
                "-A INPUT -m state --state ! NEW -j DROP"},
           Pair{"-A INPUT -m mark ! --mark 1 -j DROP",
                "-A INPUT -m mark --mark ! 0x1/0xffffffff -j DROP"},
       }) {
    CAPTURE(before);
    CHECK(rule_text(now) == rule_text(before));
    CHECK(rule_text(now).find("not ") != std::string::npos);
  }
}

TEST_CASE("iptables_save: an insertion counts rules, not the cases that a rule has in the model") {
  auto const rules = read_text(
      "*filter\n:INPUT ACCEPT\n"
      "-A INPUT -m conntrack --ctproto 6 --ctorigdstport 22 -j ACCEPT\n"  // two cases
      "-A INPUT -s 10.0.0.2 -j ACCEPT\n"
      "-I INPUT 2 -s 10.0.0.3 -j DROP\n"
      "-I INPUT -s 10.0.0.4 -j DROP\n"
      "COMMIT\n");
  REQUIRE(rules);
  std::vector<std::uint32_t> lines;
  for (auto const& rule : rules->chains[0].rules) lines.push_back(location(*rules, rule.span).line);
  CHECK(lines == std::vector<std::uint32_t>{6, 3, 3, 5, 4});
}

}  // namespace safeconduct::test
