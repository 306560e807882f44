// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace safeconduct::iptables {

// The file being read: what its errors and spans refer to.
struct Source {
  std::string_view name;
  std::string_view text;
  std::uint32_t file = 0;  // its index in the ruleset

  Error error(ErrorKind kind, std::size_t offset, std::string message,
              std::string hint = {}) const {
    return error_at(kind, name, text, offset, std::move(message), std::move(hint));
  }
};

struct Word {
  std::string_view text;   // without quotes and escapes
  std::size_t offset = 0;  // of its first byte in the file, the quote included
  bool quoted = false;     // from its first byte on: then it is never an option

  bool is_option() const { return !quoted && text.size() > 1 && text[0] == '-'; }
  bool is_not() const { return !quoted && text == "!"; }
};

// The words of one line, split as iptables-restore does (xshared.c, add_param_to_argv): blanks
// separate; double quotes hold blanks together, a backslash inside them takes the next byte as it
// is, and the closing quote ends the word.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  // Begins with the line [begin, end) of the text.
  void start(std::size_t begin, std::size_t end) {
    at_ = begin;
    end_ = end;
    last_end_ = begin;
    broken_quote_ = kNone;
    if (!unescaped_.empty()) unescaped_.clear();
  }

  // False at the end of the line, and at a quote that is not closed on it.
  bool next(Word& word) {
    // In locals: a store to a member between two reads of the text would be made each time.
    char const* const text = text_.data();
    std::size_t const end = end_;
    std::size_t begin = at_;
    while (begin < end && is_blank(text[begin])) ++begin;
    std::size_t at = begin;
    while (at < end && kKinds[static_cast<unsigned char>(text[at])] == Kind::of_word) ++at;
    if (at < end && text[at] == '"') {
      at_ = at;
      return next_quoted(word, begin);
    }
    at_ = at;
    if (at == begin) return false;
    word = {{text + begin, at - begin}, begin, false};
    last_end_ = at;
    return true;
  }

  bool peek(Word& word) {
    auto const back = at_;
    auto const back_end = last_end_;
    bool const some = next(word);
    at_ = back;
    last_end_ = back_end;
    return some;
  }

  std::size_t position() const { return at_; }
  void go_back(std::size_t position, std::size_t last_end) {
    at_ = position;
    last_end_ = last_end;
  }
  std::size_t end_of_last() const { return last_end_; }  // one past the last word that was taken
  std::size_t end_of_line() const { return end_; }

  static constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t broken_quote() const { return broken_quote_; }  // where an unclosed quote opens

  static bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

 private:
  enum class Kind : std::uint8_t { of_word, blank, quote };
  static constexpr std::array<Kind, 256> kKinds = [] {
    std::array<Kind, 256> kinds{};
    for (std::size_t c = 0; c <= ' '; ++c) kinds[c] = Kind::blank;
    kinds['"'] = Kind::quote;
    return kinds;
  }();

  bool next_quoted(Word& word, std::size_t begin);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t last_end_ = 0;
  std::size_t broken_quote_ = kNone;
  std::deque<std::string> unescaped_;  // texts that do not stand in the file as they are
};

}  // namespace safeconduct::iptables
