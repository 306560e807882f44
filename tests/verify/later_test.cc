// SPDX-License-Identifier: GPL-3.0-or-later
// Ranges that are not in effect on the day asked about.
#include <doctest/doctest.h>

#include "base/codes.h"
#include "verify/small_site.h"

namespace safeconduct::test {
namespace {

// Today's gateway, the one of next month and one more, and the one of last year.
constexpr std::string_view kChanging = R"(schema: ingress-ranges/1
provider: small
complete: true
regions:
  - id: london
    ranges:
      - {prefix: 18.135.112.200/32, service: swg}
      - {prefix: 198.51.100.0/24, service: swg, from: 2026-12-15}
      - {prefix: 203.0.113.7/32, service: swg, from: 2027-01-31}
      - {prefix: 192.0.2.0/24, service: swg, until: 2025-12-31}
)";

std::string const kToday =
    "    udp dport { 53, 443 } ip daddr 208.67.222.222 accept\n"
    "    tcp dport 443 ip daddr 18.135.112.200 accept\n"
    "    ct state established accept\n";

CheckInput changing(std::string const& rules, std::string const& more_of_site = "") {
  auto in = input({{"gw", forward(rules)}}, kPolicy, more_of_site);
  in.ranges = must(read_ingress_ranges("ranges.yaml", kChanging));
  return in;
}

std::vector<std::string> codes(CheckResult const& result) {
  std::vector<std::string> all;
  for (auto const& note : result.notes) all.push_back(note.code);
  return all;
}

std::size_t count(CheckResult const& result, std::string_view code) {
  return static_cast<std::size_t>(std::ranges::count(codes(result), code));
}

}  // namespace

TEST_CASE("later: each day from which the rules do not let a range through is a finding") {
  auto const result = checked(changing(kToday));
  CHECK(result.verdict == Verdict::allowed);
  CHECK(result.summary.allowed == 3);
  REQUIRE(result.upcoming.size() == 2);
  CHECK(to_string(result.upcoming[0].effective) == "2026-12-15");
  CHECK(to_string(result.upcoming[1].effective) == "2027-01-31");
  auto const& first = result.upcoming[0].finding;
  CHECK(first.requirement == "web");
  CHECK(first.code == code::kBreaksLater);
  CHECK(first.verdict == Verdict::blocked);
  REQUIRE(first.flows.size() == 1);
  CHECK(to_prefixes(Family::ip4, first.flows[0].dst).front() == *parse_prefix("198.51.100.0/24"));
  CHECK(first.flows[0].parts[0].rule->policy);
}

TEST_CASE("later: it counts for the exit status by its level, unless that is not wanted") {
  auto const result = checked(changing(kToday));
  CHECK(failed(result, "required"));
  CHECK_FALSE(failed(result, "required", false));
  CHECK_FALSE(failed(result, "none"));
}

TEST_CASE("later: a range that the rules let through already is no finding") {
  auto const result = checked(
      changing("    tcp dport 443 ip daddr { 198.51.100.0/24, 203.0.113.7 } accept\n" + kToday));
  CHECK(result.upcoming.empty());
  CHECK_FALSE(failed(result, "required"));
}

TEST_CASE("later: on the day itself it is today's finding") {
  auto in = changing(kToday);
  in.as_of = {2026, 12, 15};
  auto const result = checked(in);
  CHECK(finding(result, "web").verdict == Verdict::partial);
  REQUIRE(result.upcoming.size() == 1);
  CHECK(to_string(result.upcoming[0].effective) == "2027-01-31");
}

TEST_CASE("later: what hangs on a rate then is undecided, and counts") {
  auto const result = checked(
      changing("    tcp dport 443 ip daddr 198.51.100.0/24 limit rate 5/second accept\n" + kToday));
  REQUIRE(result.upcoming.size() == 2);
  CHECK(result.upcoming[0].finding.verdict == Verdict::undecided);
  CHECK(failed(result, "required"));
}

TEST_CASE("later: a waiver covers the days that it reaches") {
  auto const result = checked(changing(
      kToday, "waivers: [{requirement: web, reason: change 4711, expires: 2026-12-31}]\n"));
  REQUIRE(result.upcoming.size() == 2);
  CHECK(result.upcoming[0].finding.waived == "change 4711");
  CHECK_FALSE(result.upcoming[1].finding.waived);
  CHECK(failed(result, "required"));
}

TEST_CASE("later: a range that has ended and is still open is a note, and fails nothing") {
  auto const rules = "    tcp dport 443 ip daddr 192.0.2.0/24 accept\n" + kToday;
  CHECK(count(checked(changing(kToday)), code::kRetiredOpen) == 0);
  auto const result = checked(changing(rules));
  REQUIRE(count(result, code::kRetiredOpen) == 1);
  auto const note = std::ranges::find(result.notes, code::kRetiredOpen, &Note::code);
  CHECK(note->message ==
        "192.0.2.0/24 (swg, london) was in effect until 2025-12-31, and the rules still let "
        "packets to it pass");
  CHECK(note->at.line == 10);
  CHECK(result.verdict == Verdict::allowed);
}

TEST_CASE("later: what something else still needs is not called still open") {
  auto in = changing("    tcp dport 443 ip daddr 192.0.2.0/24 accept\n" + kToday);
  in.ranges = must(read_ingress_ranges("ranges.yaml", std::string(kChanging) +
                                                          "      - {prefix: 192.0.2.0/24, service: "
                                                          "swg, from: 2026-01-01}\n"));
  CHECK(count(checked(in), code::kRetiredOpen) == 0);
}

TEST_CASE("later: rules about later ranges matter to the sieve") {
  auto const in = changing(kToday);
  auto const sieve = must(sieve_for(in));
  auto other = in;
  other.devices[0].rules.sieve = std::make_shared<Sieve const>(sieve);
  auto const result = checked(other);
  CHECK_FALSE(result.sieve_left);
  CHECK(result.upcoming.size() == 2);
}

}  // namespace safeconduct::test
