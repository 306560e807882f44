// SPDX-License-Identifier: GPL-3.0-or-later
// One table of iptables-nft in two exports, given together as README and SC908 ask for: each rule
// is what the kernel does, whichever of the two says it wrongly.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "support/kernel_compare.h"
#include "support/kernel_oracle.h"
#include "verify/trace.h"

namespace safeconduct::testing {
namespace {

struct Setup {
  std::vector<std::string> commands;
  bool undecided = false;  // nobody can tell which is right
};

std::vector<std::string> words_of(std::string const& command) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < command.size();) {
    auto const end = std::min(command.find(' ', at), command.size());
    words.push_back(command.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

void run(Namespace const& space, std::vector<std::string> const& commands) {
  for (auto const& command : commands) {
    CAPTURE(command);
    auto const ran = space.program(words_of(command));
    REQUIRE_MESSAGE(ran.status == 0, ran.err);
  }
}

std::string said_by(Namespace const& space, std::string const& command) {
  return space.program(words_of(command)).out;
}

std::vector<Shot> shots() {
  std::vector<Shot> all;
  for (auto const* const to : {"208.67.222.222", "208.67.220.1", "208.67.223.255"})
    for (auto const port : std::array<std::uint16_t, 3>{53, 80, 443}) {
      all.push_back({wire_udp("10.20.0.7", 40000, to, port), Side::inside});
      all.push_back({wire_tcp("10.20.0.7", 40000, to, port), Side::inside});
    }
  return all;
}

void hold(Setup const& setup) {
  KernelOracle oracle;
  auto const& space = oracle.space();
  run(space, setup.commands);
  auto const save = said_by(space, "iptables-nft-save");
  std::vector<ReadRules> const readings{
      read_rules("save and text", {save, said_by(space, "nft list ruleset")}),
      read_rules("text and save", {said_by(space, "nft list ruleset"), save}),
      read_rules("save and JSON", {save, said_by(space, "nft -j list ruleset")}),
      read_running(space, {save})};
  auto const sent = shots();
  auto const seen = oracle.send(sent);
  for (auto const& reading : readings) {
    CAPTURE(reading.origin);
    REQUIRE_MESSAGE(reading.device.has_value(), reading.error);
    std::size_t undecided = 0;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      auto const answer = trace(*reading.device, question_of(sent[i]));
      auto const agreement = compare(answer, sent[i], seen[i]);
      CHECK_MESSAGE(agreement != Agreement::differ, to_string(sent[i].packet), ": ",
                    to_string(answer), "; the kernel: ", to_string(seen[i]));
      if (agreement == Agreement::undecided) ++undecided;
    }
    bool const running = &reading == &readings.back();  // says more than a listing
    CHECK((running ? undecided == 0 || setup.undecided : (undecided > 0) == setup.undecided));
  }
}

std::string const kForward = "iptables-nft -A FORWARD ";
std::string const kMangle = "iptables-nft -t mangle -A PREROUTING ";
std::string const kNative = "nft add rule ip filter FORWARD ";

}  // namespace

TEST_CASE("two exports: a table with the chains alone that its rules need is the same table") {
  if (!netns_ready()) return;
  // Twice one after the other, these rules end otherwise than once.
  hold({{kMangle + "-i lan0 -j MARK --xor-mark 0x1", kForward + "-m mark --mark 0x1 -j DROP"}});
  hold({{kMangle + "-m mark --mark 0x1 -j MARK --set-mark 0x2",
         kMangle + "-i lan0 -m mark --mark 0x0 -j MARK --set-mark 0x1",
         "iptables-nft -P FORWARD DROP", kForward + "-i lan0 -m mark --mark 0x2 -j ACCEPT"}});
  hold({{kMangle + "-p tcp -m multiport --dports 53,443 -j MARK --xor-mark 0x1",
         kForward + "-i lan0 -m mark --mark 0x1 -j DROP"}});
}

TEST_CASE("two exports: what iptables-save says wrongly of nft's own rules, nft says") {
  if (!netns_ready()) return;
  std::string const own = kForward + "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
  hold({{own, kNative + "ip daddr 208.67.220.0-208.67.223.255 drop"}});
  hold({{own, kNative + "ip saddr 10.20.0.0-10.20.0.255 udp dport 443 drop"}});
  hold({{own, kNative + "ip daddr 208.67.220.0/22 ip daddr != 208.67.222.222 drop"}});
  hold({{own, kNative + "tcp dport 53-443 tcp dport != 80 drop"}});
  hold(
      {{own, "iptables-nft -P FORWARD DROP", kNative + "ip saddr 10.20.0.0-10.20.255.255 accept"}});
  hold({{own, "iptables-nft -P FORWARD DROP", kNative + "udp length 9 accept"}, true});
  // Of sets and of several fields at once iptables-save says nothing at all.
  std::string const set =
      "nft add set ip filter counters { type ipv4_addr; elements = { 10.1.2.9 }; }";
  for (std::string const rule : {"ip saddr @counters counter accept", "ip saddr @counters accept",
                                 "ip daddr 208.67.222.0/24 ip saddr @counters counter accept",
                                 "ip saddr . udp dport { 10.20.0.7 . 53 } counter accept",
                                 "ip saddr @counters accept comment \"counter\""})
    hold({{own, "iptables-nft -P FORWARD DROP", set, kNative + rule}});
  hold({{own, set, kNative + "ip saddr @counters counter drop"}});
  // It looks as if iptables had made it.
  hold({{own, kNative + "ip daddr 208.67.220.0-208.67.223.255 counter drop"}, true});
}

TEST_CASE("two exports: what nft lists as a shell or loosely, iptables-save says") {
  if (!netns_ready()) return;
  hold({{kForward + "-m string --algo bm --string abcdefgh -j DROP",
         kForward + "-p udp -m multiport --ports 53,443 -j DROP"},
        true});
  hold({{"iptables-nft -P FORWARD DROP", kForward + "-p udp -m multiport --ports 53:80 -j ACCEPT",
         kForward + "-m addrtype --src-type UNICAST --dst-type LOCAL -j ACCEPT",
         kForward + "-p tcp -m tcp --dport 443 -m comment --comment web -j ACCEPT"}});
}

TEST_CASE("two exports: a base chain that nft put into the table stays") {
  if (!netns_ready()) return;
  hold({{"iptables-nft -P FORWARD DROP", kForward + "-j ACCEPT",
         "nft add chain ip filter own { type filter hook forward priority 10; }",
         "nft add rule ip filter own udp dport 53 drop"}});
}

// What iptables-save said before 'then' was done, and the rules that run after it.
ReadRules out_of_date(KernelOracle const& oracle, std::string const& first,
                      std::string const& then) {
  auto const& space = oracle.space();
  run(space, {"iptables-nft -F FORWARD", kForward + first});
  auto const save = said_by(space, "iptables-nft-save");
  run(space, {"iptables-nft -R FORWARD 1 " + then});
  return read_running(space, {save});
}

TEST_CASE("two exports: a save that is out of date does not say what a rule of extensions does") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  run(oracle.space(), {"iptables-nft -P FORWARD DROP", "iptables-nft -N one", "iptables-nft -N two",
                       "iptables-nft -A one -j ACCEPT"});
  std::string const from = "-s 10.20.0.7/32 -p udp ";
  std::string const of_state = from + "-m conntrack --ctstate NEW ";
  struct Case {
    std::string saved;
    std::string running;
  };
  for (auto const& [saved, running] : std::vector<Case>{
           {from + "-j ACCEPT", from + "-j REJECT"},
           {from + "-j REJECT", from + "-j ACCEPT"},
           {of_state + "-j ACCEPT", of_state + "-j DROP"},
           {of_state + "-j one", of_state + "-j two"},
           {of_state + "-j ACCEPT", "-s 10.20.0.8/32 -p udp -m conntrack --ctstate NEW -j ACCEPT"},
           {of_state + "-j ACCEPT", "-p udp -m conntrack --ctstate NEW -j ACCEPT"},
           {"-m conntrack --ctstate NEW -j ACCEPT", of_state + "-j ACCEPT"},
           {of_state + "-j ACCEPT", "-i wan0 " + of_state + "-j ACCEPT"},
           {"-i wan0 " + of_state + "-j ACCEPT", of_state + "-j ACCEPT"},
           {of_state + "-j ACCEPT", from + "-m addrtype --dst-type LOCAL -j ACCEPT"},
           {of_state + "-j ACCEPT", of_state + "-m addrtype --dst-type LOCAL -j ACCEPT"},
           {of_state + "-m addrtype --dst-type LOCAL -j ACCEPT", of_state + "-j ACCEPT"}}) {
    CAPTURE(saved);
    CAPTURE(running);
    auto const reading = out_of_date(oracle, saved, running);
    REQUIRE_MESSAGE(reading.device.has_value(), reading.error);
    Shot const shot{wire_udp("10.20.0.7", 40000, "208.67.222.222", 53), Side::inside};
    auto const seen = oracle.send(std::vector{shot}).front();
    auto const answer = trace(*reading.device, question_of(shot));
    CHECK_MESSAGE(compare(answer, shot, seen) != Agreement::differ, to_string(answer),
                  "; the kernel: ", to_string(seen));
    // Of one time, the two say what the rule does.
    auto const renewed =
        read_running(oracle.space(), {said_by(oracle.space(), "iptables-nft-save")});
    REQUIRE_MESSAGE(renewed.device.has_value(), renewed.error);
    auto const now = trace(*renewed.device, question_of(shot));
    CHECK_MESSAGE(compare(now, shot, seen) == Agreement::agree, to_string(now),
                  "; the kernel: ", to_string(seen));
  }
}

TEST_CASE("two exports: of two times are no one table") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  auto const& space = oracle.space();
  run(space, {kForward + "-p udp --dport 53 -j ACCEPT"});
  auto const save = said_by(space, "iptables-nft-save");
  auto const read_with = [&](std::string const& command) {
    run(space, {command});
    return read_rules("both", {save, said_by(space, "nft list ruleset")});
  };
  CHECK(read_with("iptables-nft -P FORWARD DROP").error.contains("has another policy"));
  run(space, {"iptables-nft -P FORWARD ACCEPT"});
  CHECK(read_with(kForward + "-p udp --dport 443 -j DROP")
            .error.contains("has another number of rules (2, and 1 here)"));
  run(space, {"iptables-nft -D FORWARD 2"});
  CHECK(read_with("iptables-nft -N more").error.contains("chain 'more' of ip filter is not there"));
}

}  // namespace safeconduct::testing
