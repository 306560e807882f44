// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "report/check_writers.h"
#include "report/markup.h"
#include "report/sample_result.h"

using namespace safeconduct;

TEST_CASE(
    "alert: each requirement that does not hold is told, each with a fingerprint of its own") {
  auto const result = test::sample_result();
  auto const all = alerts(result, test::sample_context());
  std::set<std::string> told;
  std::set<std::string> fingerprints;
  for (auto const& one : all) {
    told.insert(one.requirement);
    fingerprints.insert(one.fingerprint);
    CHECK_FALSE(one.message.empty());
    CHECK(one.at.line > 0);
  }
  CHECK(fingerprints.size() == all.size());
  for (auto const& finding : result.findings)
    CHECK(told.contains(finding.requirement) == !finding.holds);
}

TEST_CASE("alert: the worst stand first") {
  auto const all = alerts(test::sample_result(), test::sample_context());
  CHECK(std::ranges::is_sorted(all, std::ranges::greater(), &Alert::level));
  CHECK(all.front().level == Alert::Level::error);
}

TEST_CASE("alert: that nothing filters the packets is a warning, also where all is allowed") {
  auto result = test::sample_result();
  result.findings.clear();
  CHECK(alerts(result, test::sample_context()).empty());
  result.notes = {{std::string(code::kNothingFilters), "gw: no chain filters; is this all?", {}}};
  auto const all = alerts(result, test::sample_context());
  REQUIRE(all.size() == 1);
  CHECK(all[0].level == Alert::Level::warning);
  CHECK(all[0].requirement == "export");
  CHECK(all[0].message == "Gw: no chain filters; is this all?");
}

TEST_CASE("alert: what is waived is a note, and says why") {
  auto result = test::sample_result();
  for (auto& one : result.findings) one.waived = "change 4711";
  for (auto const& one : alerts(result, test::sample_context())) {
    CHECK(one.level == Alert::Level::note);
    CHECK(one.waived == "change 4711");
  }
}

TEST_CASE("alert: two rules of the same words in one chain are told apart") {
  auto result = test::sample_result();
  auto const blocked = std::ranges::find(result.findings, Verdict::blocked, &Finding::verdict);
  REQUIRE(blocked != result.findings.end());
  auto& parts = blocked->flows.front().parts;
  parts.push_back(parts.front());
  parts.back().rule.change().at.line += 10;
  auto const all = alerts(result, test::sample_context());
  std::set<std::string> fingerprints;
  for (auto const& one : all) fingerprints.insert(one.fingerprint);
  CHECK(fingerprints.size() == all.size());
}

TEST_CASE("alert: columns are told only where bytes are characters") {
  auto result = test::sample_result();
  for (auto& finding : result.findings)
    for (auto& flow : finding.flows)
      for (auto& part : flow.parts) part.rule.change().line_text += " # Zürich";
  for (auto const& one : alerts(result, test::sample_context())) CHECK(one.at.column == 0);
}

TEST_CASE("alert: paths are URI references that no consumer refuses") {
  CHECK(uri_of("-") == "stdin");
  CHECK(uri_of("./a/fw.nft") == "a/fw.nft");
  CHECK(uri_of("/etc/my rules.nft") == "file:///etc/my%20rules.nft");
  CHECK(uri_of("kernel:") == "kernel%3A");
  CHECK(uri_of("gr\xC3\xBC.nft") == "gr%C3%BC.nft");
}

TEST_CASE("markup: nothing of a text is a tag, an entity or a control character") {
  CHECK(markup_text("<a b='c' d=\"e\">&\x1b[0m\n") ==
        "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;?[0m\n");
}

TEST_CASE(
    "check_writers: of many findings GitHub gets nine a level, and the number of the others") {
  auto result = test::sample_result();
  auto const blocked = *std::ranges::find(result.findings, Verdict::blocked, &Finding::verdict);
  for (int i = 0; i < 30; ++i) {
    result.findings.push_back(blocked);
    result.findings.back().requirement += std::to_string(i);
  }
  auto const text = github_check(result, test::sample_context());
  std::size_t errors = 0;
  for (std::size_t at = text.find("::error "); at != std::string::npos;
       at = text.find("\n::error ", at + 1))
    ++errors;
  CHECK(errors == 10);
  CHECK(text.contains(" more of this level are not shown"));
}
