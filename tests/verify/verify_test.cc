// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/verify.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "rules/device_facts.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

constexpr char const* kStateful = "    ct state established,related accept\n";
constexpr char const* kAll =
    "    ct state established,related accept\n"
    "    ip daddr 208.67.222.222 udp dport { 53, 443 } accept\n"
    "    ip daddr 18.135.112.200 tcp dport 443 accept\n";

TEST_CASE("verify: a site whose gateway lets everything through is allowed, and fails nothing") {
  auto const result = checked(input({{"gw", forward(kAll)}}));
  CHECK(result.verdict == Verdict::allowed);
  CHECK(result.status.dns == DnsState::encrypted);
  CHECK(result.status.web == WebState::is_protected);
  CHECK(result.status.fail_open == false);
  CHECK(result.summary.allowed == 3);
  CHECK_FALSE(failed(result, "required"));
  CHECK(finding(result, "plain").flows.front().parts.front().rule->at.line == 5);
}

TEST_CASE("verify: the rule that stops a flow is named with its place, way and a witness") {
  auto const result = checked(input(
      {{"gw",
        forward("    ct state established,related accept\n    udp dport 53 drop\n    accept\n")}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::blocked);
  CHECK(plain.code == code::kBlocked);
  auto const& part = plain.flows.front().parts.front();
  CHECK(part.rule->text == "udp dport 53 drop");
  CHECK(part.rule->at == Location{"gw.rules", 5, 5});
  CHECK(part.way == std::vector<std::string>{"inet filter/forward"});
  CHECK(part.how.kind == How::Kind::drop);
  REQUIRE(part.witness.has_value());
  CHECK(to_string(*part.witness) == "udp 10.20.0.0:1024 > 208.67.222.222:53");
  CHECK(result.status.dns == DnsState::encrypted);
  CHECK(failed(result, "required"));
}

TEST_CASE(
    "verify: judged by what happens, not rule by rule: an unknown drop before a drop policy "
    "drops") {
  auto const result = checked(
      input({{"gw", forward(std::string(kStateful) +
                            "    limit rate 5/second drop\n    ip daddr 1.1.1.1 accept\n")}}));
  CHECK(finding(result, "plain").verdict == Verdict::blocked);
}

TEST_CASE(
    "verify: a rule of which nobody can tell is not named for what a later one surely stops") {
  auto const result = checked(
      input({{"gw",
              "table inet early {\n  chain p {\n    type filter hook prerouting priority 0;\n"
              "    limit rate over 10/second drop\n  }\n}\n" +
                  forward(std::string(kStateful) + "    udp dport 53 reject\n", "drop")}}));
  auto const& flow = finding(result, "plain").flows.front();
  REQUIRE(flow.verdict == Verdict::blocked);
  REQUIRE(flow.parts.size() == 1);
  auto const& part = flow.parts.front();
  CHECK(part.rule->text == "udp dport 53 reject");
  CHECK(part.how.kind == How::Kind::reject);
  REQUIRE(part.also.size() == 1);
  CHECK(part.also.front().text == "limit rate over 10/second drop");
}

TEST_CASE("verify: a part says whether its rule stands behind a translation of the source") {
  auto const with = [](std::string const& translation) {
    auto const result = checked(input(
        {{"gw",
          "table ip n {\n  chain s {\n    type nat hook postrouting priority srcnat;\n" +
              translation +
              "  }\n}\n"
              "table inet late {\n  chain q {\n    type filter hook postrouting priority 200;\n"
              "    udp dport 53 drop\n  }\n}\n" +
              forward(kAll)}}));
    auto const& part = finding(result, "plain").flows.front().parts.front();
    CHECK(part.verdict == Verdict::blocked);
    CHECK(part.rule->text == "udp dport 53 drop");
    return part.after_translation;
  };
  CHECK(with("    snat to 198.51.100.1\n"));
  CHECK_FALSE(with("    tcp dport 80 snat to 198.51.100.1\n"));
}

TEST_CASE("verify: a part says whether packets come to a policy past the end of its chain") {
  auto const with = [](std::string const& rules) {
    auto const result =
        checked(input({{"gw", forward(rules) + "table inet filter {\n  chain u {\n  }\n}\n"}}));
    auto const& part = finding(result, "plain").flows.front().parts.front();
    CHECK(part.verdict == Verdict::blocked);
    CHECK(part.rule->policy);
    return part.passes_by_end;
  };
  CHECK(with("    udp dport 53 return\n"));
  CHECK(with("    udp dport 53 goto u\n"));
  CHECK_FALSE(with("    udp dport 53 jump u\n"));
}

TEST_CASE("verify: behind a translation of the source, a filter for clients' ports is decided") {
  auto const verdict = [](std::string const& translation) {
    auto const result = checked(
        input({{"gw",
                "table ip n {\n  chain s {\n    type nat hook postrouting priority srcnat;\n"
                "    oifname \"wan0\" " +
                    translation + "\n  }\n}\n" + forward(kAll)},
               {"edge", forward("    th sport 1024-65535 udp dport 53 accept\n"
                                "    udp sport 53 th dport 1024-65535 accept\n")}}));
    return finding(result, "plain").verdict;
  };
  CHECK(verdict("masquerade") == Verdict::allowed);
  CHECK(verdict("snat to 198.51.100.1") == Verdict::allowed);
  CHECK(verdict("meta l4proto { tcp, udp } masquerade to :1000-2000") == Verdict::undecided);
}

TEST_CASE("verify: the witness of an answer comes to where the request was translated to") {
  std::string const snat =
      "table ip n {\n  chain s {\n    type nat hook postrouting priority srcnat;\n    snat to "
      "198.51.100.7\n  }\n}\n";
  auto const comes_to = [&](std::string const& priority) {
    auto const result = checked(input(
        {{"gw", snat + "table inet r {\n  chain p {\n    type filter hook prerouting priority " +
                    priority + ";\n    udp sport 53 drop\n  }\n}\n" + forward(kAll)}}));
    auto const& part = finding(result, "plain").flows.front().parts.front();
    CHECK(part.leg == Leg::reply);
    return to_string(Address{Family::ip4, *part.witness->at(Field::daddr)});
  };
  CHECK(comes_to("raw") == "198.51.100.7");
  CHECK(comes_to("mangle") == "198.51.100.7");
  CHECK(comes_to("dstnat + 10") == "10.20.0.0");
}

TEST_CASE("verify: the next device meets the address that masquerade is said to put in") {
  auto const verdict = [](std::string_view own) {
    auto in = input({{"gw",
                      "table ip n {\n  chain s {\n    type nat hook postrouting priority srcnat;"
                      "\n    masquerade\n  }\n}\n" +
                          forward(kAll)},
                     {"edge", forward("    ip saddr 198.51.100.7 udp dport 53 accept\n"
                                      "    ip daddr 198.51.100.7 udp sport 53 accept\n")}});
    if (auto const address = parse_address(own)) take_facts(in.devices.front().rules, {{*address}});
    return finding(checked(in), "plain").verdict;
  };
  CHECK(verdict("") == Verdict::undecided);
  CHECK(verdict("198.51.100.7") == Verdict::allowed);
  CHECK(verdict("198.51.100.8") == Verdict::blocked);
}

TEST_CASE("verify: a part behind a device that translates says so") {
  auto const at_second = [](std::string const& translation) {
    auto const result = checked(input(
        {{"gw", "table ip n {\n  chain s {\n    type nat hook postrouting priority srcnat;\n" +
                    translation + "  }\n}\n" + forward(kAll)},
         {"edge", forward("    udp dport 53 drop\n" + std::string(kAll))}}));
    auto const& part = finding(result, "plain").flows.front().parts.front();
    CHECK(part.verdict == Verdict::blocked);
    CHECK(part.origin.device == 1);
    return part.after_translation;
  };
  CHECK(at_second("    snat to 198.51.100.1\n"));
  CHECK_FALSE(at_second("    tcp dport 80 snat to 198.51.100.1\n"));
}

TEST_CASE("verify: a part says whether its rule comes before connection tracking") {
  auto const at = [](std::string const& place) {
    auto const result =
        checked(input({{"gw", "table inet r {\n  chain r {\n    type filter " + place +
                                  ";\n    udp sport 53 drop\n  }\n}\n" + forward(kAll)}}));
    auto const& part = finding(result, "plain").flows.front().parts.front();
    CHECK(part.verdict == Verdict::blocked);
    CHECK(part.leg == Leg::reply);
    return part.before_tracking;
  };
  CHECK(at("hook prerouting priority raw"));
  CHECK_FALSE(at("hook prerouting priority mangle"));
  CHECK(at("hook ingress devices = { \"lan0\", \"wan0\" } priority 10"));
}

TEST_CASE("verify: answers that only a rate's mark lets back are undecided, not lost") {
  auto const result =
      checked(input({{"gw", forward("    ct direction original limit rate 5/second ct mark set 1\n"
                                    "    ct direction original accept\n"
                                    "    ct direction reply ct mark 1 accept\n")}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::undecided);
  CHECK(plain.flows.front().parts.front().undecided_by ==
        std::vector<std::string>{"limit rate 5/second"});
  CHECK(plain.flows.front().parts.front().rule->at.line == 4);
}

TEST_CASE(
    "verify: past the budget, what surely stops packets is named, and the rest is undecided") {
  // Sources and destinations in turn: more pieces than are followed.
  std::string rules = kStateful;
  for (int i = 0; i < 1200; ++i)
    rules += "    ip saddr 10.20." + std::to_string(i / 8) + '.' + std::to_string(i % 8 * 16) +
             " drop\n    ip daddr 9." + std::to_string(i / 8) + '.' + std::to_string(i % 8 * 16) +
             ".1 drop\n";
  auto const result = checked(input({{"gw", forward(rules, "drop")}}, kDenyPolicy));
  auto const& others = finding(result, "others");
  std::size_t blocked = 0;
  std::size_t open = 0;
  for (auto const& flow : others.flows)
    for (auto const& part : flow.parts) {
      if (part.verdict == Verdict::blocked) ++blocked;
      if (part.verdict == Verdict::undecided) {
        ++open;
        CHECK(part.undecided_by == std::vector<std::string>{"the analysis ran into its budget"});
      }
      CHECK(part.verdict != Verdict::allowed);
    }
  CHECK(blocked > 0);
  CHECK(open > 0);
  CHECK_FALSE(others.holds);
  CHECK(others.code == code::kTooComplex);
  CHECK(std::ranges::find(result.notes, code::kTooComplex, &Note::code) != result.notes.end());
}

TEST_CASE("verify: what a rate decides is undecided, and the words are named") {
  auto const result = checked(input(
      {{"gw", forward(std::string(kStateful) + "    udp dport 53 limit rate 5/second accept\n")}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::undecided);
  CHECK(plain.code == code::kUndecided);
  CHECK(plain.flows.front().parts.front().undecided_by ==
        std::vector<std::string>{"limit rate 5/second"});
  CHECK(failed(result, "required"));
}

TEST_CASE("verify: what hangs on rules goes before what has no address") {
  auto in = input({{"gw", forward(std::string(kStateful) + "    limit rate 5/second accept\n")}});
  in.ranges = must(read_ingress_ranges(
      "ranges.yaml", std::string(kRanges) + "  - {id: paris, name: Paris, country: \"FR\"}\n"));
  in.site = must(read_site("site.yaml",
                           "schema: site/1\nsite: branch\nclients: [10.20.0.0/16]\n"
                           "provider: small\nregions: [london, paris]\npolicies: [small]\n"));
  auto const web = [&] { return finding(checked(in), "web").code; };
  CHECK(web() == code::kUndecided);
  in.devices = input({{"gw", forward(std::string(kStateful) + kAll)}}).devices;
  CHECK(web() == code::kUnresolved);
}

TEST_CASE("verify: answers that are lost on the way back block a flow, on the reply leg") {
  auto const result =
      checked(input({{"gw", forward("    ip daddr 208.67.222.222 udp dport 53 accept\n")}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::blocked);
  CHECK(plain.code == code::kReplyLost);
  auto const& part = plain.flows.front().parts.front();
  CHECK(part.leg == Leg::reply);
  CHECK(part.rule->policy);
  CHECK(to_string(*part.witness) == "udp 208.67.222.222:53 > 10.20.0.0:1024");
}

TEST_CASE("verify: later packets of the client are walked too") {
  auto const result = checked(input(
      {{"gw",
        forward("    iifname \"wan0\" ct state established accept\n    ct state new accept\n")}}));
  CHECK(finding(result, "web").code == code::kLaterLost);
}

TEST_CASE("verify: a part of the clients that is shut out is listed as the fewest prefixes") {
  auto const result = checked(input(
      {{"gw", forward(std::string("    ip saddr 10.20.64.0/18 udp dport 53 drop\n") + kAll)}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::partial);
  auto const& parts = plain.flows.front().parts;
  REQUIRE(parts.front().verdict == Verdict::blocked);
  CHECK(to_prefixes(Family::ip4, parts.front().src) ==
        std::vector<Prefix>{*parse_prefix("10.20.64.0/18")});
}

TEST_CASE("verify: a client of NTP or IKE sends from the service's own port, which is below 1024") {
  std::string const low =
      "    ct state established accept\n    udp sport 1-1023 drop\n    accept\n";
  auto const verdict = [&](std::string const& port) {
    std::string policy(kPolicy);
    policy.replace(policy.find("ports: [53]"), 11, "ports: [" + port + "]");
    auto const result = checked(input({{"gw", forward(low)}}, policy));
    auto const& plain = finding(result, "plain");
    if (plain.verdict == Verdict::partial)
      CHECK(plain.flows.front().parts.front().witness->at(Field::sport) ==
            static_cast<Bits128>(std::stoul(port)));
    return plain.verdict;
  };
  CHECK(verdict("53") == Verdict::allowed);
  CHECK(verdict("4500") == Verdict::allowed);
  CHECK(verdict("500") == Verdict::partial);
  CHECK(verdict("123") == Verdict::partial);
}

TEST_CASE("verify: the web does not fail open where its answers do not come back") {
  std::string const not_the_gateway = "ip daddr != 18.135.112.200 tcp dport { 80, 443 } accept\n";
  auto const fails_open = [&](std::string const& rules) {
    return checked(input({{"gw", forward(rules)}})).status.fail_open;
  };
  CHECK(fails_open("    ct state established accept\n    " + not_the_gateway) == true);
  CHECK(fails_open("    " + not_the_gateway) == false);
  CHECK(fails_open("    tcp sport { 80, 443 } drop\n    ct state established accept\n    " +
                   not_the_gateway) == false);
  CHECK(fails_open("    ct state established limit rate 5/second accept\n    " + not_the_gateway) ==
        std::nullopt);
}

TEST_CASE("verify: a mask of an IPv6 host shuts that one out of a network") {
  auto in = ip6_site({{"gw", forward("    ip6 saddr & ::ffff:ffff:ffff:ffff == ::7 drop\n",  //
                                     "accept")}});
  auto const plain = [&](char const* clients) {
    in.site.clients = {{*parse_prefix(clients), {}}};
    return finding(checked(in), "plain");
  };
  auto const one = plain("2001:db8:20:1::/64");
  REQUIRE(one.verdict == Verdict::partial);
  CHECK(to_prefixes(Family::ip6, one.flows.front().parts.front().src) ==
        std::vector<Prefix>{*parse_prefix("2001:db8:20:1::7/128")});
  CHECK(plain("2001:db8:20:1::7/128").verdict == Verdict::blocked);
  CHECK(plain("2001:db8:20:1::8/128").verdict == Verdict::allowed);
  // One of each of very many networks would be as many parts: the words are named.
  auto const many = plain("2001:db8::/32");
  REQUIRE(many.verdict == Verdict::undecided);
  CHECK(many.flows.front().parts.front().undecided_by ==
        std::vector<std::string>{"saddr & ::ffff:ffff:ffff:ffff = ::7"});
}

TEST_CASE("verify: a redirect intercepts, and DNS that is intercepted is not protected") {
  auto const rules = forward(kAll) +
                     "table ip nat {\n  chain pre {\n    type nat hook prerouting priority dstnat; "
                     "policy accept;\n"
                     "    udp dport { 53, 443 } redirect to :5353\n  }\n}\n";
  auto const result = checked(input({{"gw", rules}}));
  CHECK(finding(result, "plain").verdict == Verdict::intercepted);
  CHECK(finding(result, "plain").code == code::kIntercepted);
  CHECK(result.status.dns == DnsState::open);
}

TEST_CASE("verify: a redirect into an input chain that drops is a block, not an interception") {
  auto const rules = forward(kAll) +
                     "table ip nat {\n  chain pre {\n    type nat hook prerouting priority dstnat; "
                     "policy accept;\n"
                     "    udp dport 53 redirect to :5353\n  }\n}\n"
                     "table ip in {\n  chain input {\n    type filter hook input priority filter; "
                     "policy drop;\n  }\n}\n";
  CHECK(finding(checked(input({{"gw", rules}})), "plain").verdict == Verdict::blocked);
}

TEST_CASE(
    "verify: every device of the path must let a flow pass, and the one that does not is named") {
  auto const result =
      checked(input({{"inner", forward(kAll)},
                     {"outer", forward(std::string(kStateful) +
                                       "    udp dport 443 accept\n    tcp dport 443 accept\n")}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::blocked);
  CHECK(plain.flows.front().parts.front().rule->device == "outer");
}

TEST_CASE("verify: the next device sees the source that the one before gave the packets") {
  auto const nat = forward(kAll) +
                   "table ip nat {\n  chain post {\n    type nat hook postrouting priority srcnat; "
                   "policy accept;\n"
                   "    snat to 192.0.2.7\n  }\n}\n";
  auto const only_nat = forward(std::string(kStateful) + "    ip saddr 192.0.2.7 accept\n");
  auto const only_clients = forward(std::string(kStateful) + "    ip saddr 10.0.0.0/8 accept\n");
  CHECK(checked(input({{"inner", nat}, {"outer", only_nat}})).verdict == Verdict::allowed);
  CHECK(checked(input({{"inner", nat}, {"outer", only_clients}})).verdict == Verdict::blocked);
}

TEST_CASE(
    "verify: what the next device makes of sources that are drawn by lot is undecided, if it is "
    "not the same") {
  auto const with = [](std::string const& next) {
    std::string const drawn =
        "table ip n {\n  chain s {\n    type nat hook postrouting priority srcnat;\n"
        "    numgen random mod 2 0 snat to 192.0.2.7\n    snat to 192.0.2.8\n  }\n}\n";
    return checked(
        input({{"gw", drawn + forward(kAll)}, {"edge", forward(std::string(kStateful) + next)}}));
  };
  auto const one = with("    ip saddr 192.0.2.7 accept\n");
  REQUIRE(finding(one, "plain").verdict == Verdict::undecided);
  auto const& flow = finding(one, "plain").flows.front();
  auto const& part = flow.parts.front();
  CHECK(part.undecided_by == std::vector<std::string>{"numgen random mod 2 0"});
  CHECK(part.rule->device == "gw");
  REQUIRE(part.also.size() == 1);
  CHECK(part.also.front().device == "edge");
  CHECK(flow.reason == "rules");
  CHECK(finding(with("    ip saddr 192.0.2.0/24 accept\n"), "plain").verdict == Verdict::allowed);
  CHECK(finding(with("    ip saddr 192.0.2.9 accept\n"), "plain").verdict == Verdict::blocked);
  CHECK(finding(with("    ip saddr 192.0.2.7 drop\n"), "plain").verdict == Verdict::blocked);
}

TEST_CASE("verify: without the IPv6 rules of a device, IPv6 is undecided and never allowed") {
  auto in = input({{"gw", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n"}});
  in.site.clients.push_back({*parse_prefix("2001:db8::/32"), {}});
  in.policies.front() = must(
      read_policy("p.yaml",
                  "schema: policy/1\nid: six\ntitle: six\nrequirements:\n  - id: plain\n    title: "
                  "t\n    feature: dns\n"
                  "    level: required\n    expect: allow\n    protocol: udp\n    ports: [53]\n"
                  "    to: {addresses: [\"2620:119:35::35\"]}\n"));
  auto const result = checked(in);
  auto const& plain = finding(result, "plain");
  CHECK(plain.verdict == Verdict::undecided);
  CHECK(plain.flows.front().reason ==
        "no IPv6 rules of gw were given: add the output of ip6tables-save");
}

TEST_CASE("verify: an interface that is not given is undecided where rules ask for it") {
  auto const result = checked(
      input({{"gw", forward(std::string(kStateful) + "    iifname \"lan0\" accept\n"), "", ""}}));
  CHECK(finding(result, "plain").verdict == Verdict::undecided);
  CHECK(std::ranges::find(result.notes, code::kInterfacesUnknown, &Note::code) !=
        result.notes.end());
}

TEST_CASE("verify: an interface that is not given does not matter where all its ways end alike") {
  auto const result =
      checked(input({{"gw", forward(std::string(kAll) + "    iifname \"lan0\" drop\n"), "", ""}}));
  CHECK(result.verdict == Verdict::allowed);
}

TEST_CASE("verify: packets from source ports that clients do not use do not count, and are noted") {
  auto const result = checked(input(
      {{"gw", forward(std::string("    ip saddr 10.20.0.0/16 udp sport 0-1023 drop\n") + kAll)}}));
  CHECK(finding(result, "plain").verdict == Verdict::allowed);
  CHECK(std::ranges::find(result.notes, code::kLowPorts, &Note::code) != result.notes.end());
}

TEST_CASE("verify: source ports that clients do use count") {
  auto const result =
      checked(input({{"gw", forward(std::string("    udp sport 1024-2000 drop\n") + kAll)}}));
  CHECK(finding(result, "plain").verdict == Verdict::partial);
}

TEST_CASE("verify: a waiver holds to its last day and the finding stays in the report") {
  std::string const rules =
      forward(std::string(kStateful) + "    tcp dport 443 accept\n    udp dport 443 accept\n");
  auto const site = [](char const* day) {
    return std::string("waivers:\n  - {requirement: plain, reason: \"change 4711\", expires: ") +
           day + "}\n";
  };
  auto const held = checked(input({{"gw", rules}}, kPolicy, site("2026-11-23")));
  CHECK(finding(held, "plain").waived == "change 4711");
  CHECK(held.summary.waived == 1);
  CHECK_FALSE(failed(held, "required"));
  auto const expired = checked(input({{"gw", rules}}, kPolicy, site("2026-11-22")));
  CHECK_FALSE(finding(expired, "plain").waived.has_value());
  CHECK(failed(expired, "required"));
}

TEST_CASE(
    "verify: what must not pass holds where it is blocked, and fails where any of it passes") {
  auto const deny = [](std::string const& rules) {
    auto in = input({{"gw", forward(rules)}}, kDenyPolicy);
    return checked(in);
  };
  auto const closed =
      deny(std::string(kStateful) + "    ip daddr 208.67.222.222 udp dport 53 accept\n");
  CHECK(finding(closed, "others").holds);
  CHECK(closed.verdict == Verdict::allowed);
  auto const open = deny(std::string(kStateful) + "    udp dport 53 accept\n");
  CHECK_FALSE(finding(open, "others").holds);
  CHECK(finding(open, "others").code == code::kNotDenied);
  CHECK(failed(open, "required"));
  auto const leak = deny(std::string(kStateful) + "    ip daddr 9.9.9.9 udp dport 53 accept\n");
  CHECK_FALSE(finding(leak, "others").holds);
}

// What many gateways do with DNS.
TEST_CASE("verify: what must not pass may be led to where it may go") {
  auto const led = [](std::string const& to) {
    std::string const nat =
        "table inet n {\n  chain p {\n    type nat hook prerouting priority dstnat;\n    udp dport "
        "53 " +
        to + "\n  }\n}\n";
    return finding(checked(input({{"gw", nat + forward("    accept\n")}}, kDenyPolicy)), "others")
        .holds;
  };
  CHECK(led("dnat ip to 208.67.222.222"));
  CHECK(led("dnat ip to 208.67.222.222:5353"));
  CHECK(led("redirect to :5353"));
  CHECK_FALSE(led("dnat ip to 9.9.9.9"));
  CHECK_FALSE(led("dnat ip to 208.67.222.220-208.67.222.223"));
}

// It said "passes in part" of a rate for some packets beside a rule that stops the others.
TEST_CASE("verify: what must not pass passes in part only where something surely does") {
  auto const denied = [](std::string const& rules) {
    auto const result = checked(input({{"gw", forward(rules)}}, kDenyPolicy));
    return finding(result, "others");
  };
  auto const rate =
      std::string(kStateful) +
      "    ip daddr 9.0.0.0/8 limit rate 1/second accept\n    ip daddr 9.0.0.0/8 drop\n";
  auto const open = denied(rate + "    drop\n");
  CHECK(open.verdict == Verdict::undecided);
  CHECK(open.code == code::kUndecided);
  CHECK_FALSE(open.holds);
  // Beside what passes for sure, it does not matter what else may.
  CHECK(denied(std::string(kStateful) +
               "    ip daddr 8.8.8.8 accept\n    socket mark 5 accept\n    "
               "limit rate 1/second accept\n")
            .code == code::kNotDenied);
  auto const leak = denied(rate + "    ip daddr 8.8.8.8 accept\n    drop\n");
  CHECK(leak.verdict == Verdict::partial);
  CHECK(leak.code == code::kNotDenied);
}

// A question and its answer are all that DNS needs.
TEST_CASE("verify: what must not pass is not stopped where later packets are") {
  auto const holds = [](std::string const& rules) {
    auto const result = checked(input({{"gw", forward(rules)}}, kDenyPolicy));
    return finding(result, "others").holds;
  };
  std::string const later = "    ct direction original ct state established drop\n";
  CHECK_FALSE(holds(later + "    accept\n"));
  CHECK_FALSE(holds("    ct mark 7 drop\n    ct direction reply ct mark set 7\n    accept\n"));
  CHECK(holds(later + "    ct direction reply drop\n    accept\n"));
  CHECK(holds(later + "    ct state new drop\n    accept\n"));
}

TEST_CASE("verify: the web fails open only where clients may go there by themselves") {
  std::string const dns = std::string(kStateful) + "    udp dport { 53, 443 } accept\n";
  auto const shut = checked(input({{"gw", forward(dns)}}));
  CHECK(shut.status.web == WebState::unavailable);
  CHECK(shut.status.fail_open == false);
  auto const open = checked(input(
      {{"gw",
        forward(dns + "    ip daddr 18.135.112.200 drop\n    tcp dport { 80, 443 } accept\n")}}));
  CHECK(open.status.fail_open == true);
}

TEST_CASE("verify: clients whose answers are lost are not among those that are let through") {
  auto const result =
      checked(input({{"gw", forward("    ip daddr 10.20.0.0/17 udp sport 53 drop\n" +
                                    std::string(kStateful) + "    udp dport 53 accept\n")}}));
  auto const& flow = finding(result, "plain").flows.front();
  CHECK(flow.verdict == Verdict::partial);
  REQUIRE(flow.parts.size() == 2);
  CHECK(flow.parts[0].leg == Leg::reply);
  CHECK(flow.parts[0].src == AddressSet(interval(parse_prefix("10.20.0.0/17").value())));
  CHECK(flow.parts[1].verdict == Verdict::allowed);
  CHECK(flow.parts[1].src == AddressSet(interval(parse_prefix("10.20.128.0/17").value())));
}

// 300 single clients that one device stops, and what the next one says of the thousands of ranges
// between them: asked of it all at once.
TEST_CASE(
    "verify: between hundreds of clients stopped on the way, the next device's rule is told") {
  std::string first = kStateful;
  for (int i = 0; i < 300; ++i)
    first += "    ip saddr 10.20." + std::to_string(i / 100) + '.' + std::to_string(i % 100 * 2) +
             " drop\n";
  std::string const second =
      std::string(kStateful) +
      "    ip saddr 10.20.1.0/24 udp dport 53 drop\n    ip saddr 10.20.9.0/24 ct state new drop\n";
  auto const result =
      checked(input({{"near", forward(first, "accept")}, {"far", forward(second, "accept")}}));
  auto const& flow = finding(result, "plain").flows.front();
  CHECK(flow.verdict == Verdict::partial);
  AddressSet stopped;
  AddressSet passed;
  std::size_t near = 0;
  for (auto const& part : flow.parts) {
    if (part.verdict == Verdict::allowed) passed = passed | part.src;
    if (part.rule->device == "near") ++near;
    if (part.rule->device == "far" && part.verdict == Verdict::blocked)
      stopped = stopped | part.src;
  }
  auto const of = [](std::string_view prefix) {
    return AddressSet(interval(parse_prefix(prefix).value()));
  };
  auto const lost_near = of("10.20.0.0/16") - stopped - passed;
  CHECK(near == 300);
  CHECK(lost_near.intervals().size() == 300);
  CHECK(stopped == (of("10.20.1.0/24") | of("10.20.9.0/24")) - lost_near);
  CHECK(passed == of("10.20.0.0/16") - stopped - lost_near);
}

TEST_CASE(
    "verify: chains of one priority in two tables: where their order matters, both are named") {
  auto const chain = [](std::string const& table, std::string const& rules) {
    return "table " + table +
           " {\n  chain f {\n    type filter hook forward priority 0; policy "
           "accept;\n" +
           rules + "  }\n}\n";
  };
  auto const marks = chain("inet a", "    udp dport 53 meta mark set 7\n");
  auto const result = checked(input({{"gw", marks + chain("ip b", "    meta mark 7 drop\n")}}));
  auto const& plain = finding(result, "plain");
  REQUIRE(plain.verdict == Verdict::undecided);
  auto const& part = plain.flows.front().parts.front();
  CHECK(part.undecided_by ==
        std::vector<std::string>{"the order of ip b/f and inet a/f, at one priority (0) of hook "
                                 "forward"});
  CHECK(part.rule->chain == "f");
  CHECK(part.rule->table == "ip b");
  REQUIRE(part.also.size() == 1);
  CHECK(part.also.front().table == "inet a");
  // Port 443 has no mark in either order.
  CHECK(finding(result, "encrypted").verdict == Verdict::allowed);
  CHECK(checked(input({{"gw", marks + chain("ip b", "    meta mark 8 drop\n")}})).verdict ==
        Verdict::allowed);
}

TEST_CASE("verify: which translation comes first of two tables does not matter where both pass") {
  auto const nat = [](std::string const& table, std::string const& rule) {
    return "table " + table +
           " {\n  chain post {\n    type nat hook postrouting priority srcnat; "
           "policy accept;\n    " +
           rule + "\n  }\n}\n";
  };
  auto const result = checked(input({{"gw", forward(kAll) + nat("ip a", "masquerade") +
                                                nat("inet b",
                                                    "ip saddr 10.20.0.0/16 snat ip to "
                                                    "192.0.2.7")}}));
  CHECK(result.verdict == Verdict::allowed);
  CHECK(finding(result, "plain").flows.front().parts.size() == 1);
}

TEST_CASE("verify: of packets that this host sends, only the interface they leave by is missed") {
  auto const note = [](std::string const& enter, std::string const& leave, Hook hook) {
    auto in =
        input({{"gw", forward("    iifname \"lan0\" oifname \"wan0\" accept\n"), enter, leave}});
    in.hook = hook;
    for (auto const& one : checked(in).notes)
      if (one.code == code::kInterfacesUnknown)
        return one.message.english().substr(0, one.message.english().find(';'));
    return std::string();
  };
  CHECK(note("", "", Hook::forward) == "gw: the interfaces are not given (--in, --out)");
  CHECK(note("lan0", "", Hook::forward) == "gw: an interface is not given (--out)");
  CHECK(note("", "wan0", Hook::output) == "");
  CHECK(note("", "", Hook::output) == "gw: an interface is not given (--out)");
  CHECK(note("lan0", "", Hook::input) == "");
}

TEST_CASE("verify: the witness of 'any address but' is one that a host may have") {
  auto in = input({{"gw", forward("    accept\n")}}, kDenyPolicy);
  auto const result = checked(in);
  CHECK(to_string(*finding(result, "others").flows.front().parts.front().witness) ==
        "udp 10.20.0.0:1024 > 1.0.0.0:53");
}

TEST_CASE("verify: the witness behind a masquerade has an address that a host may have") {
  auto in = input({{"gw",
                    "table ip nat {\n  chain post {\n    type nat hook postrouting priority "
                    "100;\n    masquerade\n  }\n}\n"},
                   {"edge", forward("    drop\n")}});
  auto const result = checked(in);
  CHECK(to_string(*finding(result, "plain").flows.front().parts.front().witness) ==
        "udp 1.0.0.0:1024 > 208.67.222.222:53");
}

TEST_CASE("verify: DNS that some clients lose is told so") {
  std::string const some =
      "    ct state established,related accept\n"
      "    ip saddr 10.20.64.0/18 udp dport { 53, 443 } drop\n    accept\n";
  auto const result = checked(input({{"gw", forward(some)}}));
  CHECK(result.status.dns == DnsState::open);
  CHECK(result.status.dns_text == "Unprotected for some clients");
  auto const all = checked(input({{"gw", forward("    tcp dport 443 accept\n")}}));
  CHECK(all.status.dns_text == "Unprotected");
}

}  // namespace
}  // namespace safeconduct
