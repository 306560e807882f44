// SPDX-License-Identifier: GPL-3.0-or-later
// A golden case has a section 'text NAME', which is imported, and 'expect': the ranges that the
// file has then, or the error. An argument of 'expect' gives a region or service for what is not
// told.
#include "policy/import_ranges.h"

#include <doctest/doctest.h>

#include <string>

#include "policy/read.h"
#include "support/golden.h"

namespace safeconduct::test {
namespace {

IngressRanges known() {
  auto result = read_ingress_ranges("ranges.yaml", R"(schema: ingress-ranges/1
provider: acme
regions:
  - id: eu-west-2
    name: London
    aliases: [uk, united-kingdom]
    ranges:
      - {prefix: 192.0.2.0/25, service: swg, confidence: seed}
)");
  REQUIRE(result);
  return std::move(*result);
}

ImportQuestion question(std::string file, std::string_view words) {
  ImportQuestion one;
  one.file_name = std::move(file);
  one.source.title = "Network requirements";
  one.source.retrieved = Date{2026, 11, 25};
  one.confidence = Confidence::third_party;
  if (words.contains("swg")) one.service = Feature::swg;
  if (words.contains("region")) one.region = "eu-west-2";
  return one;
}

std::string told(Result<Imported> const& imported) {
  if (!imported) return to_message(imported.error());
  std::string text;
  for (auto const& region : imported->ranges.regions) {
    text += region.id + (region.name.empty() ? "" : " (" + region.name + ')') + '\n';
    for (auto const& range : region.ranges) {
      text += "  " + to_string(range.prefix) + ' ' + std::string(name(range.service));
      if (range.from) text += " from " + to_string(*range.from);
      if (range.until) text += " until " + to_string(*range.until);
      text += ' ' + std::string(name(*range.confidence));
      for (auto const& key : range.sources) text += ' ' + key.value;
      text += '\n';
    }
  }
  return text + std::to_string(imported->found) + " found\n";
}

}  // namespace

TEST_CASE("import_ranges: each golden text gives the ranges that it lists, or says why not") {
  for (auto const& golden : load_golden("policy/import")) {
    CAPTURE(golden.name);
    REQUIRE(golden.sections.size() == 2);
    auto const& text = golden.sections[0];
    auto const& expect = golden.sections[1];
    auto const imported =
        import_ranges(known(), question(text.argument, expect.argument), text.text);
    check_golden(golden, "expect", told(imported), expect.argument);
  }
}

TEST_CASE("import_ranges: input without bounds is refused in words") {
  auto const refused = [](std::string const& text) {
    auto const imported = import_ranges(known(), question("page.txt", "swg region"), text);
    REQUIRE_FALSE(imported);
    return imported.error().text;
  };
  CHECK(refused(std::string(9U << 20U, 'a')) == "more than 8388608 bytes");
  CHECK(refused(std::string("192.0.2.0/25\0", 13)) == "this is no text: it has zero bytes");
  CHECK(refused("") == "the file is empty");
  std::string many;
  for (int i = 0; i < 50'001; ++i) many += "a\n";
  CHECK(refused(many) == "more than 50000 lines");
  CHECK(refused(std::string(100, '[') + std::string(100, ']')) == "the JSON is nested too deeply");
  CHECK(refused("{\"a\": " + std::string(100, '[') + std::string(100, ']') + '}') ==
        "the JSON is nested too deeply");
  std::string prefixes;
  for (int i = 0; i < 20'001; ++i)
    prefixes += "198.18." + std::to_string(i / 250 % 250) + '.' + std::to_string(i % 250) + ' ';
  CHECK(refused(prefixes) == "more than 20000 prefixes");
}

TEST_CASE("import_ranges: a source whose title or address speaks of egress is refused") {
  auto one = question("page.txt", "swg region");
  one.source.url = "https://geofeed.example/";
  auto const imported = import_ranges(known(), one, "198.51.100.0/24\n");
  REQUIRE_FALSE(imported);
  CHECK(imported.error().text ==
        "the source 'https://geofeed.example/' speaks of 'geofeed': addresses that a service sends "
        "from");
}

TEST_CASE("import_ranges: the source is recorded with its day, and its key is its own") {
  auto const first = import_ranges(known(), question("page.txt", "swg region"), "198.51.100.0/24");
  REQUIRE(first);
  REQUIRE(first->ranges.sources.size() == 1);
  CHECK(first->ranges.sources[0].key == "import-2026-11-25");
  auto const second =
      import_ranges(first->ranges, question("page.txt", "swg region"), "198.51.100.0/24");
  REQUIRE(second);
  REQUIRE(second->ranges.sources.size() == 2);
  CHECK(second->ranges.sources[1].key == "import-2026-11-25-2");
}

}  // namespace safeconduct::test
