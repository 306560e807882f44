// SPDX-License-Identifier: GPL-3.0-or-later
// Real exports, where they are at hand: each is read, or refused for the reason given here.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>

#include "formats/reader.h"
#include "support/corpus.h"

namespace safeconduct::test {
namespace {

std::string read_file(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Listed {
  std::string path;
  Format format{};
};

// The exports that the corpus' manifest names.
std::vector<Listed> listed(std::filesystem::path const& corpus) {
  std::vector<Listed> result;
  std::istringstream manifest(read_file(corpus / "MANIFEST.tsv"));
  for (std::string line; std::getline(manifest, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 5) continue;
    if (cells[4] == "iptables-save" || cells[4] == "ip6tables-save")
      result.push_back({cells[0], Format::iptables_save});
    if (cells[4] == "ipset-save") result.push_back({cells[0], Format::ipset_save});
  }
  return result;
}

struct Refused {
  std::string_view path;
  std::string_view why;  // "line: text"
};

// Rule sets that no iptables loads either, made by hand or by programs with faults, and fragments.
constexpr Refused kRefused[] = {
    {"netfilter-ipset/tests/restore.t.restore",
     "7: 'rename' is not a command that 'ipset save' writes"},
    {"iptables-semantics/thy/Iptables_Semantics/Examples/Parser_Test/data/iptables-save",
     "12: unknown option '--something-else'"},
    {"batfish/projects/batfish/src/test/resources/org/batfish/grammar/iptables/testconfigs/unsupported_command",
     "7: '--check' is not a command that iptables-save writes"},
    {"ufw/conf/after.rules",
     "19: jump to chain 'ufw-skip-to-policy-input' that table 'filter' does not declare"},
    {"ufw/conf/after6.rules",
     "19: jump to chain 'ufw6-skip-to-policy-input' that table 'filter' does not declare"},
    {"ufw/conf/before.rules",
     "30: jump to chain 'ufw-logging-deny' that table 'filter' does not declare"},
    {"ufw/conf/before6.rules",
     "39: jump to chain 'ufw6-logging-deny' that table 'filter' does not declare"},
    {"bpf-iptables-tests/derived/system-benchmarking__conntrack-performance__rulesets__conntrack_rules.iptables-save",
     "6: '$REMOTE_PORT' is not a port (0-65535), nor a range of ports"},
    {"fwbuilder/derived/firewall.iptables-save",
     "273: 'AF4' is not a class of DSCP"},
    {"fwbuilder/derived/firewall19.iptables-save",
     "54: unknown option '-dport'"},
    {"fwbuilder/derived/firewall2-1.iptables-save",
     "121: '80,119' is not a port (0-65535), nor a range of ports"},
    {"fwbuilder/derived/firewall82.iptables-save",
     "21: chains call each other in a loop: Policy_A -> Policy_A"},
    {"ferm/derived/test__modules__comment.iptables-save",
     "5: unexpected 'is'"},
    {"ferm/derived/test__modules__conntrack.iptables-save",
     "7: 'ftp' is not a protocol"},
    {"ferm/derived/test__modules__state.iptables-save",
     "9: module 'state' is named, but none of its options is given"},
    {"ferm/derived/test__targets__log.iptables-save",
     "6: unexpected 'bar''"},
    {"ferm/derived/test__targets__masquerade.iptables-save",
     "7: '10000:20000' is not a port (0-65535), nor a range of ports"},
    {"ferm/derived/test__targets__redirect.iptables-save",
     "6: '10000:20000' is not a port (0-65535), nor a range of ports"},
    {"ferm/derived/test__misc__address-magic.iptables-save",
     "15: '2001:db8::11' is not an IPv4 address"},
    {"ferm/derived/test__misc__address-magic.ip6tables-save",
     "14: '192.0.2.21' is not an IPv6 address"},
    {"ferm/derived/test__misc__autovar.iptables-save",
     "5: unexpected 'filter'"},
    {"ferm/derived/test__misc__def.iptables-save",
     "25: 'http' is not a protocol"},
    {"ferm/derived/test__misc__defined.iptables-save",
     "5: unexpected 'is'"},
    {"ferm/derived/test__misc__policy.iptables-save",
     "6: chain 'FORWARD' is not built into table 'nat', so it has no policy"},
    {"ferm/derived/test__misc__stringex.iptables-save",
     "9: unexpected 'foo'"},
    {"ferm/derived/test__protocols__tcp.iptables-save",
     "16: unknown option '--mss'"},
};

}  // namespace

TEST_CASE("iptables_save: real exports are read, or refused for a reason that is known") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  auto const files = listed(*corpus);
  REQUIRE(files.size() > 900);
  std::map<std::string, std::string> refused;
  for (auto const& file : files) {
    SourceText const source{file.path,
                            std::make_shared<std::string const>(read_file(*corpus / file.path))};
    auto const rules = read_device(std::span(&source, 1));
    if (!rules) refused[file.path] = std::to_string(rules.error().at.line) + ": " + rules.error().text;
  }
  for (auto const& [path, why] : refused) {
    auto const known = std::ranges::find(kRefused, path, &Refused::path);
    CHECK_MESSAGE(known != std::end(kRefused), path, " is refused: ", why);
    if (known != std::end(kRefused)) CHECK_MESSAGE(why == known->why, path);
  }
  for (auto const& known : kRefused)
    CHECK_MESSAGE(refused.contains(std::string(known.path)), known.path, " is read now");
}

}  // namespace safeconduct::test
