// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A sentence for people that is put together where its facts are known: notes, what a probe makes
// of an answer. It is there in each language; formats for programs take the English one.

#include <compare>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/language.h"

namespace safeconduct {

class Said {
 public:
  Said() = default;
  // The same in every language: what is quoted, or is not translated.
  template <class T>
    requires std::convertible_to<T, std::string>
  Said(T&& quoted)
      : english_(std::forward<T>(quoted)), japanese_(english_) {}  // NOLINT(*explicit*)
  // The words stand in the places of the text, each in the language of the sentence.
  Said(Translated text, std::vector<Said> const& words = {});  // NOLINT(*explicit*)

  std::string const& in(Language language) const {
    return language == Language::japanese ? japanese_ : english_;
  }
  std::string const& english() const { return english_; }
  bool empty() const { return english_.empty(); }
  bool translated() const { return english_ != japanese_; }

  // Questions about the English one.
  bool contains(std::string_view text) const { return english_.contains(text); }
  bool starts_with(std::string_view text) const { return english_.starts_with(text); }
  bool ends_with(std::string_view text) const { return english_.ends_with(text); }

  // Replaces each language's words by what is made of them.
  template <class F>
  void change(F const& change) {
    english_ = change(english_);
    japanese_ = change(japanese_);
  }

  Said& operator+=(Said const& more);
  friend Said operator+(Said one, Said const& other) { return std::move(one += other); }

  auto operator<=>(Said const&) const = default;
  bool operator==(Said const&) const = default;
  // With the English one.
  template <class T>
    requires std::convertible_to<T const&, std::string_view>
  bool operator==(T const& text) const {
    return english_ == std::string_view(text);
  }

 private:
  std::string english_;
  std::string japanese_;
};

}  // namespace safeconduct
