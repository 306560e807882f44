// SPDX-License-Identifier: GPL-3.0-or-later
// A site whose traffic may leave by several ways.
#include <doctest/doctest.h>

#include "verify/small_site.h"

namespace safeconduct::test {
namespace {

std::string const kOpen =
    "    udp dport { 53, 443 } ip daddr 208.67.222.222 accept\n"
    "    tcp dport 443 ip daddr 18.135.112.200 accept\n"
    "    ct state established accept\n";
std::string const kNoDns =
    "    tcp dport 443 ip daddr 18.135.112.200 accept\n    ct state established accept\n";

// core, then fibre; core, then mobile.
CheckInput two_exits(std::string const& fibre, std::string const& mobile) {
  auto in = input({{"core", forward(kOpen)},
                   {"fibre", forward(fibre)},
                   {"core", forward(kOpen)},
                   {"mobile", forward(mobile)}});
  in.paths = {{"main", 0, 2}, {"backup", 2, 2}};
  return in;
}

}  // namespace

TEST_CASE("paths: what passes on every path is allowed, each flow once a path") {
  auto const result = checked(two_exits(kOpen, kOpen));
  CHECK(result.verdict == Verdict::allowed);
  auto const& web = finding(result, "web");
  REQUIRE(web.flows.size() == 2);
  CHECK(web.flows[0].path == "main");
  CHECK(web.flows[1].path == "backup");
}

TEST_CASE("paths: what one path stops is not allowed, and the path and device are named") {
  auto const result = checked(two_exits(kOpen, kNoDns));
  auto const& plain = finding(result, "plain");
  CHECK(plain.verdict == Verdict::partial);
  REQUIRE(plain.flows.size() == 2);
  CHECK(plain.flows[0].verdict == Verdict::allowed);
  CHECK(plain.flows[1].verdict == Verdict::blocked);
  CHECK(plain.flows[1].path == "backup");
  CHECK(plain.flows[1].parts[0].rule->device == "mobile");
  CHECK(plain.flows[1].parts[0].origin.device == 3);
  CHECK(failed(result, "required"));
}

TEST_CASE("paths: the clients' DNS is as bad as on the worst path") {
  CHECK(checked(two_exits(kOpen, kOpen)).status.dns == DnsState::encrypted);
  CHECK(checked(two_exits(kOpen, kNoDns)).status.dns == DnsState::open);
  CHECK(checked(two_exits(kNoDns, kOpen)).status.dns == DnsState::open);
  CHECK(checked(two_exits(kOpen, "    udp dport 53 accept\n" + kNoDns)).status.dns ==
        DnsState::transparent);
}

TEST_CASE("paths: the web fails open where one path lets clients out by themselves") {
  std::string const all_web =
      "    tcp dport 443 ip daddr != 18.135.112.200 accept\n"
      "    ct state established accept\n";
  auto in = two_exits(kNoDns, all_web);
  in.devices[0] = device_rules({"core", forward("    accept\n")});
  in.devices[2] = device_rules({"core", forward("    accept\n")});
  auto const result = checked(in);
  CHECK(result.status.web == WebState::unavailable);
  CHECK(result.status.fail_open == true);
}

}  // namespace safeconduct::test
