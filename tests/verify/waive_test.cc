// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/waive.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "verify/certificate.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

constexpr char const* kOpen =
    "    ct state established,related accept\n"
    "    ip daddr 208.67.222.222 udp dport { 53, 443 } accept\n"
    "    ip daddr 18.135.112.200 tcp dport 443 accept\n";
// Half of the clients have no plain DNS by a rule of its own, what they send to port 443 is
// dropped by the policy.
constexpr char const* kBroken =
    "    ct state established,related accept\n"
    "    ip saddr 10.20.0.0/17 udp dport 53 reject\n"
    "    ip daddr 208.67.222.222 udp dport 53 accept\n"
    "    ip daddr 18.135.112.200 tcp dport 443 accept\n";

CheckInput waiving(std::string const& waivers, char const* rules = kBroken) {
  return input({{"gw", forward(rules)}}, kPolicy, "waivers:\n" + waivers);
}

std::vector<std::string> texts(CheckResult const& result) {
  std::vector<std::string> all;
  for (auto const& note : result.notes)
    if (is_of_waivers(note)) all.push_back(to_string(note.at) + ": " + note.message.english());
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("waive: a waived finding keeps reason, owner and last day") {
  auto const result = checked(waiving(
      "  - {requirement: plain, reason: change 4711, owner: netops, expires: 2026-11-23}\n"));
  auto const& plain = finding(result, "plain");
  CHECK(plain.waived == "change 4711");
  REQUIRE(plain.waivers.size() == 1);
  CHECK(plain.waivers[0].owner == "netops");
  CHECK(plain.waivers[0].expires == Date{2026, 11, 23});
  CHECK(plain.waivers[0].at.line == 8);
  CHECK(waived_text(plain) == "change 4711 (owner netops, until 2026-11-23)");
  CHECK(plain.verdict == Verdict::partial);
  CHECK(texts(result).empty());
}

TEST_CASE("waive: one that has expired counts no more, and its owner is named") {
  auto const result = checked(waiving(
      "  - {requirement: plain, reason: change 4711, owner: netops, expires: 2026-11-22}\n"));
  CHECK_FALSE(finding(result, "plain").waived);
  CHECK(failed(result, "required"));
  CHECK(texts(result) ==
        Texts{"site.yaml:8:5: the waiver of plain has expired on 2026-11-22 (owner netops): the "
              "finding counts again"});
}

TEST_CASE("waive: one that covers nothing which fails is a finding, of level recommended") {
  auto const result =
      checked(waiving("  - {requirement: plain, reason: r, owner: netops, expires: 2027-01-31}\n"
                      "  - {requirement: web, reason: r, expires: 2026-01-31}\n",
                      kOpen));
  CHECK(texts(result) ==
        Texts{"site.yaml:8:5: the waiver of plain (owner netops) waives nothing: nothing that it "
              "covers fails",
              "site.yaml:9:5: the waiver of web has expired on 2026-01-31, and nothing that it "
              "covers fails"});
  CHECK(result.verdict == Verdict::allowed);
  CHECK_FALSE(failed(result, "required"));
  CHECK(failed(result, "recommended"));
  CHECK_FALSE(failed(result, "none"));
}

TEST_CASE("waive: a scope leaves all that fails outside of it to count") {
  auto const one = [](std::string const& scope) {
    return checked(
        waiving("  - {requirement: plain, " + scope + ", reason: r, expires: 2027-01-31}\n"));
  };
  for (auto const* fits : {"devices: [gw]", "codes: [SC101]", "devices: [other, gw]"}) {
    CAPTURE(fits);
    auto const result = one(fits);
    CHECK(finding(result, "plain").waived.has_value());
    CHECK(texts(result).empty());
  }
  for (auto const* misses : {"devices: [other]", "codes: [SC102]", "regions: [london]"}) {
    CAPTURE(misses);
    auto const result = one(misses);
    CHECK_FALSE(finding(result, "plain").waived.has_value());
    CHECK(texts(result) == Texts{"site.yaml:8:5: the waiver of plain waives nothing: nothing that "
                                 "it covers fails"});
  }
}

TEST_CASE("waive: regions go by id, name alias or not, and by the flows that fail") {
  constexpr char const* kNoWeb =
      "    ct state established,related accept\n"
      "    ip daddr 208.67.222.222 udp dport { 53, 443 } accept\n";
  auto in =
      waiving("  - {requirement: web, regions: [uk], reason: r, expires: 2027-01-31}\n", kNoWeb);
  in.ranges.regions[0].aliases = {"uk"};
  CHECK(finding(checked(in), "web").waived == "r");
  auto paris = in.ranges.regions[0];
  paris.id = "paris";
  paris.aliases.clear();
  paris.ranges[0].prefix = *parse_prefix("192.0.2.1/32");
  in.ranges.regions.push_back(paris);
  in.site.settings.regions.push_back({"paris", {}});
  auto const both = checked(in);
  CHECK_FALSE(finding(both, "web").waived);
  CHECK(texts(both) == Texts{"site.yaml:8:5: the waiver of web covers only a part of what does not "
                             "hold: the finding counts"});
  in.site.waivers.push_back(in.site.waivers[0]);
  in.site.waivers[1].regions = {{"paris", {}}};
  in.site.waivers[1].reason = "s";
  in.site.waivers[1].expires = {2026, 12, 31};
  auto const covered = checked(in);
  CHECK(waived_text(finding(covered, "web")) == "r (until 2027-01-31); s (until 2026-12-31)");
  CHECK(texts(covered).empty());
  in.as_of = {2027, 1, 1};
  CHECK_FALSE(finding(checked(in), "web").waived);
}

TEST_CASE("waive: what is lost in two ways is not waived by the code of one") {
  // Answers from the resolver are lost for half of the clients, requests of a quarter.
  constexpr char const* kTwoWays =
      "    ip daddr 10.20.0.0/17 udp sport 53 drop\n"
      "    ct state established,related accept\n"
      "    ip saddr 10.20.128.0/18 udp dport 53 drop\n"
      "    ip daddr 208.67.222.222 udp dport { 53, 443 } accept\n"
      "    ip daddr 18.135.112.200 tcp dport 443 accept\n";
  auto const one = [&](std::string const& codes) {
    return checked(
        waiving("  - {requirement: plain, codes: " + codes + ", reason: r, expires: 2027-01-31}\n",
                kTwoWays));
  };
  auto const result = one("[SC101]");
  CHECK(finding(result, "plain").code == code::kBlocked);
  CHECK_FALSE(finding(result, "plain").waived);
  CHECK(finding(one("[SC101, SC102]"), "plain").waived == "r");
}

TEST_CASE("waive: of a requirement that a site does not ask for it says so") {
  auto in = waiving("  - {requirement: web, reason: r, expires: 2027-01-31}\n");
  in.policies[0].requirements[2].level = Level::conditional;
  CHECK(texts(checked(in)) ==
        Texts{"site.yaml:8:5: the waiver of web waives nothing: the requirement is not asked for "
              "here"});
}

TEST_CASE("waive: a certificate is held against the scope of the waivers too") {
  auto in = waiving(
      "  - {requirement: plain, devices: [gw], codes: [SC101], reason: r, expires: 2027-01-31}\n");
  auto const certificate = certify(in, checked(in));
  CHECK(check_certificate(certificate, in, 1).faults.empty());
  in.site.waivers[0].devices = {{"other", {}}};
  auto const faults = check_certificate(certificate, in, 1).faults;
  REQUIRE_FALSE(faults.empty());
  CHECK(faults.front().what == "the site does not waive it");
}

}  // namespace safeconduct
