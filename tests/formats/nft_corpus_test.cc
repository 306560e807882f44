// SPDX-License-Identifier: GPL-3.0-or-later
// Rule sets of real devices and of nftables' own test suite: everything that a kernel loads must be
// read, or be refused for a reason that is named here.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "formats/reader.h"
#include "support/corpus.h"

namespace safeconduct {
namespace {

std::string slurp(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> fields(std::string const& line, char separator) {
  std::vector<std::string> out;
  std::stringstream in(line);
  for (std::string field; std::getline(in, field, separator);) out.push_back(field);
  return out;
}

Result<Ruleset> read(std::string name, std::string text) {
  RulesetBuilder builder;
  SC_CHECK(read_nft_text({std::move(name), std::make_shared<std::string const>(std::move(text))},
                         builder));
  return std::move(builder).finish();
}

// Why a file that a kernel loads may be refused all the same.
bool is_known_refusal(Error const& error) {
  return error.text.starts_with("the rules include another file");
}

struct Count {
  std::size_t rules = 0;
  std::size_t modelled = 0;

  void add(Ruleset const& set) {
    for (auto const& chain : set.chains)
      for (auto const& rule : chain.rules) {
        ++rules;
        bool const unknown = std::holds_alternative<UnmodelledAction>(rule.action) ||
                             std::ranges::any_of(clauses(set, rule), [](Clause const& c) {
                               return std::holds_alternative<Unmodelled>(c.kind);
                             });
        modelled += unknown ? 0 : 1;
      }
  }
  double percent() const {
    return 100.0 * static_cast<double>(modelled) /
           static_cast<double>(std::max<std::size_t>(rules, 1));
  }
};

TEST_CASE("nft_text: every nft file of the corpus that a kernel loads is read") {
  auto const corpus = test::corpus_or_skip();
  if (!corpus) return;
  std::ifstream manifest(*corpus / "MANIFEST.tsv");
  std::size_t files = 0;
  std::size_t refused = 0;
  Count all;
  Count common;  // of the tools that people run: what they write must be modelled
  for (std::string line; std::getline(manifest, line);) {
    auto const column = fields(line, '\t');
    if (column.size() < 9 || column[4] != "nft-text" || column[8] == "no") continue;
    ++files;
    auto const set = read(column[0], slurp(*corpus / column[0]));
    if (!set) {
      CAPTURE(to_message(set.error()));
      CHECK(is_known_refusal(set.error()));
      ++refused;
      continue;
    }
    all.add(*set);
    for (std::string_view const tool : {"docker-moby", "generated", "openwrt-fw4", "nixos-nnf"})
      if (column[0].contains(tool)) common.add(*set);
  }
  MESSAGE(files, " files, ", refused, " refused; ", all.rules, " rules, ", all.percent(),
          " % modelled; of common tools ", common.rules, " rules, ", common.percent(), " %");
  CHECK(files > 1000);
  CHECK(common.percent() >= 97.0);
}

}  // namespace
}  // namespace safeconduct
