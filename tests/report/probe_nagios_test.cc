// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "packet/field.h"
#include "report/probe_report.h"

namespace safeconduct::test {
namespace {

ObservedResult result_with(Verdict verdict, Outcome outcome) {
  ObservedResult result;
  result.site = "lon|don";
  result.verdict = verdict;
  result.status.dns_text = "Unprotected";
  result.status.web_text = "Protected";
  ObservedRequirement one;
  one.finding.requirement = "it's=web";
  one.finding.level = "required";
  one.finding.verdict = verdict;
  one.finding.holds = verdict == Verdict::allowed;
  Observation o;
  o.outcome = outcome;
  o.cause = "silent";
  o.detail = "nothing | came\nback";
  o.protocol = l4::tcp;
  o.dst = parse_address("192.0.2.1");
  o.dport = 443;
  if (outcome == Outcome::open) o.rtt_ms = 12.3456;
  one.seen.push_back({o, {}});
  result.requirements.push_back(one);
  if (one.finding.holds)
    result.summary.allowed = 1;
  else
    result.summary.blocked = 1;
  return result;
}

}  // namespace

TEST_CASE("nagios: the status line has its words, its numbers, and no bar or line of others") {
  auto const good = nagios_probe(result_with(Verdict::allowed, Outcome::open));
  CHECK(good.status == 0);
  CHECK(good.text ==
        "SAFECONDUCT OK - DNS Unprotected, web Protected, 1 of 1 requirements hold at lon don | "
        "allowed=1 blocked=0 partial=0 intercepted=0 undecided=0 'itsweb'=12.346ms;;;0\n");
  auto const bad = nagios_probe(result_with(Verdict::blocked, Outcome::timeout));
  CHECK(bad.status == 2);
  CHECK(
      bad.text ==
      "SAFECONDUCT CRITICAL - DNS Unprotected, web Protected, 0 of 1 requirements hold at lon don "
      "| allowed=0 blocked=1 partial=0 intercepted=0 undecided=0\n"
      "it's=web (required): blocked\n"
      "  tcp 192.0.2.1 port 443: timeout (silent), nothing   came back\n");
}

TEST_CASE("nagios: each verdict has its status, and what is not known is UNKNOWN") {
  auto const status = [](Verdict verdict) {
    return nagios_probe(result_with(verdict, Outcome::timeout)).status;
  };
  CHECK(status(Verdict::intercepted) == 2);
  CHECK(status(Verdict::partial) == 1);
  CHECK(status(Verdict::undecided) == 3);
  auto recommended = result_with(Verdict::blocked, Outcome::timeout);
  recommended.verdict = Verdict::allowed;
  CHECK(nagios_probe(recommended).status == 1);
  auto interrupted = result_with(Verdict::allowed, Outcome::open);
  interrupted.interrupted = true;
  CHECK(nagios_probe(interrupted).status == 3);
  CHECK(nagios_error("no such file\n") == "SAFECONDUCT UNKNOWN - no such file \n");
}

}  // namespace safeconduct::test
