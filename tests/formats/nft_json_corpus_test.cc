// SPDX-License-Identifier: GPL-3.0-or-later
// One rule set as text and as JSON, from one kernel: both must be read to the same rules.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "formats/reader.h"
#include "rules/text.h"
#include "support/corpus.h"

namespace safeconduct {
namespace {

std::string slurp(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Result<Ruleset> read(std::filesystem::path const& path, Format format) {
  SourceText const source{path.filename().string(),
                          std::make_shared<std::string const>(slurp(path))};
  return read_device(std::span(&source, 1), {}, format);
}

// Why the forms of a rule set may differ; each with how that shows.
struct Exception {
  char const* reason;
  bool (*concerns)(std::string_view text, std::string_view json);
};
constexpr Exception kExceptions[] = {
    // A match or target of iptables-nft: the text may have what it asks, the JSON its name alone.
    // Whatever it is, JSON leaves it undecided.
    {"xt", [](std::string_view, std::string_view json) { return json.contains("?xt "); }},
    // JSON of nft 1.1.3 leaves the family out; the words are no more than a name here.
    {"ct original ip daddr",
     [](std::string_view text, std::string_view json) {
       std::string same(text);
       for (std::string_view const family : {" ip daddr", " ip saddr"})
         if (auto const at = same.find("?ct original" + std::string(family)); at != same.npos)
           same.erase(at + std::string_view("?ct original").size(), 3);
       return same == json;
     }},
    // A map is filled: the words are kept as they stand, and marks are hexadecimal in text alone.
    {"marks in an update",
     [](std::string_view text, std::string_view json) {
       auto const at = text.find("0x");
       if (!text.contains("?update") || at == text.npos) return false;
       auto const end = text.find_first_of(" }", at);
       auto const mark = parse_number(text.substr(at, end - at));
       if (!mark) return false;
       std::string const same = std::string(text.substr(0, at)) + std::to_string(*mark);
       return same + std::string(text.substr(end)) == json;
     }},
};

// The rules without their lines. A chain that stands in a rule is named after its place.
std::vector<std::string> lines_of(Ruleset const& rules) {
  std::vector<std::string> lines;
  std::stringstream text(to_text(rules));
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("  ")) line.erase(2, line.find(": "));
    for (auto at = line.find('{'); at != std::string::npos; at = line.find('{', at + 1)) {
      auto const end = line.find('}', at);
      if (end != std::string::npos && line.find_first_not_of("0123456789", at + 1) == end)
        line.erase(at + 1, end - at - 1);
    }
    lines.push_back(line);
  }
  return lines;
}

// The lines that differ for no reason that is known.
std::string differences(Ruleset const& text, Ruleset const& json,
                        std::map<std::string, std::size_t>& excused) {
  auto const expected = lines_of(text);
  auto const actual = lines_of(json);
  std::string out;
  if (expected.size() != actual.size()) {
    // One rule with several xt words is several lines: nothing to compare line by line.
    if (std::ranges::any_of(actual, [](auto const& line) { return line.contains("?xt "); })) {
      ++excused["xt, in another number of lines"];
      return out;
    }
    return std::to_string(expected.size()) + " lines as text, " + std::to_string(actual.size()) +
           " as JSON";
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == actual[i]) continue;
    auto const* const known = std::ranges::find_if(kExceptions, [&](Exception const& exception) {
      return exception.concerns(expected[i], actual[i]);
    });
    if (known != std::end(kExceptions)) {
      ++excused[known->reason];
    } else {
      out += "text " + expected[i] + "\nJSON " + actual[i] + '\n';
    }
  }
  return out;
}

}  // namespace

TEST_CASE("nft_json: every rule set of the corpus is the same as text and as JSON") {
  auto const corpus = test::corpus_or_skip();
  if (!corpus) return;
  std::size_t pairs = 0;
  std::map<std::string, std::size_t> excused;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(*corpus)) {
    auto const name = entry.path().string();
    std::string as_text;
    if (name.ends_with(".list.json")) as_text = name.substr(0, name.size() - 5) + ".nft";
    if (name.ends_with(".json-nft")) as_text = name.substr(0, name.size() - 9) + ".nft";
    if (as_text.empty() || !std::filesystem::exists(as_text)) continue;
    ++pairs;
    auto const text = read(as_text, Format::nft);
    auto const json = read(name, Format::nft_json);
    CAPTURE(name);
    if (!text || !json) {
      CHECK_MESSAGE(text.has_value() == json.has_value(),
                    (json ? std::string() : to_message(json.error())));
      continue;
    }
    auto const differs = differences(*text, *json, excused);
    CHECK_MESSAGE(differs.empty(), differs);
  }
  std::string all;
  for (auto const& [reason, count] : excused)
    all += ", " + std::to_string(count) + " lines: " + reason;
  MESSAGE(pairs, " pairs", all);
  CHECK(pairs > 800);
}

// tests/py of nftables: "# rule", then its statements.
TEST_CASE("nft_json: every statement of nftables' own tests is read") {
  auto const corpus = test::corpus_or_skip();
  if (!corpus) return;
  std::size_t rules_read = 0;
  std::size_t unknown = 0;
  auto const folder = *corpus / "netfilter-nftables" / "tests" / "py";
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".t.json")) continue;
    auto const text = slurp(entry.path());
    for (std::size_t at = 0; (at = text.find("\n[", at)) != std::string::npos;) {
      auto const end = text.find("\n]", at);
      if (end == std::string::npos) break;
      auto const statements = text.substr(at + 1, end + 1 - at);
      at = end;
      auto const own = entry.path().parent_path().filename().string();
      auto const family = own == "ip" || own == "ip6" || own == "bridge" ? own : "inet";
      std::string whole = R"({"nftables": [{"table": {"family": ")" + family +
                          R"(", "name": "t"}}, {"chain": {"family": ")" + family +
                          R"(", "table": "t", "name": "c"}}, {"rule": {"family": ")" + family +
                          R"(", "table": "t", "chain": "c", "expr": )" + statements + "}}]}";
      SourceText const source{entry.path().filename().string(),
                              std::make_shared<std::string const>(std::move(whole))};
      RulesetBuilder builder;
      auto const read = read_nft_json(source, builder);
      CAPTURE(statements);
      // The sets, maps and chains that a rule names are declared elsewhere; and one statement is of
      // a rule that nft refuses as text.
      bool const known = !read && (read.error().text.contains("is not defined in this table") ||
                                   read.error().text.starts_with("a port, but the rule does not"));
      CHECK_MESSAGE((read || known), (read ? std::string() : to_message(read.error())));
      ++rules_read;
      for (auto const& atom : builder.peek().atoms) unknown += atom.word == "json" ? 1U : 0U;
    }
  }
  MESSAGE(rules_read, " rules, ", unknown, " statements not known");
  CHECK(rules_read > 1000);
}

}  // namespace safeconduct
