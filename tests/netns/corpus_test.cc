// SPDX-License-Identifier: GPL-3.0-or-later
// Real rule sets, where they are at hand, loaded into the kernel: what it does with packets at the
// corners of their rules is what trace says.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

#include "formats/reader.h"
#include "support/corner_packets.h"
#include "support/corpus.h"
#include "support/kernel_compare.h"
#include "support/mutate_rules.h"
#include "support/rule_generator.h"

namespace safeconduct::testing {
namespace {

std::string read_file(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Listed {
  std::string path;
  bool iptables = false;
  Family family = Family::ip4;
};

// The sets that the manifest says a kernel loads; not the listings that were made of them.
std::vector<Listed> listed(std::filesystem::path const& corpus) {
  std::vector<Listed> result;
  std::istringstream manifest(read_file(corpus / "MANIFEST.tsv"));
  for (std::string line; std::getline(manifest, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 9 || cells[8] != "yes" || cells[0].starts_with("kernel-listed")) continue;
    if (cells[4] == "nft-text") result.push_back({cells[0], false, Family::ip4});
    if (cells[4] == "iptables-save") result.push_back({cells[0], true, Family::ip4});
    if (cells[4] == "ip6tables-save") result.push_back({cells[0], true, Family::ip6});
  }
  return result;
}

ReadRules read(Listed const& file, std::string const& text) {
  std::string const name = file.iptables && file.family == Family::ip6 ? "rules.v6" : "rules.v4";
  SourceText const source{name, std::make_shared<std::string const>(text)};
  ReadRules result{file.path, std::nullopt, ""};
  auto rules = read_device(std::span(&source, 1), interface_names());
  if (rules) {
    result.device = DeviceRules{"gateway", "lan0", "wan0", std::move(*rules)};
  } else {
    result.error = to_message(rules.error());
  }
  return result;
}

bool is_part_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

void replace_word(std::string& text, std::string const& word, std::string const& with) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    auto const end = at + word.size();
    bool const whole = (at == 0 || !is_part_of_word(text[at - 1])) &&
                       (end == text.size() || !is_part_of_word(text[end]));
    if (whole) text.replace(at, word.size(), with);
    at += whole ? with.size() : word.size();
  }
}

// The two interfaces that rules ask for most become those that the kernel has here.
std::string with_our_interfaces(std::string text, Ruleset const& rules) {
  std::map<std::string, std::size_t> uses;
  for (auto const& clause : rules.clauses)
    if (auto const* on = std::get_if<OnInterface>(&clause.kind)) {
      auto const& pattern = rules.interface_patterns[on->pattern];
      if (!pattern.prefix && pattern.name.size() > 1) ++uses[pattern.name];
    }
  if (uses.contains("lan0") || uses.contains("wan0")) return text;
  std::vector<std::pair<std::size_t, std::string>> most;
  for (auto const& [name, count] : uses) most.emplace_back(count, name);
  std::ranges::sort(most, std::greater{});
  constexpr char const* kOurs[] = {"lan0", "wan0"};
  for (std::size_t i = 0; i < std::min<std::size_t>(most.size(), 2); ++i)
    replace_word(text, most[i].second, kOurs[i]);
  return text;
}

std::string load(KernelOracle& oracle, Listed const& file, std::string const& text,
                 Backend backend) {
  oracle.flush();
  return file.iptables ? oracle.load_iptables(text, file.family, backend) : oracle.load_nft(text);
}

// What the kernel does with packets at the corners of the rules, which it has loaded, is what trace
// says.
void compare_corners(KernelOracle& oracle, DeviceRules const& device, Dice& dice,
                     std::size_t packets, Tally& tally) {
  auto const shots = corner_shots(device.rules, dice, packets);
  if (shots.empty()) return;
  ++tally.sets;
  auto const seen = oracle.send(shots);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    auto const answer = trace(device, question_of(shots[i]));
    auto const agreement = compare(answer, shots[i], seen[i], true);
    ++tally.packets;
    if (agreement == Agreement::undecided) ++tally.undecided;
    CHECK_MESSAGE(agreement != Agreement::differ, to_string(shots[i].packet), " from ",
                  shots[i].from == Side::inside ? "lan0" : "wan0", ": ", to_string(answer),
                  "; the kernel: ", to_string(seen[i]));
    if (agreement == Agreement::differ) break;
  }
}

// What a kernel loads here of the corpus, with the names of the interfaces that are here.
std::optional<std::string> usable(std::filesystem::path const& corpus, Listed const& file) {
  constexpr std::size_t kLargest = 200'000;  // bytes: loading more takes nft long
  auto const original = read_file(corpus / file.path);
  if (original.size() > kLargest) return std::nullopt;
  auto const first = read(file, original);
  if (!first.device) return std::nullopt;  // told by the tests of formats/
  // Where nobody listens, the kernel goes on to the next rule; nobody does here.
  if (original.contains("tproxy") || original.contains("TPROXY")) return std::nullopt;
  return with_our_interfaces(original, first.device->rules);
}

}  // namespace

TEST_CASE("corpus: trace says of packets at the corners of real rules what the kernel does") {
  if (!netns_ready()) return;
  auto const corpus = test::corpus_or_skip();
  if (!corpus) return;
  constexpr std::size_t kPackets = 120;
  KernelOracle oracle;
  Tally tally;
  std::size_t refused = 0;
  std::size_t index = 0;
  for (auto const& file : listed(*corpus)) {
    auto const text = usable(*corpus, file);
    if (!text) continue;
    auto const backend = ++index % 2 == 0 ? Backend::legacy : Backend::nft;
    if (!load(oracle, file, *text, backend).empty()) {
      ++refused;  // by this kernel, with what it lacks, or for a device that is not here
      continue;
    }
    auto const rules = read(file, *text);
    CAPTURE(file.path);
    REQUIRE_MESSAGE(rules.device.has_value(), rules.error);
    Dice dice(index);
    compare_corners(oracle, *rules.device, dice, kPackets, tally);
  }
  std::cout << "corpus: " << tally.sets << " rule sets, " << tally.packets << " packets, "
            << tally.undecided << " undecided; " << refused << " sets that this kernel refuses\n";
  CHECK(tally.sets >= 200);
}

TEST_CASE("corpus: real rules with slips of the hand are read as the kernel reads them") {
  if (!netns_ready()) return;
  auto const corpus = test::corpus_or_skip();
  if (!corpus) return;
  constexpr std::size_t kPackets = 200;
  constexpr std::size_t kTries = 20;  // for each set that loads
  auto const files = listed(*corpus);
  auto const seed = first_seed();
  auto const sets = set_count(draws(150));
  KernelOracle oracle;
  Tally tally;
  for (std::size_t i = 0; i < sets * kTries && tally.sets < sets; ++i) {
    Dice dice(seed + i);
    auto const& file = dice.pick(files);
    auto const whole = usable(*corpus, file);
    if (!whole) continue;
    auto const text = with_slips(*whole, file.iptables, dice);
    auto const backend = dice.percent(50) ? Backend::legacy : Backend::nft;
    if (!load(oracle, file, text, backend).empty()) continue;
    auto const rules = read(file, text);
    CAPTURE(seed + i);
    CAPTURE(file.path);
    CAPTURE(text);
    CHECK_MESSAGE(rules.device.has_value(), rules.error);
    if (rules.device) compare_corners(oracle, *rules.device, dice, kPackets, tally);
  }
  std::cout << "corpus with slips, seeds from " << seed << ": " << tally.sets << " rule sets, "
            << tally.packets << " packets, " << tally.undecided << " undecided\n";
  CHECK(tally.sets == sets);
}

}  // namespace safeconduct::testing
