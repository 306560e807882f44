// SPDX-License-Identifier: GPL-3.0-or-later
// Each output format of 'check' and 'audit' of one report, held against its golden file.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "monitor/check_metrics.h"
#include "monitor/exposition.h"
#include "report/audit_json.h"
#include "report/audit_writers.h"
#include "report/certificate_json.h"
#include "report/check_writers.h"
#include "report/every_outcome.h"
#include "report/json_check.h"
#include "report/text_check.h"
#include "support/golden.h"

using namespace safeconduct;

namespace {

// A carriage return would not survive every editor.
std::string visible(std::string text) {
  for (std::size_t at = 0; (at = text.find('\r', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\\r");
  return text;
}

std::map<std::string, std::string> of_check() {
  auto const result = test::every_outcome();
  auto const context = test::every_outcome_context();
  auto const nagios = nagios_check(result);
  auto japanese = context;
  japanese.language = Language::japanese;
  TextStyle style;
  style.language = Language::japanese;
  return {
      {"text", text_check(result, context, {})},
      {"json", json_check(result, context)},
      {"jsonl", jsonl_check(result, context)},
      {"sarif", sarif_check(result, context)},
      {"junit", junit_check(result, context)},
      {"markdown", markdown_check(result, context)},
      {"html", html_check(result, context)},
      {"github", github_check(result, context)},
      {"gitlab", gitlab_check(result, context)},
      {"rdjsonl", rdjsonl_check(result, context)},
      {"csv", csv_check(result, context)},
      {"japanese-text", text_check(result, japanese, style)},
      {"japanese-markdown", markdown_check(result, japanese)},
      {"japanese-html", html_check(result, japanese)},
      {"nagios", nagios.text + "status " + std::to_string(nagios.status)},
      {"openmetrics", exposition_text(metrics_of(result))},
      {"statement", json_statement(test::every_outcome_certificate())},
  };
}

std::map<std::string, std::string> of_audit() {
  auto const fleet = test::every_readiness_fleet();
  std::string lines = json_audit_header(fleet.header);
  for (auto const& one : test::every_readiness()) lines += json_site_audit(one);
  auto const told = [&](Language language) {
    TextStyle style;
    style.language = language;
    std::string text;
    for (auto const& one : test::every_readiness()) text += text_site_audit(one, style);
    return text + '\n' + text_fleet(fleet, style);
  };
  return {{"audit-text", told(Language::english)},
          {"audit-jsonl", lines},
          {"audit-json", json_fleet(fleet)},
          {"audit-csv", csv_fleet(fleet)},
          {"audit-markdown", markdown_fleet(fleet, Language::english)},
          {"audit-html", html_fleet(fleet, Language::english)},
          {"japanese-audit-text", told(Language::japanese)},
          {"japanese-audit-markdown", markdown_fleet(fleet, Language::japanese)},
          {"japanese-audit-html", html_fleet(fleet, Language::japanese)}};
}

std::map<std::string, std::string> all_written() {
  auto all = of_check();
  all.merge(of_audit());
  return all;
}

}  // namespace

TEST_CASE("writers: each format of a report with every outcome reads as its golden file says") {
  auto const written = all_written();
  std::set<std::string> golden_names;
  for (auto const& golden : test::load_golden("report/golden/writers")) {
    CAPTURE(golden.name);
    REQUIRE(written.contains(golden.name));
    CHECK(golden.prose.size() > 40);
    golden_names.insert(golden.name);
    test::check_golden(golden, "report", visible(written.at(golden.name)));
  }
  for (auto const& [name, text] : written) {
    CAPTURE(name);
    CHECK(golden_names.contains(name));
  }
}

TEST_CASE("writers: nothing that a file says acts on who reads the report") {
  for (auto const& [name, text] : all_written()) {
    CAPTURE(name);
    CHECK_FALSE(text.contains(test::kTurned));
    CHECK_FALSE(std::ranges::any_of(text, [&](char c) {
      auto const byte = static_cast<unsigned char>(c);
      bool const line_end = c == '\n' || (c == '\r' && name.ends_with("csv"));
      return byte == 0x7f || (byte < 0x20 && !line_end && c != '\t');
    }));
    // A page is printed in no build's log, and keeps the lines of what it shows.
    if (!name.ends_with("html")) {
      CHECK_FALSE(text.contains("\n::error::forged"));
      CHECK_FALSE(text.contains("\n::warning::forged"));
    }
    bool const markup = name.ends_with("html") || name.ends_with("markdown") || name == "junit";
    if (!markup) continue;
    for (auto const* tag : {"<script>alert", "<img src=x", "<b>bold"}) {
      CAPTURE(tag);
      // In Markdown the words of rules stand in code, which shows tags as they are.
      if ((name != "markdown" && name != "japanese-markdown") ||
          std::string_view(tag) != "<script>alert")
        CHECK_FALSE(text.contains(tag));
    }
  }
}
