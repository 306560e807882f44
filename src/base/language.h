// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Texts for people, in each language that there is. The languages of a text stand side by side
// where it is written, and one that lacks any of them does not compile.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace safeconduct {

enum class Language : std::uint8_t { english, japanese };

// As BCP 47 calls it: "ja".
std::string_view language_tag(Language language);

class Translated {
 public:
  consteval Translated() = default;
  // NOLINTNEXTLINE(bugprone-easily-swappable-parameters): the order is that of Language
  consteval Translated(std::string_view english, std::string_view japanese)
      : english_(english), japanese_(japanese) {
    if (english.empty() || japanese.empty()) throw "a text without its translation";
  }

  constexpr std::string_view in(Language language) const {
    return language == Language::japanese ? japanese_ : english_;
  }
  constexpr std::string_view english() const { return english_; }
  constexpr bool empty() const { return english_.empty(); }

 private:
  std::string_view english_;
  std::string_view japanese_;
};

// The text with words in place of "{0}", "{1}", ...: their order is that of the language.
class Speaker {
 public:
  explicit Speaker(Language language) : language_(language) {}

  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return say(text, std::span(words.begin(), words.size()));
  }
  std::string say(Translated text, std::span<std::string_view const> words) const;
  Language language() const { return language_; }

 private:
  Language language_;
};

}  // namespace safeconduct
