// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_changed.h"

#include <algorithm>
#include <array>

namespace safeconduct::nft {
namespace {

using namespace std::literals;

constexpr auto kBlanks = " \t\r\n\\"sv;  // between words: a line may go on, too

// Whether places of the script stand behind a '#' that begins a comment, asked from front to back:
// each byte is looked at once.
class Comments {
 public:
  explicit Comments(std::string_view script) : script_(script) {}

  bool contain(std::size_t place) {
    auto const line = script_.substr(seen_, place - seen_).rfind('\n');
    if (line != std::string_view::npos) {
      seen_ += line + 1;
      quoted_ = false;
      comment_ = false;
    }
    for (; seen_ < place; ++seen_) {
      if (script_[seen_] == '"') quoted_ = !quoted_;
      if (script_[seen_] == '#' && !quoted_) comment_ = true;
    }
    return comment_;
  }

 private:
  std::string_view script_;
  std::size_t seen_ = 0;
  bool quoted_ = false;
  bool comment_ = false;
};

// Does the word before that place change a set?
bool is_changed_at(std::string_view script, std::size_t at) {
  auto const before = script.substr(0, at);
  auto const word = before.substr(0, before.find_last_not_of(kBlanks) + 1);
  static constexpr std::array kVerbs{"add"sv, "update"sv, "delete"sv};
  return std::ranges::any_of(kVerbs, [&](auto verb) { return word.ends_with(verb); });
}

}  // namespace

std::unordered_set<std::string_view> changed_sets(std::string_view script) {
  constexpr std::size_t kLongest = 256;  // twice what the kernel takes
  std::unordered_set<std::string_view> names;
  Comments comments(script);
  for (auto at = script.find('@'); at != std::string_view::npos; at = script.find('@', at + 1)) {
    if (!is_changed_at(script, at) || comments.contain(at)) continue;
    auto const name = script.substr(at + 1, kLongest);
    auto const begin = std::min(name.find_first_not_of(" \t\r\n\\\""), name.size());
    auto const end = std::min(name.find_first_of(" \t\r\n\\\"{", begin), name.size());
    names.insert(name.substr(begin, end - begin));
  }
  return names;
}

}  // namespace safeconduct::nft
