// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_changed.h"

#include <algorithm>
#include <array>

namespace safeconduct::nft {
namespace {

using namespace std::literals;

constexpr auto kBlanks = " \t\r\n\\"sv;  // between words: a line may go on, too

// Is what stands here behind a '#' that begins a comment?
bool is_comment(std::string_view script, std::size_t at) {
  auto const line = script.substr(0, at).rfind('\n') + 1;  // npos + 1 is 0
  auto const before = script.substr(line, at - line);
  auto const hash = before.find('#');
  return hash != std::string_view::npos && std::ranges::count(before.substr(0, hash), '"') % 2 == 0;
}

// Does the word before that place change a set?
bool is_changed_at(std::string_view script, std::size_t at) {
  auto const before = script.substr(0, at);
  auto const word = before.substr(0, before.find_last_not_of(kBlanks) + 1);
  static constexpr std::array kVerbs{"add"sv, "update"sv, "delete"sv};
  return std::ranges::any_of(kVerbs, [&](auto verb) { return word.ends_with(verb); });
}

}  // namespace

std::unordered_set<std::string_view> changed_sets(std::string_view script) {
  std::unordered_set<std::string_view> names;
  for (auto at = script.find('@'); at != std::string_view::npos; at = script.find('@', at + 1)) {
    if (!is_changed_at(script, at) || is_comment(script, at)) continue;
    auto const name = script.substr(at + 1, script.find('{', at) - at - 1);
    auto const begin = std::min(name.find_first_not_of(" \t\r\n\\\""), name.size());
    auto const end = std::min(name.find_first_of(" \t\r\n\\\"", begin), name.size());
    names.insert(name.substr(begin, end - begin));
  }
  return names;
}

}  // namespace safeconduct::nft
