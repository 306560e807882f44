// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_lexer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "net/address.h"

namespace safeconduct::nft {
namespace {

// What a byte can be part of.
enum : std::uint8_t { kWord = 1, kJoint = 2, kHex = 4, kBlank = 8, kStructure = 16 };

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    bool const digit = c >= '0' && c <= '9';
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool const hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (digit || letter || c >= 0x80) classes[c] |= kWord;
    if (hex) classes[c] |= kHex;
  }
  auto const mark = [&classes](std::string_view bytes, std::uint8_t what) {
    for (char const c : bytes) classes[static_cast<unsigned char>(c)] |= what;
  };
  mark("_.*+%~?", kWord);
  mark("-/", kWord | kJoint);
  mark(" \t\r", kBlank);
  mark("{}\"#", kStructure);  // what find_closing_brace must look at
  return classes;
}();

bool is(char c, std::uint8_t what) { return (kClasses[static_cast<unsigned char>(c)] & what) != 0; }

// A colon stands at 'colon', and from 'segment' to it a word goes. When it belongs to an IPv6 or
// MAC address, returns where that ends; else null: "22:accept", "10.0.0.1:80".
char const* address_end(char const* segment, char const* colon, char const* limit) {
  constexpr std::ptrdiff_t kLongest = 64;
  if (colon - segment >= kLongest) return nullptr;
  limit = std::min(limit, segment + std::min(kLongest, limit - segment));
  char const* p = segment;
  while (p != colon && is(*p, kHex)) ++p;
  if (p != colon) return nullptr;
  int colons = 0;
  bool elided = false;
  for (; p != limit && (is(*p, kHex) || *p == ':' || *p == '.'); ++p) {
    if (*p != ':') continue;
    ++colons;
    if (p + 1 != limit && p[1] == ':') elided = true;
  }
  if (p[-1] == ':' && !(p - segment >= 2 && p[-2] == ':')) {  // "fe80::1: drop"
    --p;
    --colons;
  }
  if (colons < 2 && !elided) return nullptr;
  bool const goes_on = p != limit && is(*p, kWord) && !is(*p, kJoint);
  if (!goes_on && !std::string_view(segment, p).contains(":::")) return p;
  // "fe80:::accept": the longest address that a colon follows.
  for (; p != colon; --p)
    if (*p == ':' && parse_address(std::string_view(segment, p))) return p;
  return nullptr;
}

// Behind a quoted string or a comment that begins at 'p'; null: the quote is not closed.
char const* behind_quoted(char const* p, char const* limit) {
  char const* const close = std::find(p + 1, limit, '"');
  return close == limit ? nullptr : close + 1;
}

}  // namespace

void Variables::define(std::string_view name, Stretch value, Stretch scope) {
  by_name_[name].push_back({value, scope});
}

void Variables::undefine(std::string_view name, std::uint32_t at) {
  auto const found = by_name_.find(name);
  if (found == by_name_.end()) return;
  for (auto& definition : found->second) definition.scope.end = std::min(definition.scope.end, at);
}

std::optional<Stretch> Variables::find(std::string_view name, std::uint32_t at) const {
  auto const found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  auto const& all = found->second;
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    if (it->scope.begin <= at && at < it->scope.end) return it->value;
  return std::nullopt;
}

Lexer::Lexer(std::string_view text, Stretch stretch, Variables const& variables,
             LexerLimits& limits)
    : text_(text),
      stretch_(stretch),
      variables_(variables),
      limits_(limits),
      cursor_(text.data() + stretch.begin),
      limit_(text.data() + stretch.end),
      last_end_(stretch.begin) {
  advance();
}

void Lexer::finish(TokenKind kind, char const* begin, char const* end) {
  token_.kind = kind;
  token_.text = {begin, static_cast<std::size_t>(end - begin)};
  if (frames_.empty()) {
    token_.begin = offset(begin);
    token_.end = offset(end);
  } else {
    token_.begin = outer_.begin;
    token_.end = outer_.end;
  }
}

void Lexer::bad(std::string why, char const* begin, char const* end) {
  finish(TokenKind::bad, begin, end);
  fault_ = std::move(why);
}

void Lexer::symbol(TokenKind kind, std::size_t length) {
  char const* const begin = cursor_;
  cursor_ += length;
  finish(kind, begin, cursor_);
}

// Empty lines are no more than one end: where rules were sifted out, there may be a million.
void Lexer::line_ends() {
  constexpr std::uint64_t kEnds = 0x0A0A0A0A0A0A0A0AU;
  char const* const begin = cursor_;
  std::uint64_t word = kEnds;
  while (limit_ - cursor_ >= 8 && word == kEnds) {
    std::memcpy(&word, cursor_, sizeof word);
    if (word == kEnds) cursor_ += sizeof word;
  }
  while (cursor_ != limit_ && *cursor_ == '\n') ++cursor_;
  finish(TokenKind::newline, begin, begin + 1);
}

void Lexer::skip_blanks() {
  while (true) {
    while (cursor_ != limit_ && is(*cursor_, kBlank)) ++cursor_;
    if (cursor_ == limit_) {
      if (frames_.empty()) return;
      cursor_ = frames_.back().cursor;
      limit_ = frames_.back().limit;
      frames_.pop_back();
      continue;
    }
    if (*cursor_ == '#') {
      cursor_ = std::find(cursor_, limit_, '\n');
      continue;
    }
    if (*cursor_ == '\\') {  // a line that goes on
      char const* p = cursor_ + 1;
      if (p != limit_ && *p == '\r') ++p;
      if (p != limit_ && *p == '\n') {
        cursor_ = p + 1;
        continue;
      }
    }
    return;
  }
}

void Lexer::word() {
  char const* const begin = cursor_;
  char const* segment = begin;
  char const* p = begin;
  while (true) {
    for (; p != limit_; ++p) {
      if (is(*p, kWord)) {
        if (is(*p, kJoint)) segment = p + 1;
      } else if (*p != '\\' || p + 1 == limit_ || p[1] != '*') {  // "\*" is a literal star
        break;
      }
    }
    if (p == limit_ || *p != ':') break;
    char const* const end = address_end(segment, p, limit_);
    if (end == nullptr) break;
    p = end;
  }
  cursor_ = p;
  finish(TokenKind::word, begin, p);
}

void Lexer::quoted() {
  char const* const begin = cursor_;
  char const* const end = behind_quoted(begin, limit_);
  if (end == nullptr) {
    cursor_ = limit_;
    bad("this quote is not closed", begin, begin + 1);
    return;
  }
  cursor_ = end;
  finish(TokenKind::quoted, begin + 1, end - 1);
  if (frames_.empty()) {
    token_.begin = offset(begin);
    token_.end = offset(end);
  }
}

// Goes on inside the variable's value; false: there is none, and the token is bad.
bool Lexer::enter_variable() {
  constexpr std::size_t kDeepest = 16;
  constexpr std::uint64_t kMostBytes = 64U << 20U;
  char const* const begin = cursor_++;
  while (cursor_ != limit_ && is(*cursor_, kWord)) ++cursor_;
  std::string_view const name(begin + 1, static_cast<std::size_t>(cursor_ - begin - 1));
  auto const value = variables_.find(name, offset(begin));
  if (!value) {
    bad("variable '$" + std::string(name) + "' is not defined", begin, cursor_);
    return false;
  }
  limits_.expanded_bytes += value->end - value->begin;
  if (frames_.size() >= kDeepest || limits_.expanded_bytes > kMostBytes) {
    bad("variable '$" + std::string(name) + "' stands for too much text", begin, cursor_);
    return false;
  }
  if (frames_.empty()) outer_ = {offset(begin), offset(cursor_)};
  frames_.push_back({cursor_, limit_});
  cursor_ = text_.data() + value->begin;
  limit_ = text_.data() + value->end;
  return true;
}

void Lexer::advance() {
  skip_blanks();
  while (cursor_ != limit_ && *cursor_ == '$') {
    if (!enter_variable()) return;
    skip_blanks();
  }
  if (cursor_ == limit_) return finish(TokenKind::end, cursor_, cursor_);
  char const c = *cursor_;
  if (is(c, kWord)) return word();
  char const after = cursor_ + 1 == limit_ ? '\0' : cursor_[1];
  switch (c) {
    case '\n':
      return line_ends();
    case ';':
      return symbol(TokenKind::semicolon, 1);
    case '"':
      return quoted();
    case '{':
      return symbol(TokenKind::left_brace, 1);
    case '}':
      return symbol(TokenKind::right_brace, 1);
    case '(':
      return symbol(TokenKind::left_paren, 1);
    case ')':
      return symbol(TokenKind::right_paren, 1);
    case '[':
      return symbol(TokenKind::left_bracket, 1);
    case ']':
      return symbol(TokenKind::right_bracket, 1);
    case ',':
      return symbol(TokenKind::comma, 1);
    case ':':
      return address_end(cursor_, cursor_, limit_) != nullptr ? word()
                                                              : symbol(TokenKind::colon, 1);
    case '@':
      return symbol(TokenKind::at, 1);
    case '&':
      return symbol(TokenKind::ampersand, 1);
    case '|':
      return symbol(TokenKind::pipe, 1);
    case '^':
      return symbol(TokenKind::caret, 1);
    case '=':
      return after == '=' ? symbol(TokenKind::equal, 2) : symbol(TokenKind::assign, 1);
    case '!':
      return after == '=' ? symbol(TokenKind::not_equal, 2) : symbol(TokenKind::bang, 1);
    case '<':
      if (after == '<') return symbol(TokenKind::shift_left, 2);
      return after == '=' ? symbol(TokenKind::less_equal, 2) : symbol(TokenKind::less, 1);
    case '>':
      if (after == '>') return symbol(TokenKind::shift_right, 2);
      return after == '=' ? symbol(TokenKind::greater_equal, 2) : symbol(TokenKind::greater, 1);
    case '\\':
      if (after == '*') return word();
      [[fallthrough]];
    default:
      ++cursor_;
      return bad("'" + printable({&c, 1}) + "' has no meaning here", cursor_ - 1, cursor_);
  }
}

std::optional<Stretch> Lexer::skip_block() {
  if (frames_.empty()) {
    auto const from = offset(cursor_);
    auto const close = find_closing_brace(text_, from, offset(limit_));
    if (!close) return std::nullopt;
    cursor_ = text_.data() + *close + 1;
    last_end_ = *close + 1;
    advance();
    return Stretch{from, *close};
  }
  Stretch inside{offset(token_.text.data()) + 1, 0};  // in a variable's value: word by word
  for (std::size_t depth = 0; token_.kind != TokenKind::end && token_.kind != TokenKind::bad;) {
    Token const token = next();
    if (token.kind == TokenKind::left_brace) ++depth;
    if (token.kind == TokenKind::right_brace && --depth == 0) {
      inside.end = offset(token.text.data());
      return inside;
    }
  }
  return std::nullopt;
}

Stretch Lexer::skip_statement() {
  auto const from = token_.begin;
  frames_.clear();
  auto const limit = stretch_.end;
  auto const end = find_statement_end(text_, from, limit);
  cursor_ = text_.data() + end;
  limit_ = text_.data() + limit;
  last_end_ = end;
  advance();
  return {from, end};
}

std::optional<std::uint32_t> find_closing_brace(std::string_view text, std::uint32_t from,
                                                std::uint32_t limit) {
  char const* const end = text.data() + limit;
  std::size_t depth = 1;
  for (char const* p = text.data() + from; p != end;) {
    if (!is(*p, kStructure)) {
      ++p;
      continue;
    }
    switch (*p) {
      case '{':
        ++depth;
        break;
      case '}':
        if (--depth == 0) return static_cast<std::uint32_t>(p - text.data());
        break;
      case '"':
        p = behind_quoted(p, end);
        if (p == nullptr) return std::nullopt;
        continue;
      case '#':
        p = std::find(p, end, '\n');
        continue;
      default:
        break;
    }
    ++p;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> find_open_quote(std::string_view text, std::uint32_t from,
                                             std::uint32_t limit) {
  char const* const end = text.data() + limit;
  for (char const* p = text.data() + from; p != end;) {
    if (*p == '#') {
      p = std::find(p, end, '\n');
    } else if (*p == '"') {
      char const* const behind = behind_quoted(p, end);
      if (behind == nullptr) return static_cast<std::uint32_t>(p - text.data());
      p = behind;
    } else {
      ++p;
    }
  }
  return std::nullopt;
}

std::uint32_t find_statement_end(std::string_view text, std::uint32_t from, std::uint32_t limit) {
  char const* const end = text.data() + limit;
  std::size_t depth = 0;
  for (char const* p = text.data() + from; p != end;) {
    switch (*p) {
      case '{':
        ++depth;
        break;
      case '}':
        if (depth == 0) return static_cast<std::uint32_t>(p - text.data());
        --depth;
        break;
      case '"': {
        char const* const behind = behind_quoted(p, end);
        p = behind == nullptr ? end : behind;
        continue;
      }
      case '#':
        p = std::find(p, end, '\n');
        continue;
      case '\\':
        if (p + 1 != end && p[1] == '\n') ++p;
        if (p + 2 < end && p[1] == '\r' && p[2] == '\n') p += 2;
        break;
      case '\n':
      case ';':
        if (depth == 0) return static_cast<std::uint32_t>(p - text.data());
        break;
      default:
        break;
    }
    ++p;
  }
  return limit;
}

}  // namespace safeconduct::nft
