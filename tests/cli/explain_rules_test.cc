// SPDX-License-Identifier: GPL-3.0-or-later
// What the catalogue shows is what the program says: each rule of 'explain' goes through a check.

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "base/codes.h"
#include "cli/options.h"
#include "policy/read.h"
#include "report/explain.h"
#include "support/tmp_dir.h"

namespace fs = std::filesystem;
using namespace safeconduct;

namespace {

using Codes = std::set<std::string>;

// ---- a small question

std::string asks_for(std::string const& what) {
  return "schema: policy/1\nid: example\nrequirements:\n"
         "  - {id: example, feature: dns, level: required, " +
         what + "}\n";
}

constexpr char const* kResolvers = "to: {addresses: [208.67.222.222, 208.67.220.220]}";

std::string policy_for(std::string_view code) {
  if (code == code::kNotDenied)
    return asks_for(
        "expect: deny, protocol: [udp, tcp], ports: [53], to: {anywhere_but: [208.67.222.222, "
        "208.67.220.220]}");
  if (code == code::kBreaksLater || code == code::kRetiredOpen)
    return asks_for("expect: allow, protocol: tcp, ports: [443], to: {ingress: swg}");
  if (code == code::kPathMtu)  // which concerns connections of TCP
    return asks_for("expect: allow, protocol: tcp, ports: [443], " + std::string(kResolvers));
  if (code == code::kNeighbours)
    return asks_for(
        "expect: allow, protocol: udp, ports: [53], to: {addresses: [\"2620:119:35::35\"]}");
  auto const* const port = code == code::kIntercepted ? "53" : "443";
  return asks_for("expect: allow, protocol: udp, ports: [" + std::string(port) + "], " +
                  kResolvers);
}

std::string ranges_for(std::string_view code) {
  std::string const range = code == code::kBreaksLater
                                ? "{prefix: 203.0.113.0/25, from: 2099-12-15, "
                                : "{prefix: 198.51.100.0/26, until: 2026-01-31, ";
  return "schema: ingress-ranges/1\nprovider: example\nversion: \"1\"\ncomplete: true\n"
         "sources: {table: {title: A table}}\nregions:\n"
         "  - id: london\n    name: London\n    country: \"GB\"\n    ranges:\n"
         "      - {prefix: 192.0.2.0/26, service: swg, confidence: first-party, sources: [table]}\n"
         "      - " +
         range + "service: swg, confidence: first-party, sources: [table]}\n";
}

std::string site_for(std::string_view code, std::string const& rules) {
  std::string site =
      "schema: site/1\nsite: example\nclients: [" +
      std::string(code == code::kNeighbours ? "\"2001:db8:20::/48\"" : "10.20.0.0/16") +
      "]\npolicies: [policy.yaml]\n";
  if (code == code::kBreaksLater || code == code::kRetiredOpen)
    site += "provider: ranges.yaml\nregions: [london]\n";
  site += "path:\n  - {device: gateway, rules: [" + rules + "]";
  if (code != code::kInterfacesUnknown) site += ", enter: lan, leave: wan";
  return site + "}\n";
}

// ---- the rules as a file that can be loaded

bool begins_with_table(std::string_view text) {
  return text.starts_with("table ") || text.starts_with("add ") || text.starts_with("flush ");
}

std::string nft_file(std::string_view rules) {
  if (begins_with_table(rules)) return std::string(rules) + '\n';
  return "table inet filter {\n\tchain forward {\n"
         "\t\ttype filter hook forward priority filter; policy accept;\n" +
         std::string(rules) + "\n\t}\n}\n";
}

std::string iptables_file(std::string_view rules) {
  if (rules.starts_with('*')) return std::string(rules) + '\n';
  return "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" +
         std::string(rules) + "\nCOMMIT\n";
}

// Writes them, and tells the names.
std::string write_rules(test::TmpDir const& folder, RuleExample const& example,
                        std::string_view text) {
  if (example.notation == "nft") {
    folder.write("rules.nft", nft_file(text));
    return "rules.nft";
  }
  if (example.notation == "iptables-save") {
    // A name that tells the family, but where that is the matter.
    auto const* const name = example.code == code::kFamilyGuessed ? "rules"
                             : example.code == code::kNeighbours  ? "rules.v6"
                                                                  : "rules.v4";
    folder.write(name, iptables_file(text));
    return name;
  }
  if (example.notation == "ipset-save") {
    folder.write("sets.ipset", std::string(text) + '\n');
    folder.write("rules.v4",
                 iptables_file("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
                               "-A FORWARD -m set --match-set resolvers dst -j ACCEPT\n"
                               "-A FORWARD -j DROP"));
    return "rules.v4, sets.ipset";
  }
  auto const header = std::string(example.header) + (example.header.empty() ? "" : "\n");
  folder.write("rules.csv", header + std::string(text) + '\n');
  return "rules.csv";
}

struct Said {
  Codes codes;
  int status = -1;
  std::string text;
};

std::string contents(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Said check(RuleExample const& example, std::string_view rules) {
  test::TmpDir const folder;
  folder.write("site.yaml", site_for(example.code, write_rules(folder, example, rules)));
  folder.write("policy.yaml", policy_for(example.code));
  folder.write("ranges.yaml", ranges_for(example.code));
  auto command = "cd '" + folder.path().string() +
                 "' && SAFECONDUCT_CONFIG= '" SC_TEST_PROGRAM
                 "' check --site site.yaml --format json >out 2>&1";
  if (example.code == code::kElementsExpire) command += " --as-of \"$(date -u +%F)\"";
  Said said;
  int const status = std::system(command.c_str());
  said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  said.text = contents(folder.path() / "out");
  constexpr std::string_view kKey = "\"code\": \"SC";
  for (auto at = said.text.find(kKey); at != std::string::npos; at = said.text.find(kKey, at + 1))
    said.codes.insert(said.text.substr(at + kKey.size() - 2, 5));
  return said;
}

std::string joined(Codes const& codes) {
  std::string text;
  for (auto const& one : codes) text += one + ' ';
  return text;
}

Codes findings_of(Codes codes) {
  std::erase_if(codes, [](std::string const& one) { return one.starts_with("SC9"); });
  return codes;
}

std::vector<RuleExample> all_examples() {
  std::vector<RuleExample> all;
  for (auto const& page : explanations())
    for (auto const& one : examples_of(page.code)) all.push_back(one);
  return all;
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

TEST_CASE("explain: of two rule sets the bad one has the finding, and else what the good one has") {
  for (auto const& one : all_examples()) {
    CAPTURE(one.code);
    CAPTURE(one.notation);
    bool const finding = one.code.starts_with("SC1");
    auto const bad = check(one, one.bad);
    auto const good = check(one, one.good);
    CAPTURE(bad.text);
    CAPTURE(good.text);
    // A finding may bring notes along; a note comes alone.
    auto expected = finding ? Codes() : good.codes;
    CHECK_FALSE(good.codes.contains(std::string(one.code)));
    expected.emplace(one.code);
    // What the rules that are not there do, nobody knows; nor which links need neighbour discovery.
    bool const open = (one.code == code::kOtherExport && one.notation == "iptables-save") ||
                      one.code == code::kNeighbours;
    if (open) expected.emplace(code::kUndecided);
    CHECK(joined(finding ? findings_of(bad.codes) : bad.codes) == joined(expected));
    CHECK(joined(findings_of(good.codes)) == "");
    CHECK(bad.status == (finding || open ? 1 : 0));
    CHECK(good.status == 0);
  }
}

TEST_CASE("explain: all examples are of codes that have a page") {
  CHECK(all_examples().size() == rule_examples().size() + export_examples().size());
}

TEST_CASE("explain: what a rule alone can cause is shown in every notation and dialect") {
  Codes notations{"nft", "iptables-save"};
  for (auto const& entry :
       fs::directory_iterator(fs::path(SC_TEST_SOURCE_DIR) / "policies/dialects"))
    if (entry.path().extension() == ".yaml") notations.insert(entry.path().stem().string());
  for (auto const code : {code::kBlocked, code::kUndecided, code::kNotDenied}) {
    CAPTURE(code);
    Codes shown;
    for (auto const& one : examples_of(code)) shown.emplace(one.notation);
    CHECK(joined(shown) == joined(notations));
  }
}

TEST_CASE("explain: command lines of this program are ones that it takes") {
  std::size_t count = 0;
  for (auto const& page : explanations()) {
    for (auto const line : {page.command, page.probe}) {
      if (!line.starts_with("safeconduct ")) continue;
      ++count;
      CAPTURE(line);
      auto words = words_of(line);
      words.erase(words.begin());
      auto const command = parse_command_line(words);
      CHECK_MESSAGE(command.has_value(), (command ? "" : command.error().text));
    }
    CHECK((page.probe.empty() || page.probe.starts_with("safeconduct probe ")));
  }
  CHECK(count > 40);
}

TEST_CASE("explain: every finding has a waiver that a site file takes, and no note has one") {
  for (auto const& page : explanations()) {
    CAPTURE(page.code);
    auto const waiver = waiver_of(page);
    CHECK(waiver.empty() == page.code.starts_with("SC9"));
    if (waiver.empty()) continue;
    auto const site = read_site("site.yaml",
                                "schema: site/1\nsite: example\nclients: [10.20.0.0/16]\n"
                                "policies: [secure-client-roaming]\n" +
                                    waiver);
    REQUIRE_MESSAGE(site.has_value(), (site ? "" : site.error().text));
    REQUIRE(site->waivers.size() == 1);
    CHECK(site->waivers.front().codes.front().value == page.code);
  }
}
