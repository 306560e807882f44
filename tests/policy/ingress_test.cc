// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/ingress.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "policy/read.h"

namespace safeconduct::test {
namespace {

IngressRanges read(std::string_view text) {
  auto ranges = read_ingress_ranges("r.yaml", text);
  REQUIRE_MESSAGE(ranges, (ranges ? "" : to_message(ranges.error())));
  return std::move(*ranges);
}

constexpr std::string_view kThree = R"(schema: ingress-ranges/1
provider: p
regions:
  - {id: eu-west-2, aliases: [uk, london]}
  - {id: global, anycast: true}
  - {id: tokyo}
)";

std::vector<std::string> ids(std::vector<Placed<std::string>> const& asked) {
  auto const ranges = read(kThree);
  auto const selected = select_regions(ranges, asked);
  if (!selected) return {to_message(selected.error())};
  std::vector<std::string> result;
  for (auto const* const region : *selected) result.push_back(region->id);
  return result;
}

}  // namespace

TEST_CASE("ingress_yaml: every key is kept, and strings stay strings") {
  auto const ranges = read(R"(schema: ingress-ranges/1
provider: cisco-secure-access
cloud: commercial
version: 2026112300
complete: false
sources: {seed: {title: T}}
regions:
  - id: oslo
    name: Off
    country: NO
    aliases: [no1]
    anycast: true
    ranges:
      - {prefix: 192.0.2.0/24, service: swg, from: 2024-08-27, until: null, confidence: first-party, sources: [seed], note: N}
      - {prefix: "2001:db8::/32", service: dns-encrypted, until: 2026-01-31}
)");
  CHECK(ranges.version == "2026112300");
  CHECK_FALSE(ranges.complete);
  CHECK((ranges.at == Location{"r.yaml", 2, 11}));
  REQUIRE(ranges.regions.size() == 1);
  auto const& oslo = ranges.regions[0];
  CHECK(oslo.name == "Off");
  CHECK(oslo.country == "NO");
  CHECK(oslo.anycast);
  CHECK((oslo.aliases == std::vector<std::string>{"no1"}));
  REQUIRE(oslo.ranges.size() == 2);
  CHECK((oslo.ranges[0] == Range{parse_prefix("192.0.2.0/24").value(),
                                 Feature::swg,
                                 Date{2024, 8, 27},
                                 std::nullopt,
                                 Confidence::first_party,
                                 {{"seed", {"r.yaml", 14, 112}}},
                                 "N",
                                 Location{"r.yaml", 14, 18}}));
  CHECK(oslo.ranges[1].service == Feature::dns_encrypted);
  CHECK_FALSE(oslo.ranges[1].from);
  CHECK((oslo.ranges[1].until == Date{2026, 1, 31}));
  CHECK_FALSE(oslo.ranges[1].confidence);
}

TEST_CASE("ingress_yaml: what is not said is not complete, and commercial") {
  auto const ranges = read(kThree);
  CHECK_FALSE(ranges.complete);
  CHECK(ranges.cloud == "commercial");
}

TEST_CASE("ingress_yaml: ranges may overlap on other days, for other services, in other regions") {
  CHECK(read_ingress_ranges("r.yaml", R"(schema: ingress-ranges/1
provider: p
regions:
  - id: a
    ranges:
      - {prefix: 192.0.2.0/25, service: swg, until: 2026-06-29}
      - {prefix: 192.0.2.0/24, service: swg, from: 2026-06-30}
      - {prefix: 192.0.2.0/24, service: vpn}
  - id: b
    ranges:
      - {prefix: 192.0.2.0/24, service: swg}
)"));
}

TEST_CASE("ingress: a range is in effect from its first day to its last, both included") {
  Range range;
  range.from = Date{2026, 1, 10};
  range.until = Date{2026, 1, 20};
  CHECK_FALSE(in_effect(range, Date{2026, 1, 9}));
  CHECK(in_effect(range, Date{2026, 1, 10}));
  CHECK(in_effect(range, Date{2026, 1, 20}));
  CHECK_FALSE(in_effect(range, Date{2026, 1, 21}));
  CHECK(in_effect(Range{}, Date{2026, 1, 1}));
}

TEST_CASE("ingress: regions are selected by id or alias, each once, anycast ones always") {
  using Ids = std::vector<std::string>;
  CHECK((ids({}) == Ids{"eu-west-2", "global", "tokyo"}));
  CHECK((ids({{"uk", {}}}) == Ids{"eu-west-2", "global"}));
  CHECK((ids({{"tokyo", {}}, {"london", {}}, {"uk", {}}}) == Ids{"eu-west-2", "global", "tokyo"}));
  CHECK((ids({{"global", {}}}) == Ids{"global"}));
}

TEST_CASE("ingress: an unknown region is an error that names the near one and all") {
  CHECK((ids({{"uk", {}}, {"eu-west-3", {"site.yaml", 5, 15}}}) ==
         std::vector<std::string>{
             "site.yaml:5:15: provider 'p' has no region 'eu-west-3' here\n"
             "  hint: did you mean 'eu-west-2'? known: eu-west-2, uk, london, global, tokyo\n"}));
}

}  // namespace safeconduct::test
