// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/language.h"

#include <algorithm>

namespace safeconduct {
namespace {

// As UTF-8, which sorts as its characters do.
bool is_kana_or_kanji(std::string_view letter) { return letter >= "\u3041" && letter <= "\u9FFF"; }
constexpr std::size_t kBytesOfKana = 3;

bool begins_with_kana_or_kanji(std::string_view text) {
  return is_kana_or_kanji(text.substr(0, kBytesOfKana));
}
bool ends_with_kana_or_kanji(std::string_view text) {
  return text.size() >= kBytesOfKana && is_kana_or_kanji(text.substr(text.size() - kBytesOfKana));
}

// Letters, digits and the like: in a Japanese sentence a blank stands between them and its own.
bool stands_apart(char c) {
  return c > ' ' && c < '\x7F' && !std::string_view("(),.;:").contains(c);
}

void add(std::string& said, std::string_view more, Language language) {
  bool const blank = language == Language::japanese && !said.empty() && !more.empty() &&
                     ((ends_with_kana_or_kanji(said) && stands_apart(more.front())) ||
                      (stands_apart(said.back()) && begins_with_kana_or_kanji(more)));
  if (blank) said += ' ';
  said += more;
}

}  // namespace

std::string_view language_tag(Language language) {
  return language == Language::japanese ? "ja" : "en";
}

// What stands in the words is not looked at: it may be a file's.
std::string Speaker::say(Translated text, std::span<std::string_view const> words) const {
  std::string said;
  auto rest = text.in(language_);
  while (!rest.empty()) {
    auto const open = std::min(rest.find('{'), rest.size());
    add(said, rest.substr(0, open), language_);
    rest.remove_prefix(open);
    if (rest.empty()) break;
    // A text names the words that it is given, by a digit each.
    auto const place = static_cast<std::size_t>(rest.at(1) - '0');
    if (place < words.size()) add(said, words[place], language_);
    rest.remove_prefix(3);
  }
  return said;
}

}  // namespace safeconduct
