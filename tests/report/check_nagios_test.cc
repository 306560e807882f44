// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "report/check_writers.h"
#include "report/known.h"
#include "report/sample_result.h"
#include "verify/outcome.h"
#include "verify/verify.h"

using namespace safeconduct;

namespace {

Finding lost(std::string id, Verdict verdict, std::uint32_t line) {
  auto finding = test::sample_finding(id, "Web", "swg");
  finding.verdict = verdict;
  finding.code = verdict == Verdict::undecided ? code::kUndecided : code::kBlocked;
  finding.flows = {
      test::sample_flow(l4::tcp, "192.0.2.1",
                        test::dropped(test::sample_part(verdict, "10.0.0.0/8", "192.0.2.1", 443,
                                                        test::sample_rule(line, "drop # " + id))))};
  return finding;
}

CheckResult result_of(std::vector<Finding> findings) {
  CheckResult result;
  result.site = "branch";
  result.findings = std::move(findings);
  result.verdict = site_verdict(result.findings);
  return result;
}

// As beside a baseline that was written of these.
CheckResult beside(CheckResult result, std::vector<Finding> before) {
  auto const context = test::sample_context();
  mark_known(
      result, context,
      {Known::By::baseline, "known.json",
       known_alerts(result_of(std::move(before)), context, "2026-11-20", OfWaived::left_out)});
  return result;
}

}  // namespace

TEST_CASE("check_nagios: rules of which nothing filters the packets are no OK") {
  auto fine = test::sample_finding("dns", "DNS", "dns");
  fine.holds = true;
  fine.verdict = Verdict::allowed;
  auto result = result_of({fine});
  CHECK(nagios_check(result).status == 0);
  result.notes = {{std::string(code::kNothingFilters), "gw: no chain filters", {}}};
  auto const report = nagios_check(result);
  CHECK(report.status == 1);
  CHECK(report.text.contains("\ngw: no chain filters\n"));
}

TEST_CASE("check_nagios: what a baseline knows is a warning: it neither pages nor is it OK") {
  for (auto const verdict : {Verdict::blocked, Verdict::intercepted, Verdict::undecided}) {
    CAPTURE(name(verdict));
    auto const result = result_of({lost("old", verdict, 3)});
    CHECK(nagios_check(result).status >= 2);
    auto const known = beside(result, result.findings);
    auto const report = nagios_check(known);
    CHECK(report.status == 1);
    CHECK(report.text.starts_with("SAFECONDUCT WARNING - branch: " + std::string(name(verdict))));
    CHECK(report.text.contains(", 1 known before | "));
    CHECK(report.text.contains(" known=1\n"));
    CHECK(report.text.contains(", known since 2026-11-20, gateway.nft:3: "));
    CHECK_FALSE(failed(known, "required"));
  }
}

TEST_CASE("check_nagios: what is new counts beside what is known, as for the exit status") {
  auto const old = lost("old", Verdict::blocked, 3);
  auto const worse = beside(result_of({old, lost("new", Verdict::blocked, 4)}), {old});
  CHECK(nagios_check(worse).status == 2);
  CHECK(failed(worse, "required"));
  auto const unclear = beside(result_of({old, lost("new", Verdict::undecided, 4)}), {old});
  CHECK(nagios_check(unclear).status == 3);
  CHECK(failed(unclear, "required"));
}

TEST_CASE("check_nagios: of what must not pass, the rule that lets it pass is named") {
  auto finding = lost("other-dns", Verdict::allowed, 5);
  finding.expect_deny = true;
  finding.code = code::kNotDenied;
  finding.flows[0].parts[0].how = {};
  CHECK(nagios_check(result_of({finding}))
            .text.contains("other-dns (required): passes, and must not, gateway.nft:5: drop"));
}
