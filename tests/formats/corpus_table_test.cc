// SPDX-License-Identifier: GPL-3.0-or-later
// What we make of real exports, as a table: files, rules, how many of the rules are modelled in
// full. tests/corpus_table.sh prints it.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "formats/reader.h"
#include "support/corpus.h"

namespace safeconduct::test {
namespace {

constexpr std::array<std::string_view, 6> kFormats{"iptables-save", "ip6tables-save", "ipset-save",
                                                   "nft-text",      "nft-fragment",   "nft-json"};

// Conditions that no file decides, whoever reads it: times, rates, sockets, bridge ports, names to
// be resolved, and what an nft listing of iptables-nft leaves out. They stay atoms.
constexpr std::array<std::string_view, 22> kAtoms{
    "limit",     "hashlimit", "recent",  "time", "owner",     "skuid", "skgid",    "quota",
    "statistic", "string",    "physdev", "mac",  "host name", "xt",    "rpfilter", "cgroup",
    "random",    "connlimit", "meter",   "set",  "policy",    "dnat"};

using Words = std::map<std::string, std::size_t>;  // Atom::word: how many rules hang on it

struct Row {
  std::size_t files = 0;
  std::size_t refused = 0;
  std::size_t rules = 0;  // as the file has them: one of ours or several
  std::size_t modelled = 0;
  std::size_t atoms = 0;  // modelled but for conditions that no file decides
  Words words;

  double percent(std::size_t of) const {
    return rules == 0 ? 100.0 : 100.0 * static_cast<double>(of) / static_cast<double>(rules);
  }
};

using Table = std::map<std::string, Row>;  // by top-level folder of the corpus

// The words of what is not modelled in one rule of ours. What a rule asks before it logs or counts
// decides nothing: the packet goes on either way.
void add_words(Ruleset const& rules, Rule const& rule, std::set<std::string>& words) {
  if (std::holds_alternative<Continue>(rule.action)) return;
  for (auto const& clause : clauses(rules, rule))
    if (auto const* unmodelled = std::get_if<Unmodelled>(&clause.kind))
      words.insert(rules.atoms[unmodelled->atom].word);
  if (auto const* unmodelled = std::get_if<UnmodelledAction>(&rule.action))
    words.insert(rules.atoms[unmodelled->atom].word);
}

// Counts rules of the file: those of ours that stand at one place are one.
void count(Ruleset const& rules, Row& row) {
  for (auto const& chain : rules.chains) {
    for (std::size_t i = 0; i < chain.rules.size();) {
      std::set<std::string> words;
      auto const span = chain.rules[i].span;
      for (; i < chain.rules.size() && chain.rules[i].span == span; ++i)
        add_words(rules, chain.rules[i], words);
      ++row.rules;
      if (words.empty()) {
        ++row.modelled;
      } else if (std::ranges::all_of(words, [](std::string_view word) {
                   return std::ranges::find(kAtoms, word) != kAtoms.end();
                 })) {
        ++row.atoms;
      }
      for (auto const& word : words) ++row.words[word];
    }
  }
}

Table make_table(std::filesystem::path const& corpus) {
  Table table;
  std::ifstream manifest(corpus / "MANIFEST.tsv");
  for (std::string line; std::getline(manifest, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 5 || std::ranges::find(kFormats, cells[4]) == kFormats.end()) continue;
    std::ifstream in(corpus / cells[0], std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    SourceText const source{cells[0], std::make_shared<std::string const>(std::move(text))};
    // JSON has a name alone for every match of iptables-nft: its rules are a row of their own.
    auto& counted =
        table[cells[4] == "nft-json" ? "(nft JSON)" : cells[0].substr(0, cells[0].find('/'))];
    ++counted.files;
    if (auto const rules = read_device(std::span(&source, 1))) {
      count(*rules, counted);
    } else {
      ++counted.refused;
    }
  }
  return table;
}

// The most frequent words, at most 'most' of them: "limit 592, recent 523".
std::string frequent(Words const& words, std::size_t most) {
  std::vector<std::pair<std::size_t, std::string>> sorted;
  for (auto const& [word, rules] : words) sorted.emplace_back(rules, word);
  std::ranges::sort(sorted, std::greater{});
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), most); ++i)
    text += (i > 0 ? ", " : "") + sorted[i].second + ' ' + std::to_string(sorted[i].first);
  return text;
}

std::string print(std::string_view name, Row const& row, std::string const& words) {
  std::array<char, 120> line{};
  std::snprintf(line.data(), line.size(), "%-20s %6zu %5zu %8zu %8zu  %6.2f %%  %6.2f %%  ",
                std::string(name).c_str(), row.files, row.files - row.refused, row.refused,
                row.rules, row.percent(row.modelled), row.percent(row.modelled + row.atoms));
  return line.data() + words + '\n';
}

std::string print(Table const& table) {
  std::string out =
      "folder                files  read  refused    rules  modelled  or atoms  most frequent not "
      "modelled\n";
  Row all;
  for (auto const& [name, row] : table) {
    out += print(name, row, frequent(row.words, 4));
    all.files += row.files;
    all.refused += row.refused;
    all.rules += row.rules;
    all.modelled += row.modelled;
    all.atoms += row.atoms;
    for (auto const& [word, rules] : row.words) all.words[word] += rules;
  }
  return out + print("all", all, "") +
         "\nthe ten most frequent words that are not modelled, and how many rules have them:\n" +
         frequent(all.words, 10) + '\n';
}

}  // namespace

TEST_CASE(
    "corpus: at least 97 % of the rules that people run are modelled, or hang on the host alone") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  auto const table = make_table(*corpus);
  MESSAGE("\n", print(table));
  for (std::string const folder :
       {"net-network", "iptables-semantics", "fwbuilder", "docker-moby", "generated"}) {
    CAPTURE(folder);
    REQUIRE(table.contains(folder));
    auto const& row = table.at(folder);
    CHECK(row.rules > 500);
    CHECK(row.percent(row.modelled) >= 95.5);
    CHECK(row.percent(row.modelled + row.atoms) >= 97.0);
  }
}

}  // namespace safeconduct::test
