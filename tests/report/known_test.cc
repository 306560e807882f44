// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/known.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "report/sample_result.h"
#include "verify/verify.h"

using namespace safeconduct;

namespace {

// One requirement, lost by one rule for these clients.
CheckResult lost(std::string_view clients, std::string code = std::string(code::kBlocked)) {
  CheckResult result;
  result.site = "branch";
  auto finding = test::sample_finding("web", "Web", "swg");
  finding.level = "required";
  finding.verdict = Verdict::blocked;
  finding.holds = false;
  finding.code = std::move(code);
  finding.flows = {test::sample_flow(
      l4::tcp, "192.0.2.1/32",
      test::dropped(test::sample_part(Verdict::blocked, clients, "192.0.2.1/32", 443,
                                      test::sample_rule(12, "tcp dport 443 drop"))))};
  result.findings = {std::move(finding)};
  return result;
}

KnownState baseline_of(CheckResult const& result) {
  return {Known::By::baseline, "known.json",
          known_alerts(result, test::sample_context(), "2026-11-20", OfWaived::left_out)};
}

std::vector<std::string> codes(CheckResult const& result) {
  std::vector<std::string> all;
  for (auto const& note : result.notes) all.push_back(note.code);
  return all;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("known: what was there before does not fail, and nothing else of the result changes") {
  auto result = lost("10.0.0.0/8");
  auto const before = result.verdict;
  CHECK(failed(result, "required"));
  mark_known(result, test::sample_context(), baseline_of(result));
  CHECK_FALSE(failed(result, "required"));
  CHECK(result.findings[0].known == Known{Known::By::baseline, "2026-11-20"});
  CHECK_FALSE(result.findings[0].holds);
  CHECK(result.findings[0].verdict == Verdict::blocked);
  CHECK(result.verdict == before);
  CHECK(result.notes.empty());
  CHECK(known_tally(result) ==
        "1 known by the baseline: still so, and not counted for the exit status.");
  auto const all = alerts(result, test::sample_context());
  CHECK(all[0].level == Alert::Level::note);
  CHECK(all[0].known.has_value());
}

TEST_CASE("known: fewer packets are known, further ones are a new finding") {
  auto const state = baseline_of(lost("10.0.0.0/8"));
  auto fewer = lost("10.64.0.0/10");
  mark_known(fewer, test::sample_context(), state);
  CHECK_FALSE(failed(fewer, "required"));
  auto more = lost("10.0.0.0/7");
  mark_known(more, test::sample_context(), state);
  CHECK(failed(more, "required"));
  CHECK(codes(more) == Codes{"SC972"});
}

TEST_CASE("known: packets that several entries had among them are within all of them") {
  auto before = lost("10.0.0.0/9");
  auto& parts = before.findings[0].flows[0].parts;
  parts.push_back(parts.front());
  parts.back().src = test::addresses("10.128.0.0/9");
  parts.back().dport = PortSet({443, 444});
  auto now = lost("10.0.0.0/8");
  mark_known(now, test::sample_context(), baseline_of(before));
  CHECK_FALSE(failed(now, "required"));
}

TEST_CASE("known: a rule is known whatever else the requirement is lost by") {
  // The finding takes the worst of its codes: once the other rule is mended, another one.
  auto now = lost("10.0.0.0/8", std::string(code::kIntercepted));
  mark_known(now, test::sample_context(), baseline_of(lost("10.0.0.0/8")));
  CHECK_FALSE(failed(now, "required"));
}

TEST_CASE("known: a finding counts as long as one of its rules is new") {
  auto now = lost("10.0.0.0/8");
  auto& parts = now.findings[0].flows[0].parts;
  parts.push_back(parts.front());
  parts.back().rule = test::sample_rule(20, "ip daddr 192.0.2.1 drop");
  mark_known(now, test::sample_context(), baseline_of(lost("10.0.0.0/8")));
  CHECK(failed(now, "required"));
  CHECK_FALSE(now.findings[0].known);
  auto const all = alerts(now, test::sample_context());
  REQUIRE(all.size() == 2);
  CHECK(all[0].level == Alert::Level::error);
  CHECK(all[0].at.line == 20);
  CHECK(all[1].known.has_value());
}

TEST_CASE("known: what is no longer there is said of a baseline, not of a revision") {
  auto state = baseline_of(lost("10.0.0.0/8"));
  CheckResult mended;
  mark_known(mended, test::sample_context(), state);
  CHECK(codes(mended) == Codes{"SC971"});
  state.by = Known::By::revision;
  CheckResult again;
  mark_known(again, test::sample_context(), state);
  CHECK(again.notes.empty());
}

TEST_CASE("known: what is waived is not written down, and is compared with a revision") {
  auto result = lost("10.0.0.0/8");
  result.findings[0].waived = "change 4711";
  CHECK(known_alerts(result, test::sample_context(), "d", OfWaived::left_out).empty());
  CHECK(known_alerts(result, test::sample_context(), "d", OfWaived::taken).size() == 1);
}

TEST_CASE("known: a baseline that is written is read as it was") {
  auto result = test::sample_result();
  auto known = known_alerts(result, test::sample_context(), "2026-11-20", OfWaived::taken);
  REQUIRE_FALSE(known.empty());
  known.front().site = "branch";
  auto const text = json_baseline(known, test::sample_context(), "2026-11-26");
  auto const read = read_baseline("known.json", text);
  REQUIRE(read.has_value());
  REQUIRE(read->size() == known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    auto const& one = (*read)[i];
    CHECK(one.fingerprint == known[i].fingerprint);
    CHECK(one.since == known[i].since);
    CHECK(one.site == known[i].site);
    CHECK((one.packets == known[i].packets));
    CHECK(one.destinations == known[i].destinations);
    CHECK(is_within(known[i], one));
  }
}

TEST_CASE("known: a file that is no baseline is refused, with what is wrong") {
  auto const refusal = [](std::string_view text) {
    auto const read = read_baseline("known.json", text);
    REQUIRE_FALSE(read.has_value());
    return to_string(read.error().at) + ": " + read.error().text;
  };
  auto const finding = [&](std::string const& more) {
    return refusal(R"({"schema": "safeconduct.baseline/1", "day": "2026-11-20", "findings": [)"
                   R"({"fingerprint": ")" +
                   std::string(64, 'a') + R"(", "code": "SC101", "requirement": "web", )" + more +
                   "}]}");
  };
  CHECK(refusal("[1,").starts_with("known.json: this is not JSON: "));
  CHECK(refusal("[]") == "known.json: the baseline is not an object");
  CHECK(refusal(R"({"schema": "safeconduct.check/1", "findings": []})") ==
        "known.json: the baseline has the schema 'safeconduct.check/1', expected "
        "'safeconduct.baseline/1'");
  CHECK(
      refusal(
          R"({"schema": "safeconduct.baseline/1", "findings": [{"rule": "a"}], "findings": []})") ==
      "known.json: the baseline has 'findings' twice in one object");
  CHECK(finding(R"("since": "yesterday")") ==
        "known.json: findings[0] is known since 'yesterday', no day");
  CHECK(finding(R"("since": "2026-11-20", "packets": [{"family": "IPv4", "protocols": ["tcp"], )"
                R"("src": ["10.0.0.1/8"], "sport": [], "dst": [], "dport": []}])") ==
        "known.json: findings[0].packets[0].src[0] is '10.0.0.1/8', not an IPv4 prefix");
  CHECK(finding(R"("since": "2026-11-20", "packets": [{"family": "IPv4", "protocols": ["tcp"], )"
                R"("src": [], "sport": [], "dst": [], "dport": ["65536"]}])") ==
        "known.json: findings[0].packets[0].dport[0] is '65536', not a number or range up to "
        "65535");
}

TEST_CASE("known: a baseline of very many packets, written to take long, knows nothing") {
  auto before = lost("10.0.0.0/8");
  auto& part = before.findings[0].flows[0].parts[0];
  std::vector<AddressInterval> odd;
  for (Bits128 i = 0; i < 4'000; ++i) odd.push_back({2 * i, 2 * i});
  part.src = AddressSet(odd);
  part.dst = AddressSet(odd);
  auto now = lost("0.0.0.0/0");
  now.findings[0].flows[0].parts[0].dst = test::addresses("0.0.0.0/0");
  mark_known(now, test::sample_context(), baseline_of(before));
  CHECK(failed(now, "required"));
}
