// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"

namespace safeconduct::nft {

enum class TokenKind : std::uint8_t {
  end,
  newline,
  semicolon,
  word,    // names, numbers, addresses, ranges and prefixes; also ".", "-", "/", "*" alone
  quoted,  // its text is what stands between the quotes
  left_brace,
  right_brace,
  left_paren,
  right_paren,
  left_bracket,
  right_bracket,
  comma,
  colon,
  assign,
  equal,
  not_equal,
  less,
  greater,
  less_equal,
  greater_equal,
  bang,
  ampersand,
  pipe,
  caret,
  shift_left,
  shift_right,
  at,
  bad,  // see Lexer::fault
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // points into the file
  // Where it begins and ends in the file; of a word that a variable stands for, the variable's.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool is(std::string_view word) const { return kind == TokenKind::word && text == word; }
  // A value may be written with or without quotes.
  bool is_text() const { return kind == TokenKind::word || kind == TokenKind::quoted; }
};

// A part of the file, as byte offsets; the end is not included.
struct Stretch {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// "define name = value": each holds in a part of the file.
class Variables {
 public:
  void define(std::string_view name, Stretch value, Stretch scope);
  void undefine(std::string_view name, std::uint32_t at);
  std::optional<Stretch> find(std::string_view name, std::uint32_t at) const;

 private:
  struct Definition {
    Stretch value;
    Stretch scope;
  };
  std::unordered_map<std::string_view, std::vector<Definition>> by_name_;
};

// What all lexers of one file share.
struct LexerLimits {
  std::uint64_t expanded_bytes = 0;  // by variables, so far
};

// Reads a stretch of a file word by word, with one word of look-ahead. Blanks, comments and
// continued line ends are skipped; a variable is replaced by its value.
class Lexer {
 public:
  Lexer(std::string_view text, Stretch stretch, Variables const& variables, LexerLimits& limits);

  Token const& peek() const { return token_; }
  Token next() {
    Token const taken = token_;
    last_end_ = token_.end;
    advance();
    return taken;
  }
  // Takes the token if it is that word, or of that kind.
  bool take(std::string_view word) {
    if (!token_.is(word)) return false;
    next();
    return true;
  }
  bool take(TokenKind kind) {
    if (token_.kind != kind) return false;
    next();
    return true;
  }

  // Does the statement end here?
  bool at_statement_end() const {
    return token_.kind == TokenKind::newline || token_.kind == TokenKind::semicolon ||
           token_.kind == TokenKind::end;
  }
  void skip_newlines() {
    while (token_.kind == TokenKind::newline) next();
  }
  void skip_separators() {
    while (token_.kind == TokenKind::newline || token_.kind == TokenKind::semicolon) next();
  }

  // At "{": jumps behind the matching brace without looking at what is inside, and returns that.
  // Nothing: there is no matching brace.
  std::optional<Stretch> skip_block();
  // Jumps to the end of the line or statement, over whole blocks; returns what it went over.
  Stretch skip_statement();

  std::uint32_t last_end() const { return last_end_; }  // of the last token taken
  std::string_view text() const { return text_; }
  Stretch stretch() const { return stretch_; }
  std::string const& fault() const { return fault_; }  // why the token is 'bad'

 private:
  struct Frame {
    char const* cursor;
    char const* limit;
  };

  void advance();
  void skip_blanks();
  void word();
  void quoted();
  bool enter_variable();
  void symbol(TokenKind kind, std::size_t length);
  void line_ends();
  void finish(TokenKind kind, char const* begin, char const* end);
  void bad(std::string why, char const* begin, char const* end);
  std::uint32_t offset(char const* p) const { return static_cast<std::uint32_t>(p - text_.data()); }

  std::string_view text_;
  Stretch stretch_;
  Variables const& variables_;
  LexerLimits& limits_;
  char const* cursor_;
  char const* limit_;
  std::vector<Frame> frames_;  // around the variable being replaced
  Stretch outer_;              // the outermost variable's use, while in frames_
  Token token_;
  std::uint32_t last_end_ = 0;
  std::string fault_;
};

// The offset of the brace that closes a block whose content begins at 'from'; or of the end of the
// statement that begins there.
std::optional<std::uint32_t> find_closing_brace(std::string_view text, std::uint32_t from,
                                                std::uint32_t limit);
// A quote behind 'from' that nothing closes.
std::optional<std::uint32_t> find_open_quote(std::string_view text, std::uint32_t from,
                                             std::uint32_t limit);
std::uint32_t find_statement_end(std::string_view text, std::uint32_t from, std::uint32_t limit);

}  // namespace safeconduct::nft
