// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/text_check.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "report/columns.h"
#include "report/json_check.h"
#include "report/sample_result.h"
#include "support/golden.h"

using namespace safeconduct;

namespace {

// But for the lines that are there to be copied, which stand furthest in.
std::size_t widest_prose(std::string_view text) {
  std::size_t widest = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    auto const line = text.substr(at, end - at);
    if (!line.starts_with("        ")) widest = std::max(widest, columns(line));
    at = end + 1;
  }
  return widest;
}

TextStyle style_of(std::string_view words) {
  TextStyle style;
  if (words.contains("verbose")) style.detail = Detail::verbose;
  if (words.contains("quiet")) style.detail = Detail::quiet;
  if (words.contains("colour")) style.colour = true;
  if (words.contains("wide")) style.width = 120;
  if (words.contains("japanese")) style.language = Language::japanese;
  return style;
}

}  // namespace

TEST_CASE("text_check: the report of a check reads as its golden files say") {
  for (auto const& golden : test::load_golden("report/golden/check")) {
    CAPTURE(golden.name);
    auto const result = test::sample_result();
    auto const context = test::sample_context();
    for (auto const& section : golden.sections) {
      if (section.name == "text")
        test::check_golden(golden, "text", text_check(result, context, style_of(section.argument)),
                           section.argument);
      if (section.name == "json") test::check_golden(golden, "json", json_check(result, context));
      if (section.name == "jsonl")
        test::check_golden(golden, "jsonl", jsonl_check(result, context));
    }
  }
}

TEST_CASE("text_check: prose keeps within the width that is asked for") {
  TextStyle style;
  for (std::size_t width : {60UL, 80UL, 100UL}) {
    CAPTURE(width);
    style.width = width;
    for (auto const language : {Language::english, Language::japanese}) {
      style.language = language;
      CHECK(widest_prose(text_check(test::sample_result(), test::sample_context(), style)) <=
            width);
    }
  }
}

TEST_CASE("text_check: of a thousand rules at fault the first are shown, the others counted") {
  auto result = test::sample_result();
  auto& finding = *std::ranges::find_if(result.findings, [](Finding const& one) {
    return !one.holds && !one.waived && one.verdict == Verdict::blocked;
  });
  auto& parts = finding.flows.front().parts;
  auto const like = *std::ranges::find(parts, Verdict::blocked, &Part::verdict);
  for (std::uint32_t line = 1; line <= 1000; ++line) {
    parts.push_back(like);
    parts.back().rule.change().at.line = 10000 + line;
  }
  TextStyle style;
  auto const text = text_check(result, test::sample_context(), style);
  CHECK(text.contains("[20] "));
  CHECK_FALSE(text.contains("[900]"));
  CHECK(text.contains(" more rules (--verbose lists all)"));
  style.detail = Detail::verbose;
  auto const all = text_check(result, test::sample_context(), style);
  CHECK(all.contains("[900]"));
  CHECK_FALSE(all.contains("more rules"));
}

TEST_CASE("text_check: nothing of a file reaches the terminal as a control character") {
  auto result = test::sample_result();
  result.site = "evil\x1b[31m";
  result.findings[0].title = "a\rb\x07";
  result.findings[0].flows[0].parts[0].rule.change().line_text = "\t\tudp \x1b]0;x\x07 drop";
  result.findings[0].flows[0].parts[0].rule.change().chain = "\x9b\x31m";
  auto const text = text_check(result, test::sample_context(), {});
  for (char const c : text) {
    CAPTURE(static_cast<int>(c));
    CHECK((c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)));
  }
}
