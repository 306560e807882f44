// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/json_tree.h"
#include "rules/ruleset.h"

namespace safeconduct::nft {

// The nft text that JSON is translated into, word by word, with the places that the words come
// from. What the JSON gives as a name or value becomes one token, whatever letters it has: it
// cannot end a quote, a rule or a block.
class JsonText {
 public:
  std::string text;
  std::vector<Original::Mark> marks;

  // The next word, and what follows it, comes from this place; of several at one word the first
  // counts.
  void mark(json::Value value);

  void word(std::string_view word);  // with a blank before it, unless it begins a line
  void number(std::uint64_t number);
  void glue(std::string_view letters) { text += letters; }
  void line() { text += '\n'; }

  // A name as a word, or in quotes where it is none. False, and nothing is written: it is empty, or
  // has a quote or control characters, which nft text cannot say.
  [[nodiscard]] bool name(std::string_view name);
  [[nodiscard]] bool quoted(std::string_view name);
  // Words that decide nothing (a comment, a log prefix), in quotes; letters that nft text cannot
  // say are replaced.
  void remark(std::string_view words);

  // To come back to when what follows cannot be translated after all.
  struct Here {
    std::size_t text = 0;
    std::size_t marks = 0;
  };
  Here here() const { return {text.size(), marks.size()}; }
  void back_to(Here here);

 private:
  void blank();
};

// Can nft text say it as it stands, without quotes, as one word that joins nothing?
bool is_plain_word(std::string_view text);
// Small letters, digits, '-' and '_': a keyword, and never more than one word.
bool is_keyword(std::string_view text);

}  // namespace safeconduct::nft
