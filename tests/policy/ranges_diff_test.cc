// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/ranges_diff.h"

#include <doctest/doctest.h>

#include <string>

#include "policy/ingress_write.h"
#include "policy/read.h"

namespace safeconduct::test {
namespace {

IngressRanges file(std::string const& regions, std::string const& head = "provider: acme\n") {
  auto result = read_ingress_ranges("ranges.yaml",
                                    "schema: ingress-ranges/1\n" + head + "regions:\n" + regions);
  REQUIRE_MESSAGE(result, (result ? "" : to_message(result.error())));
  return std::move(*result);
}

std::string region(std::string const& id, std::string const& ranges) {
  return "  - id: " + id + "\n    ranges:\n" + ranges;
}
std::string range(std::string const& words) { return "      - {" + words + "}\n"; }

std::string const kSwg = "prefix: 192.0.2.0/24, service: swg";

RangeChange only(RangesDiff const& diff) {
  REQUIRE(diff.ranges.size() == 1);
  return diff.ranges.front();
}

std::string told(RangeChange const& change) {
  return change.region + ' ' + to_string(change.prefix) + ' ' +
         std::string(name(change.disposition)) + ' ' + std::string(name(change.impact)) + ' ' +
         (change.effective ? to_string(*change.effective) : "-");
}

RangesDiff diff(IngressRanges const& before, IngressRanges const& after) {
  auto result = diff_ranges(before, after);
  REQUIRE(result);
  return std::move(*result);
}

}  // namespace

TEST_CASE("ranges_diff: a file does not differ from itself, nor by its version alone") {
  auto const before = file(region("london", range(kSwg)), "provider: acme\nversion: \"1\"\n");
  auto const after = file(region("london", range(kSwg)), "provider: acme\nversion: \"2\"\n");
  CHECK(diff(before, before).empty());
  CHECK(diff(before, after).empty());
}

TEST_CASE("ranges_diff: a new range is to be opened by its first day") {
  auto const before = file(region("london", range(kSwg)));
  auto const after = file(region(
      "london", range(kSwg) + range("prefix: 198.51.100.0/24, service: swg, from: 2026-12-15")));
  CHECK(told(only(diff(before, after))) == "london 198.51.100.0/24 added open 2026-12-15");
  CHECK(told(only(diff(after, before))) == "london 198.51.100.0/24 removed close -");
}

TEST_CASE("ranges_diff: a range that is gone is needed no more from the day after its last") {
  auto const before = file(region(
      "london", range(kSwg) + range("prefix: 198.51.100.0/24, service: swg, until: 2026-12-31")));
  CHECK(told(only(diff(before, file(region("london", range(kSwg)))))) ==
        "london 198.51.100.0/24 removed close 2027-01-01");
}

TEST_CASE("ranges_diff: what other ranges of the new file still hold is never to be closed") {
  auto const before = file(region("london", range("prefix: 192.0.2.128/25, service: swg")));
  auto const change = diff(before, file(region("paris", range(kSwg))));
  REQUIRE(change.ranges.size() == 2);
  CHECK(told(change.ranges[0]) == "paris 192.0.2.0/24 added open -");
  CHECK(told(change.ranges[1]) == "london 192.0.2.128/25 removed keep -");
  REQUIRE(change.regions.size() == 2);
  CHECK(change.regions[0] == RegionChange{Disposition::added, "paris", {}});
  CHECK(change.regions[1] == RegionChange{Disposition::removed, "london", {}});
}

TEST_CASE("ranges_diff: what is held in part, or by another service, is not kept") {
  auto const before = file(region("london", range("prefix: 192.0.2.0/26, service: swg")));
  auto const half =
      diff(before, file(region("london", range("prefix: 192.0.2.0/27, service: swg"))));
  REQUIRE(half.ranges.size() == 2);
  CHECK(told(half.ranges[0]) == "london 192.0.2.0/26 removed close -");
  auto const other =
      diff(before, file(region("london", range("prefix: 192.0.2.0/26, service: ipsec"))));
  REQUIRE(other.ranges.size() == 2);
  for (auto const& change : other.ranges) CHECK(change.impact != Impact::keep);
}

TEST_CASE("ranges_diff: an end that is now known closes, an end that moves reschedules") {
  auto const open = file(region("london", range(kSwg)));
  auto const ends = file(region("london", range(kSwg + ", until: 2026-12-31")));
  auto const later = file(region("london", range(kSwg + ", until: 2027-06-30")));
  auto const change = only(diff(open, ends));
  CHECK(told(change) == "london 192.0.2.0/24 changed close 2027-01-01");
  CHECK((change.fields == std::vector<FieldChange>{{"until", "", "2026-12-31"}}));
  CHECK(told(only(diff(ends, later))) == "london 192.0.2.0/24 changed reschedule 2027-07-01");
  CHECK(told(only(diff(ends, open))) == "london 192.0.2.0/24 changed reschedule -");
}

TEST_CASE("ranges_diff: another first day reschedules") {
  auto const before = file(region("london", range(kSwg + ", from: 2026-12-01")));
  auto const after = file(region("london", range(kSwg + ", from: 2026-12-15")));
  CHECK(told(only(diff(before, after))) == "london 192.0.2.0/24 changed reschedule 2026-12-15");
}

TEST_CASE("ranges_diff: what is known of a range changes no rule") {
  std::string const head = "provider: acme\nsources: {page: {title: A page}}\n";
  auto const before = file(region("london", range(kSwg + ", confidence: third-party")), head);
  auto const after =
      file(region("london", range(kSwg + ", confidence: first-party, sources: [page]")), head);
  auto const change = only(diff(before, after));
  CHECK(told(change) == "london 192.0.2.0/24 changed none -");
  CHECK((change.fields == std::vector<FieldChange>{{"confidence", "third-party", "first-party"},
                                                   {"sources", "", "page (A page)"}}));
}

TEST_CASE("ranges_diff: a source that says something else is a change, though its key stays") {
  auto const with = [](std::string const& day) {
    return file(region("london", range(kSwg + ", sources: [page]")),
                "provider: acme\nsources: {page: {title: A page, retrieved: " + day + "}}\n");
  };
  auto const change = only(diff(with("2026-11-01"), with("2026-12-01")));
  REQUIRE(change.fields.size() == 1);
  CHECK(change.fields[0].after == "page (A page, retrieved 2026-12-01)");
}

TEST_CASE("ranges_diff: a prefix of two services is two ranges") {
  auto const before = file(region("london", range(kSwg)));
  auto const after =
      file(region("london", range(kSwg) + range("prefix: 192.0.2.0/24, service: ipsec")));
  auto const change = only(diff(before, after));
  CHECK(change.service == Feature::ipsec);
  CHECK(change.disposition == Disposition::added);
}

TEST_CASE("ranges_diff: a range that ends and comes back is two, told apart by their days") {
  auto const once = range(kSwg + ", from: 2026-01-01, until: 2026-06-30");
  auto const again = range(kSwg + ", from: 2027-01-01");
  auto const change =
      only(diff(file(region("london", once)), file(region("london", again + once))));
  CHECK(told(change) == "london 192.0.2.0/24 added open 2027-01-01");
}

TEST_CASE(
    "ranges_diff: names, aliases and 'anycast' of a region, and 'complete', are differences") {
  auto const before = file("  - {id: london, name: London}\n");
  auto const after = file("  - {id: london, name: Londres, aliases: [uk], anycast: true}\n",
                          "provider: acme\ncomplete: true\n");
  auto const change = diff(before, after);
  CHECK(change.ranges.empty());
  CHECK((change.file == std::vector<FieldChange>{{"complete", "false", "true"}}));
  REQUIRE(change.regions.size() == 1);
  CHECK((change.regions[0].fields == std::vector<FieldChange>{{"name", "London", "Londres"},
                                                              {"aliases", "", "uk"},
                                                              {"anycast", "false", "true"}}));
}

TEST_CASE("ranges_diff: files of two providers, or of two clouds, are not compared") {
  auto const one = file("  - {id: london}\n");
  CHECK_FALSE(diff_ranges(one, file("  - {id: london}\n", "provider: other\n")));
  auto const gov = diff_ranges(one, file("  - {id: london}\n", "provider: acme\ncloud: gov\n"));
  REQUIRE_FALSE(gov);
  CHECK(gov.error().text == "these are ranges of acme (gov), the others of acme (commercial)");
}

TEST_CASE("ingress_write: what is written is read again as it was") {
  auto const before = file(
      R"(  - id: london
    name: "a \"name\", with: odd # words"
    country: "GB"
    aliases: [uk, "no"]
    ranges:
      - {prefix: 192.0.2.0/24, service: swg, from: 2026-12-15, until: 2026-12-31, confidence: seed, sources: [page], note: "two\nlines"}
      - {prefix: "2001:db8::/32", service: ipsec}
  - id: everywhere
    anycast: true
)",
      R"(provider: acme
cloud: gov
version: "2026112300"
complete: true
sources:
  page: {title: "A \\ page", url: "https://example.com/?a=1&b={}", retrieved: 2026-11-23, sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
)");
  auto const again = read_ingress_ranges("again.yaml", write_ingress_ranges(before));
  REQUIRE_MESSAGE(again, (again ? "" : to_message(again.error())));
  CHECK(diff(before, *again).empty());
  CHECK(again->version == before.version);
  CHECK(write_ingress_ranges(*again) == write_ingress_ranges(before));
}

}  // namespace safeconduct::test
