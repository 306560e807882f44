// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/vendor_csv.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "formats/iptables_golden.h"
#include "policy/read.h"
#include "rules/text.h"

namespace safeconduct::test {
namespace {

std::vector<Dialect> const& dialects() {
  static auto const kAll = [] {
    std::vector<std::filesystem::path> paths;
    for (auto const& entry : std::filesystem::directory_iterator(
             std::filesystem::path(SC_TEST_SOURCE_DIR) / "policies/dialects"))
      if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<Dialect> all;
    for (auto const& path : paths) {
      std::ifstream in(path, std::ios::binary);
      std::string const text{std::istreambuf_iterator<char>(in), {}};
      auto dialect = read_dialect(path.filename().string(), text);
      REQUIRE_MESSAGE(dialect.has_value(), (dialect ? "" : to_message(dialect.error())));
      all.push_back(std::move(*dialect));
    }
    return all;
  }();
  return kAll;
}

Result<Ruleset> read(std::span<SourceText const> files) {
  return read_csv_device(files, {}, dialects());
}

Result<Ruleset> read(std::string text) {
  SourceText const file{"rules.csv", std::make_shared<std::string const>(std::move(text))};
  return read(std::span(&file, 1));
}

// The rules as text, and the names that the export gives them.
std::string told(std::span<SourceText const> files) {
  auto const rules = read(files);
  if (!rules) return to_message(rules.error());
  std::string text = to_text(*rules);
  for (auto const& each : rules->rule_names)
    text += "line " + std::to_string(location(*rules, each.span).line) + ": rule " + each.number +
            " '" + each.name + "'\n";
  for (auto const& note : rules->notes)
    text += "note " + note.code + ' ' + to_string(note.at) + ": " + note.message.english() + '\n';
  return text;
}

constexpr char const* kHeader = "name,source,destination,protocol,port,action\n";

}  // namespace

TEST_CASE("vendor_csv: what the golden exports say") {
  std::size_t count = 0;
  for (auto const& golden : load_golden("formats/golden/csv")) {
    CAPTURE(golden.name);
    ++count;
    check_golden(golden, "expect", told(files_of(golden)));
  }
  CHECK(count >= 11);
}

TEST_CASE("vendor_csv: a faulty export is refused with its place and what would do") {
  std::size_t count = 0;
  for (auto const& golden : load_golden("formats/rejects")) {
    if (!golden.name.starts_with("csv-")) continue;
    ++count;
    CAPTURE(golden.name);
    auto const files = files_of(golden);
    CHECK_FALSE(read(files).has_value());
    check_golden(golden, "expect", told(files));
  }
  CHECK(count >= 15);
}

TEST_CASE("vendor_csv: line ends, byte order marks and UTF-16 do not change what is read") {
  std::string const plain =
      std::string(kHeader) + "d\xC3\xA9j\xC3\xA0,any,192.0.2.1,udp,53,accept\n";
  auto const expected = to_text(*read(plain));
  std::string crlf;
  std::string little = "\xFF\xFE";
  for (char const c : plain) {
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  std::u16string const wide =
      u"name,source,destination,protocol,port,action\nd\u00E9j\u00E0,any,192.0.2.1,udp,53,accept\n";
  std::string big = "\xFE\xFF";
  for (auto const unit : wide) {
    little += static_cast<char>(unit & 0xFFU);
    little += static_cast<char>(unit >> 8U);
    big += static_cast<char>(unit >> 8U);
    big += static_cast<char>(unit & 0xFFU);
  }
  for (auto const& text : {crlf, "\xEF\xBB\xBF" + plain, little, big}) {
    auto const rules = read(text);
    REQUIRE(rules.has_value());
    CHECK(to_text(*rules) == expected);
    CHECK(rules->rule_names.front().name == "d\xC3\xA9j\xC3\xA0");
  }
}

TEST_CASE("vendor_csv: columns go by name, in any order, and blank lines do not count") {
  auto const one = read(std::string(kHeader) + "a,any,192.0.2.1,udp,53,accept\n");
  auto const other = read(
      "\n\nACTION , Port,protocol,Destination,source,name\n\naccept,53,udp,192.0.2.1,any,a\n\n");
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  auto const& at = [](Ruleset const& rules) {
    return to_text(rules).substr(to_text(rules).find("->"));
  };
  CHECK(at(*one) != "");
  CHECK(one->clauses == other->clauses);
}

TEST_CASE("vendor_csv: a plain table whose columns are those of services, too, has rules") {
  auto const rules = read(
      "name,source,destination,protocol,destination port,action\n"
      "a,any,192.0.2.1,udp,53,accept\n");
  REQUIRE(rules.has_value());
  CHECK(to_text(*rules).contains("daddr 192.0.2.1, l4proto udp, dport 53 -> accept"));
}

TEST_CASE("vendor_csv: an unknown object narrows its rule to where nobody knows, negated too") {
  auto const rules = read(
      "name,source,destination,not destination,action\n"
      "a,x,y,yes,accept\nb,y,x,,accept\n");
  REQUIRE(rules.has_value());
  auto const text = to_text(*rules);
  CHECK(text.contains("?source address 'x'"));
  CHECK(text.contains("not ?destination address 'y'"));
  CHECK(text.contains("?source address 'y'"));
}

TEST_CASE("vendor_csv: a row with nothing but an action is a rule, one with a name alone a title") {
  auto const deny = read(std::string(kHeader) + "x,,,,,\n,,,,,deny\na,any,any,udp,53,accept\n");
  REQUIRE(deny.has_value());
  CHECK(to_text(*deny).contains("chain rules\n  3: any -> drop\n  4: "));
}

TEST_CASE("vendor_csv: a zone that a cell leaves out is not any zone") {
  auto const rules = read(
      "Name,Source Zone,Destination Zone,Source Address,Application,Service,Action\n"
      "a,lan,,any,any,any,Allow\n");
  REQUIRE(rules.has_value());
  CHECK(to_text(*rules).contains("a destination zone that the cell leaves out"));
}

TEST_CASE("vendor_csv: a list that is negated in part is refused") {
  auto const rules = read(
      "Name,Source Address,Application,Service,Action\n"
      "a,10.0.0.0/8;[Negate] 10.1.0.0/16,any,any,Allow\n");
  REQUIRE_FALSE(rules.has_value());
  CHECK(to_message(rules.error()).contains("negates a part of the list"));
}

TEST_CASE(
    "vendor_csv: what stands in a column that the dialect does not know may narrow the rule") {
  std::string const header = "name,source,destination,action,device,\n";
  auto const rules = read(header +
                          "a,any,any,accept,edge-2,\nb,any,any,accept,any,\n"
                          "c,any,any,accept,,beyond\n");
  REQUIRE(rules.has_value());
  auto const text = to_text(*rules);
  CHECK(text.contains("?column 'device' says 'edge-2'"));
  CHECK_FALSE(text.contains("says 'any'"));
  CHECK(text.contains("?column 6, which has no header says 'beyond'"));
  CHECK(std::ranges::any_of(rules->notes, [](Note const& note) {
    return note.code == "SC933" && note.message.contains("these columns: 'device';");
  }));
  auto const known = read("name,source,destination,action,Comments\na,any,any,accept,for IT\n");
  REQUIRE(known.has_value());
  CHECK_FALSE(to_text(*known).contains('?'));
}

TEST_CASE("vendor_csv: a sieve leaves rows out that nobody asks about, and no fault with them") {
  auto const ends = [](char const* prefix) { return AddressSet(interval(*parse_prefix(prefix))); };
  auto made = std::make_shared<Sieve>();
  made->ask(Family::ip4, ends("10.20.0.0/16"), ends("208.67.222.222/32"));
  auto const kept = [&](std::string const& rows) {
    SourceText const file{"rules.csv", std::make_shared<std::string const>(kHeader + rows)};
    return read_csv_device(std::span(&file, 1), {}, dialects(), made);
  };
  // The first of a kind is read, whatever it says.
  auto const rules = kept(
      "a,192.0.2.1,198.51.100.1,udp,53,accept\n"
      "b,192.0.2.2,198.51.100.1,udp,53,accept\n"
      "c,10.20.1.0/24,198.51.100.1,udp,53,accept\n"
      "d,10.0.0.0/8,208.67.0.0/16,udp,53,accept\n"
      "e,208.67.222.222,10.20.1.1,udp,53,accept\n"
      "f,\"192.0.2.3;10.20.1.1\",208.67.222.222,udp,53,accept\n"
      "g,192.0.2.2,198.51.100.1,tcp,53,accept\n"
      "h,192.0.2.2,any,udp,53,accept\n"
      "i,192.0.2.2,2001:db8::1,udp,53,accept\n"
      "j,192.0.2.2-192.0.2.9,198.51.100.1,udp,53,accept\n");
  REQUIRE(rules.has_value());
  std::string names;
  for (auto const& each : rules->rule_names) names += each.name;
  CHECK(names == "adefghij");
  CHECK(rules->sieve == made);
  auto const all = kept("a,192.0.2.1,198.51.100.1,udp,53,accept\n");
  REQUIRE(all.has_value());
  CHECK(all->sieve == nullptr);
  CHECK_FALSE(kept("a,192.0.2.1,198.51.100.1,udp,53,accept\n"
                   "b,192.0.2.2,198.51.100.1,udp,53,perhaps\n")
                  .has_value());
}

TEST_CASE("vendor_csv: a cell of a gigabyte and rows without end are refused, not kept") {
  std::string const huge(std::size_t{3} << 20U, 'x');
  auto const cell = read(std::string(kHeader) + huge + ",any,any,udp,53,accept\n");
  REQUIRE_FALSE(cell.has_value());
  CHECK(cell.error().kind == ErrorKind::limit);
  auto const quoted = read(std::string(kHeader) + '"' + huge + "\",any,any,udp,53,accept\n");
  REQUIRE_FALSE(quoted.has_value());
  CHECK(quoted.error().kind == ErrorKind::limit);
  auto const row = read(std::string(kHeader) + std::string(5000, ',') + '\n');
  REQUIRE_FALSE(row.has_value());
  CHECK(row.error().kind == ErrorKind::limit);
}

TEST_CASE("vendor_csv: groups that share members are resolved once, not once a way") {
  std::string groups = "name,address,members\n";
  for (int i = 0; i < 60; ++i)
    groups += "g" + std::to_string(i) + ",,g" + std::to_string(i + 1) + " h" +
              std::to_string(i + 1) + "\nh" + std::to_string(i) + ",,g" + std::to_string(i + 1) +
              " h" + std::to_string(i + 1) + "\n";
  groups += "g60,10.0.0.0/8,\nh60,192.0.2.0/24,\n";
  std::vector<SourceText> const files{
      {"rules.csv",
       std::make_shared<std::string const>("name,source,destination,action\na,g0,any,accept\n")},
      {"groups.csv", std::make_shared<std::string const>(groups)}};
  auto const rules = read(files);
  REQUIRE(rules.has_value());
  CHECK(to_text(*rules).contains("saddr {10.0.0.0/8, 192.0.2.0/24}"));
}

TEST_CASE("vendor_csv: a further vendor is a file, here with names of its own") {
  auto const mine = read_dialect("mine.yaml", R"(schema: dialect/1
id: mine
title: A vendor of our own
rules:
  tell-by: [Quelle, Ziel, Dienst, Aktion]
  columns: {name: Regel, source: Quelle, destination: Ziel, service: Dienst, action: Aktion}
cells: {separators: [" + "], any: [alle]}
actions: {erlaubt: accept, verboten: drop}
services: {DNS: [udp/53, tcp/53]}
)");
  REQUIRE_MESSAGE(mine.has_value(), (mine ? "" : to_message(mine.error())));
  SourceText const file{"regeln.csv",
                        std::make_shared<std::string const>(
                            "Regel;Quelle;Ziel;Dienst;Aktion\n"
                            "Namen;10.0.0.0/8;208.67.222.222 + 208.67.220.220;DNS;Erlaubt\n"
                            "Rest;alle;alle;alle;verboten\n")};
  auto const rules = read_csv_device(std::span(&file, 1), {}, std::span(&*mine, 1));
  REQUIRE(rules.has_value());
  auto const text = to_text(*rules);
  CHECK(text.contains("daddr {208.67.220.220, 208.67.222.222}"));
  CHECK(text.contains("l4proto udp, dport 53 -> accept"));
}

}  // namespace safeconduct::test
