// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/fleet_rollup.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace safeconduct;

namespace {

AuditedRequirement requirement(std::string id, Verdict verdict,
                               std::optional<std::string> waived = std::nullopt) {
  AuditedRequirement one;
  one.policy = "p";
  one.id = std::move(id);
  one.level = "required";
  one.verdict = verdict;
  one.holds = verdict == Verdict::allowed;
  one.waived = std::move(waived);
  return one;
}

SiteAudit audit(std::string site, Verdict verdict, std::vector<AuditedRequirement> requirements,
                Verdict region) {
  SiteAudit one;
  one.site = std::move(site);
  one.verdict = verdict;
  one.fails = verdict != Verdict::allowed;
  one.requirements = std::move(requirements);
  one.regions = {{"provider", "eu", region}};
  return one;
}

std::vector<SiteAudit> four() {
  std::vector<SiteAudit> all{
      audit("a", Verdict::allowed,
            {requirement("dns", Verdict::allowed), requirement("web", Verdict::blocked, "agreed")},
            Verdict::allowed),
      audit("b", Verdict::blocked,
            {requirement("dns", Verdict::blocked), requirement("web", Verdict::undecided)},
            Verdict::partial),
      audit("c", Verdict::undecided, {requirement("dns", Verdict::undecided)}, Verdict::undecided)};
  SiteAudit broken;
  broken.site = "d";
  broken.fault = Error{ErrorKind::syntax, {"d.yaml", 1, 1}, "wrong", {}, {}};
  all.push_back(broken);
  return all;
}

AuditHeader header() {
  AuditHeader one;
  one.in_all = 4;
  one.covered = {1};
  one.sites = {"a", "b", "c", "d"};
  one.policies = {{"p.yaml",
                   {},
                   "p",
                   {{"web", "Web", "swg", "required"},
                    {"not-asked", "", "", "conditional"},
                    {"dns", "DNS", "dns", "required"}}}};
  return one;
}

FleetRollup rolled(std::vector<SiteAudit> const& audits, AuditHeader of = header()) {
  FleetTally tally(std::move(of));
  for (auto const& one : audits) tally.add(one);
  return std::move(tally).end();
}

using Counts = std::array<std::size_t, 4>;
using Marks = std::array<std::size_t, 5>;

}  // namespace

TEST_CASE("fleet_rollup: sites, requirements and regions are counted by what came of them") {
  auto const all = rolled(four());
  CHECK((all.sites == Counts{1, 1, 1, 1}));
  REQUIRE(all.columns.size() == 2);  // in the policy's order, without what no site is asked for
  CHECK(all.columns[0].id == "web");
  CHECK((all.columns[0].sites == Marks{0, 0, 0, 1, 1}));
  CHECK(all.columns[1].id == "dns");
  CHECK((all.columns[1].sites == Marks{0, 1, 1, 1, 0}));
  REQUIRE(all.regions.size() == 1);
  CHECK((all.regions[0].sites == Counts{1, 1, 1, 0}));
  REQUIRE(all.rows.size() == 4);
  CHECK((all.rows[1].marks == std::vector{Mark::undecided, Mark::fails}));
  CHECK((all.rows[2].marks == std::vector{Mark::none, Mark::undecided}));
  REQUIRE(all.rows[0].failures.size() == 1);  // what is waived still happens
  CHECK(all.rows[0].failures[0].column == 0);
  CHECK(all.complete());
  CHECK(some_fail(all));
  CHECK(could_not_all_be_checked(all));  // d
}

TEST_CASE("fleet_rollup: the order in which sites are done does not matter") {
  auto audits = four();
  auto const first = rolled(audits);
  while (std::ranges::next_permutation(audits, {}, &SiteAudit::site).found) {
    auto const again = rolled(audits);
    CHECK((again.sites == first.sites));
    REQUIRE(again.rows.size() == first.rows.size());
    for (std::size_t i = 0; i < first.rows.size(); ++i) {
      CHECK(again.rows[i].site == first.rows[i].site);
      CHECK((again.rows[i].marks == first.rows[i].marks));
    }
  }
}

TEST_CASE("fleet_rollup: a site without an answer is missed") {
  auto audits = four();
  audits.erase(audits.begin() + 3);
  audits.erase(audits.begin());
  auto const all = rolled(audits);
  CHECK((all.missing == std::vector<std::string>{"a", "d"}));
  CHECK_FALSE(all.complete());
  CHECK(could_not_all_be_checked(all));
}

TEST_CASE("fleet_rollup: a header of all shards that names too few sites is not whole") {
  auto of = header();
  of.in_all = 6;
  CHECK(rolled(four(), of).unnamed == 2);
  of.shards = 3;  // of one shard it says nothing
  CHECK(rolled(four(), of).complete());
}

TEST_CASE("fleet_rollup: what fails stands in the order of the columns, as its marks do") {
  auto one = audit("a", Verdict::blocked,
                   {requirement("dns", Verdict::blocked), requirement("web", Verdict::partial)},
                   Verdict::blocked);
  auto const all = rolled({one});
  REQUIRE(all.rows[0].failures.size() == 2);
  CHECK(all.columns[0].id == "web");
  CHECK(all.rows[0].failures[0].column == 0);
  CHECK(all.rows[0].failures[0].verdict == Verdict::partial);
  CHECK(all.rows[0].failures[1].column == 1);
}

TEST_CASE("fleet_rollup: a site breaks on the day from which something required is open, too") {
  auto one = four()[0];
  one.upcoming = {{"2026-12-01", requirement("web", Verdict::blocked, "agreed")},
                  {"2026-12-20", requirement("dns", Verdict::undecided)}};
  CHECK(rolled({one}).rows[0].breaks_on == "2026-12-20");
}
