// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/expiry.h"

#include <doctest/doctest.h>

#include <string>

#include "base/codes.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

constexpr std::uint64_t kDay = 86400;  // seconds

DeviceRules read(std::vector<std::string> const& texts, std::optional<std::uint64_t> lasting,
                 bool running = false) {
  std::vector<SourceText> sources;
  for (auto const& text : texts) {
    SourceText source{"rules." + std::to_string(sources.size()),
                      std::make_shared<std::string const>(text)};
    source.lasting = lasting;
    source.running = running;
    sources.push_back(std::move(source));
  }
  std::vector<std::string> const interfaces{"lan0", "wan0"};
  return {"gw", "lan0", "wan0", must(read_device(sources, interfaces))};
}

// DNS to what the set has; all else passes.
std::string resolvers(std::string const& elements, std::string const& properties = "") {
  return "table ip filter {\n  set resolvers {\n    type ipv4_addr\n    flags timeout\n" +
         properties + "    elements = { " + elements +
         " }\n  }\n  chain forward {\n    type filter hook forward priority filter; policy drop;\n"
         "    ct state established,related accept\n    udp dport 53 ip daddr @resolvers accept\n"
         "    udp dport 53 drop\n    accept\n  }\n}\n";
}

CheckResult judged(DeviceRules device) {
  auto in = input({});
  in.devices.push_back(std::move(device));
  return checked(in);
}

Verdict verdict(DeviceRules device) { return finding(judged(std::move(device)), "plain").verdict; }

}  // namespace

TEST_CASE("expiry: an element is there all of the day asked about where it lives beyond it") {
  Date const today{2026, 11, 26};
  CHECK(lasting_until(today, today) == kDay);
  CHECK(lasting_until({2026, 12, 1}, today) == 6 * kDay);
  CHECK(lasting_until({2026, 11, 25}, today) == std::nullopt);
}

TEST_CASE("expiry: elements that expire are open, and there where they live long enough") {
  auto const rules = resolvers("208.67.222.222 timeout 3d expires 2d5h30s100ms");
  CHECK(verdict(read({rules}, std::nullopt)) == Verdict::undecided);
  auto counted = read({rules}, kDay);
  CHECK(counted.rules.first_expiry == 2 * kDay + 5 * 3600 + 30);
  CHECK(verdict(std::move(counted)) == Verdict::allowed);
  CHECK(verdict(read({rules}, 3 * kDay)) == Verdict::undecided);
  CHECK_FALSE(read({rules}, 3 * kDay).rules.first_expiry);
  // Of the running rules the listing says only how long an element may live in all.
  CHECK(verdict(read({rules}, kDay, true)) == Verdict::undecided);
  // A time that nobody can read is no time.
  CHECK(verdict(read({resolvers("208.67.222.222 timeout 3y")}, kDay)) == Verdict::undecided);
}

TEST_CASE("expiry: a set whose elements all expire is known where each is known to live") {
  auto const timed = [](std::string const& elements) {
    return resolvers(elements, "    timeout 3d\n");
  };
  auto const there = "208.67.222.222 expires 2d";
  CHECK(verdict(read({timed(there)}, std::nullopt)) == Verdict::undecided);
  CHECK(verdict(read({timed(there)}, kDay)) == Verdict::allowed);
  CHECK(verdict(read({timed(std::string(there) + ", 192.0.2.1 expires 3h")}, kDay)) ==
        Verdict::undecided);
  CHECK(verdict(read({timed("208.67.222.222, 192.0.2.1 expires 2d")}, kDay)) == Verdict::undecided);
  // One that is taken out again does not speak for one of which nothing is said.
  CHECK(verdict(read({timed("208.67.222.222, 192.0.2.1 expires 2d, 192.0.2.2 expires 2d") +
                      "delete element ip filter resolvers { 192.0.2.1 }\n"},
                     kDay)) == Verdict::undecided);
  CHECK(verdict(read({timed("208.67.222.222 expires 2d") +
                      "flush set ip filter resolvers\n"
                      "add element ip filter resolvers { 208.67.222.222 }\n"},
                     kDay)) == Verdict::undecided);
}

TEST_CASE("expiry: a block that expires is a block while it is there") {
  auto const rules =
      "table ip filter {\n  set blocked {\n    type ipv4_addr\n    flags timeout\n    elements = { "
      "208.67.222.222 timeout 9d expires 8d }\n  }\n  chain forward {\n    type filter hook "
      "forward "
      "priority filter; policy accept;\n    ip daddr @blocked drop\n  }\n}\n";
  CHECK(verdict(read({rules}, std::nullopt)) == Verdict::undecided);
  CHECK(verdict(read({rules}, kDay)) == Verdict::blocked);
}

TEST_CASE("expiry: as JSON, and of ipset, it is the same") {
  std::string const json =
      R"({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
{"table": {"family": "ip", "name": "f", "handle": 1}},
{"chain": {"family": "ip", "table": "f", "name": "c", "handle": 1, "type": "filter",
 "hook": "forward", "prio": 0, "policy": "accept"}},
{"set": {"family": "ip", "name": "s", "table": "f", "type": "ipv4_addr", "handle": 2,
 "flags": ["timeout"], "elem": [{"elem": {"val": "192.0.2.1", "timeout": 900000,
 "expires": 800000}}]}},
{"rule": {"family": "ip", "table": "f", "chain": "c", "handle": 3, "expr": [{"match":
 {"op": "==", "left": {"payload": {"protocol": "ip", "field": "daddr"}}, "right": "@s"}},
 {"drop": null}]}}]})";
  CHECK(read({json}, kDay).rules.first_expiry == 800'000);

  std::string const save =
      "# Generated by iptables-save v1.8.9\n*filter\n:FORWARD DROP [0:0]\n"
      "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
      "-A FORWARD -p udp -m udp --dport 53 -m set --match-set r dst -j ACCEPT\nCOMMIT\n";
  auto const set = [](std::string const& left) {
    return "create r hash:ip family inet hashsize 1024 maxelem 65536 timeout 600000\n"
           "add r 208.67.222.222 timeout " +
           left + "\n";
  };
  CHECK(verdict(read({save, set("172800")}, std::nullopt)) == Verdict::undecided);
  CHECK(verdict(read({save, set("172800")}, kDay)) == Verdict::allowed);
  CHECK(verdict(read({save, set("86399")}, kDay)) == Verdict::undecided);
  CHECK(read({save, set("172800")}, kDay).rules.first_expiry == 172'800);
}

TEST_CASE("expiry: what holds by elements that expire is named with the day they may be gone") {
  auto const rules = resolvers("208.67.222.222 timeout 3d expires 2d5h");
  auto result = judged(read({rules}, kDay));
  auto const before = result.upcoming.size();
  limit_to_expiry(result, judged(read({rules}, std::nullopt)), 2 * kDay + 5 * 3600, {2026, 11, 26});
  REQUIRE(result.upcoming.size() == before + 1);
  auto const& later = result.upcoming.back();
  CHECK(later.effective == Date{2026, 11, 28});
  CHECK(later.finding.requirement == "plain");
  CHECK(later.finding.code == code::kElementsExpire);
  CHECK(later.finding.verdict == Verdict::undecided);
  CHECK(finding(result, "plain").verdict == Verdict::allowed);
}

}  // namespace safeconduct
