// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/language.h"

#include <algorithm>

#include "report/columns.h"

namespace safeconduct {
namespace {

bool is_kana_or_kanji(std::uint32_t code) { return code >= 0x3041 && code <= 0x9FFF; }

// Letters, digits and the like: in a Japanese sentence a blank stands between them and its own.
bool stands_apart(char c) {
  return c > ' ' && c < '\x7F' && !std::string_view("(),.;:").contains(c);
}

std::uint32_t last_letter(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return first_letter(text.substr(at)).code;
}

void add(std::string& said, std::string_view more, Language language) {
  bool const blank = language == Language::japanese && !said.empty() && !more.empty() &&
                     ((is_kana_or_kanji(last_letter(said)) && stands_apart(more.front())) ||
                      (stands_apart(said.back()) && is_kana_or_kanji(first_letter(more).code)));
  if (blank) said += ' ';
  said += more;
}

}  // namespace

std::string_view language_tag(Language language) {
  return language == Language::japanese ? "ja" : "en";
}

// What stands in the words is not looked at: it may be a file's.
std::string Speaker::say(Translated text, std::initializer_list<std::string_view> words) const {
  std::string said;
  auto rest = text.in(language_);
  while (!rest.empty()) {
    auto const open = std::min(rest.find('{'), rest.size());
    add(said, rest.substr(0, open), language_);
    rest.remove_prefix(open);
    if (rest.empty()) break;
    // A text names the words that it is given, by a digit each.
    auto const place = static_cast<std::size_t>(rest.at(1) - '0');
    if (place < words.size()) add(said, words.begin()[place], language_);
    rest.remove_prefix(3);
  }
  return said;
}

}  // namespace safeconduct
