// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/mutate_rules.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace safeconduct::testing {
namespace {

using Words = std::vector<std::string>;

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Words words_of(std::string const& line) {
  Words words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string joined(Words const& words) {
  std::string line;
  for (auto const& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

bool is_rule(std::string const& line, bool iptables) {
  auto const words = words_of(line);
  if (words.size() < 2) return false;
  if (iptables) return words.front() == "-A";
  static constexpr std::string_view kNoRules[] = {
      "table",      "typeof",      "chain",     "type",    "policy", "set",    "map",
      "elements",   "flags",       "hook",      "timeout", "size",   "define", "flush",
      "include",    "add",         "delete",    "counter", "quota",  "limit",  "comment",
      "auto-merge", "gc-interval", "flowtable", "devices"};
  if (std::ranges::find(kNoRules, words.front()) != std::end(kNoRules)) return false;
  bool const opens = line.contains('{') != line.contains('}') || line.ends_with('\\');
  return std::isalpha(static_cast<unsigned char>(words.front().front())) != 0 && !opens;
}

// A whole number becomes a near one, a power of two or a border.
void another_number(std::string& word, Dice& dice) {
  auto const begin = word.find_first_of("0123456789");
  if (begin == std::string::npos) return;
  auto const end = std::min(word.find_first_not_of("0123456789", begin), word.size());
  if (end - begin > 9) return;
  auto const now = std::stoul(word.substr(begin, end - begin));
  auto const next =
      dice.pick({now + 1, now == 0 ? 0UL : now - 1, now ^ 8UL, now * 2, now / 2, 0UL});
  word.replace(begin, end - begin, std::to_string(next));
}

void another_verdict(Words& words, bool iptables, Dice& dice) {
  for (auto& word : words) {
    if (iptables && (word == "ACCEPT" || word == "DROP" || word == "RETURN")) {
      word = dice.word({"ACCEPT", "DROP", "RETURN", "REJECT"});
      return;
    }
    if (!iptables && (word == "accept" || word == "drop" || word == "return")) {
      word = dice.word({"accept", "drop", "return", "reject", "continue"});
      return;
    }
    if (word == "jump") word = "goto";
    if (iptables && word == "-j" && dice.percent(30)) word = "-g";
  }
}

void negate(Words& words, bool iptables, Dice& dice) {
  static constexpr std::string_view kAsks[] = {
      "-s",       "-d",        "-i",      "-o",     "-p",    "--dport", "--sport",
      "--dports", "--ctstate", "--state", "--mark", "saddr", "daddr",   "sport",
      "dport",    "state",     "mark",    "iif",    "oif",   "iifname", "oifname",
      "protocol", "l4proto",   "type",    "flags"};
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (std::ranges::find(kAsks, words[i]) != std::end(kAsks)) places.push_back(i);
  if (places.empty()) return;
  auto const at = static_cast<std::ptrdiff_t>(dice.pick(places));
  auto const place = words.begin() + at;
  if (iptables) {
    if (at > 0 && *(place - 1) == "!") {
      words.erase(place - 1);
    } else {
      words.insert(place, "!");
    }
  } else if (*(place + 1) == "!=") {
    words.erase(place + 1);
  } else if (*(place + 1) != "set" && *(place + 1) != "vmap" && *(place + 1) != "map") {
    words.insert(place + 1, "!=");
  }
}

void slip(std::vector<std::string>& lines, std::size_t at, bool iptables, Dice& dice) {
  auto const place = lines.begin() + static_cast<std::ptrdiff_t>(at);
  auto words = words_of(lines[at]);
  switch (dice.below(7)) {
    case 0:
      lines.erase(place);
      return;
    case 1: {
      auto const line = lines[at];
      lines.insert(place, line);
      return;
    }
    case 2:
      if (at + 1 < lines.size() && is_rule(lines[at + 1], iptables))
        std::swap(lines[at], lines[at + 1]);
      return;
    case 3:
      another_verdict(words, iptables, dice);
      break;
    case 4:
    case 5:
      another_number(words[dice.below(words.size() - 1) + 1], dice);
      break;
    default:
      negate(words, iptables, dice);
  }
  lines[at] = joined(words);
}

}  // namespace

std::string with_slips(std::string const& text, bool iptables, Dice& dice) {
  auto lines = lines_of(text);
  for (auto left = dice.number(1, 3); left > 0; --left) {
    std::vector<std::size_t> rules;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (is_rule(lines[i], iptables)) rules.push_back(i);
    if (rules.empty()) break;
    slip(lines, dice.pick(rules), iptables, dice);
  }
  std::string out;
  for (auto const& line : lines) out += line + '\n';
  return out;
}

}  // namespace safeconduct::testing
