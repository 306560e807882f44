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
#include "rules/text.h"
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

Result<Ruleset> read_path(std::filesystem::path const& corpus, std::string const& path) {
  SourceText const source{path, std::make_shared<std::string const>(read_file(corpus / path))};
  return read_device(std::span(&source, 1));
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
    {"batfish/projects/batfish/src/test/resources/org/batfish/grammar/iptables/testconfigs/"
     "unsupported_command",
     "7: '--check' is not a command that iptables-save writes"},
    {"ufw/conf/after.rules",
     "19: jump to chain 'ufw-skip-to-policy-input' that table 'filter' does not declare"},
    {"ufw/conf/after6.rules",
     "19: jump to chain 'ufw6-skip-to-policy-input' that table 'filter' does not declare"},
    {"ufw/conf/before.rules",
     "30: jump to chain 'ufw-logging-deny' that table 'filter' does not declare"},
    {"ufw/conf/before6.rules",
     "39: jump to chain 'ufw6-logging-deny' that table 'filter' does not declare"},
    {"bpf-iptables-tests/derived/"
     "system-benchmarking__conntrack-performance__rulesets__conntrack_rules.iptables-save",
     "6: '$REMOTE_PORT' is not a port (0-65535), nor a range of ports"},
    {"fwbuilder/derived/firewall.iptables-save", "273: 'AF4' is not a class of DSCP"},
    {"fwbuilder/derived/firewall19.iptables-save", "54: unknown option '-dport'"},
    {"fwbuilder/derived/firewall2-1.iptables-save",
     "121: '80,119' is not a port (0-65535), nor a range of ports"},
    {"fwbuilder/derived/firewall82.iptables-save",
     "21: chains call each other in a loop: Policy_A -> Policy_A"},
    {"ferm/derived/test__modules__comment.iptables-save", "5: unexpected 'is'"},
    {"ferm/derived/test__modules__conntrack.iptables-save", "7: 'ftp' is not a protocol"},
    {"ferm/derived/test__modules__state.iptables-save",
     "9: module 'state' is named, but none of its options is given"},
    {"ferm/derived/test__targets__log.iptables-save", "6: unexpected 'bar''"},
    {"ferm/derived/test__targets__masquerade.iptables-save",
     "7: '10000:20000' is not a port (0-65535), nor a range of ports"},
    {"ferm/derived/test__targets__redirect.iptables-save",
     "6: '10000:20000' is not a port (0-65535), nor a range of ports"},
    {"ferm/derived/test__misc__address-magic.iptables-save",
     "15: '2001:db8::11' is not an IPv4 address"},
    {"ferm/derived/test__misc__address-magic.ip6tables-save",
     "14: '192.0.2.21' is not an IPv6 address"},
    {"ferm/derived/test__misc__autovar.iptables-save", "5: unexpected 'filter'"},
    {"ferm/derived/test__misc__def.iptables-save", "25: 'http' is not a protocol"},
    {"ferm/derived/test__misc__defined.iptables-save", "5: unexpected 'is'"},
    {"ferm/derived/test__misc__policy.iptables-save",
     "6: chain 'FORWARD' is not built into table 'nat', so it has no policy"},
    {"ferm/derived/test__misc__stringex.iptables-save", "9: unexpected 'foo'"},
    {"ferm/derived/test__protocols__tcp.iptables-save", "16: unknown option '--mss'"},
};

// ---- the kernel's listing of a rule set, against the rule set that was loaded

// Interfaces by name: their numbers hang on the order in which rules mention them.
std::string interfaces(Ruleset const& rules, Clause const& clause, InSet const& set) {
  std::vector<std::string> names;
  for (auto const& range : rules.value_sets[set.set].intervals())
    for (auto i = static_cast<std::size_t>(range.first); i <= range.last; ++i)
      names.push_back(rules.interfaces[i]);
  std::ranges::sort(names);
  std::string text = std::string(clause.negated ? "not " : "") + std::string(info(set.field).name);
  for (auto const& name : names) text += ' ' + name;
  return text;
}

// iptables writes conditions in an order of its own, and the words of what we do not model in ways
// of its own.
std::string canonical(Ruleset const& rules, Rule const& rule, Family family) {
  std::vector<std::string> conditions;
  for (auto const& clause : clauses(rules, rule)) {
    auto const* set = std::get_if<InSet>(&clause.kind);
    auto const* atom = std::get_if<Unmodelled>(&clause.kind);
    if (set != nullptr && (set->field == Field::iif || set->field == Field::oif)) {
      conditions.push_back(interfaces(rules, clause, *set));
    } else if (atom != nullptr) {
      conditions.push_back("? " + rules.atoms[atom->atom].word);
    } else {
      conditions.push_back(to_text(rules, clause, family));
    }
  }
  std::ranges::sort(conditions);
  conditions.erase(std::ranges::unique(conditions).begin(), conditions.end());
  std::string text;
  for (auto const& condition : conditions) text += condition + ", ";
  auto const* unmodelled = std::get_if<UnmodelledAction>(&rule.action);
  return text + (unmodelled != nullptr ? "? " + rules.atoms[unmodelled->atom].word
                                       : to_text(rules, rule.action));
}

// The rules by table and chain; chains without any are left out, a listing may add them.
std::map<std::string, std::vector<std::string>> canonical(Ruleset const& rules) {
  std::map<std::string, std::vector<std::string>> result;
  for (auto const& chain : rules.chains) {
    auto const family =
        rules.tables[chain.table].family == TableFamily::ip6 ? Family::ip6 : Family::ip4;
    std::string key = table_name(rules, chain.table) + ' ' + chain.name;
    if (chain.base && chain.base->policy == ChainPolicy::drop) key += " drop";
    if (chain.rules.empty() && !key.ends_with(" drop")) continue;
    auto& lines = result[key];
    for (auto const& rule : chain.rules) lines.push_back(canonical(rules, rule, family));
  }
  return result;
}

}  // namespace

TEST_CASE("iptables_save: real exports are read, or refused for a reason that is known") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  auto const files = listed(*corpus);
  REQUIRE(files.size() > 900);
  std::map<std::string, std::string> refused;
  for (auto const& file : files) {
    auto const rules = read_path(*corpus, file.path);
    if (!rules)
      refused[file.path] = std::to_string(rules.error().at.line) + ": " + rules.error().text;
  }
  for (auto const& [path, why] : refused) {
    auto const known = std::ranges::find(kRefused, path, &Refused::path);
    CHECK_MESSAGE(known != std::end(kRefused), path, " is refused: ", why);
    if (known != std::end(kRefused)) CHECK_MESSAGE(why == known->why, path);
  }
  for (auto const& known : kRefused)
    CHECK_MESSAGE(refused.contains(std::string(known.path)), known.path, " is read now");
}

TEST_CASE("iptables_save: what the kernel lists of an export reads as the export") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  std::size_t compared = 0;
  for (auto const& file : listed(*corpus)) {
    if (file.path.starts_with("kernel-listed/") || file.format != Format::iptables_save) continue;
    auto const original = read_path(*corpus, file.path);
    if (!original) continue;
    for (std::string const& listing :
         {file.path + ".legacy.save", file.path + ".nftvariant.save"}) {
      auto const path = "kernel-listed/" + listing;
      if (!std::filesystem::exists(*corpus / path)) continue;
      auto const again = read_path(*corpus, path);
      CAPTURE(listing);
      REQUIRE(again);
      // Nothing in the file says whose it is; the listing has the first line that does.
      if (original->reads_ip6 != again->reads_ip6) continue;
      ++compared;
      // "-p ah" of IPv6: iptables-legacy looks behind that header, iptables-nft, whose export the
      // original is, does not.
      bool const looks_behind =
          listing == "generated/ufw/ufw-ipv6-rules6.ip6tables-save.legacy.save";
      CHECK((canonical(*original) == canonical(*again)) != looks_behind);
    }
  }
  CHECK(compared > 500);
}

}  // namespace safeconduct::test
