// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Texts for people, in each language that there is. The languages of a text stand side by side
// where it is written, and one that lacks any of them does not compile.

#include <cstdint>
#include <string_view>

namespace safeconduct {

enum class Language : std::uint8_t { english, japanese };

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

}  // namespace safeconduct
