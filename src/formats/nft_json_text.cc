// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_text.h"

#include <algorithm>

#include "base/text.h"
#include "formats/nft_lexer.h"
#include "formats/nft_verdict.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool can_be_quoted(std::string_view text) {
  return !text.empty() &&
         std::ranges::none_of(text, [](char c) { return c == '"' || is_control(c); });
}

// Words that join values or go on with what stands before them.
constexpr auto kJoining = words<bool>({
    {"and", true},          {"or", true},         {"xor", true},      {"lshift", true},
    {"rshift", true},       {"eq", true},         {"ne", true},       {"neq", true},
    {"lt", true},           {"gt", true},         {"le", true},       {"lte", true},
    {"ge", true},           {"gte", true},        {"set", true},      {"map", true},
    {"exists", true},       {"missing", true},    {"mod", true},      {"seed", true},
    {"offset", true},       {"over", true},       {"level", true},    {"timeout", true},
    {"expires", true},      {"last", true},       {"to", true},       {"device", true},
    {"index", true},        {"handle", true},     {"position", true}, {"random", true},
    {"fully-random", true}, {"persistent", true}, {"netmap", true},   {"prefix", true},
    {"addr", true},         {"port", true},       {"interval", true},
});

bool is_one_word(std::string_view text) {
  Variables const variables;
  LexerLimits limits;
  Lexer lexer(text, {0, static_cast<std::uint32_t>(text.size())}, variables, limits);
  Token const word = lexer.next();
  return word.kind == TokenKind::word && word.text.size() == text.size() &&
         lexer.peek().kind == TokenKind::end;
}

}  // namespace

void JsonText::mark(json::Value value) {
  bool const begins_line = text.empty() || text.back() == '\n';
  auto const offset = static_cast<std::uint32_t>(text.size() + (begins_line ? 0 : 1));
  if (marks.empty() || marks.back().offset != offset) marks.push_back({offset, value.place()});
}

void JsonText::blank() {
  if (!text.empty() && text.back() != '\n') text += ' ';
}

void JsonText::word(std::string_view word) {
  blank();
  text += word;
}

void JsonText::number(std::uint64_t number) { word(std::to_string(number)); }

bool JsonText::name(std::string_view name) {
  bool const plain =
      !name.empty() && is_of_word(name.front()) && std::ranges::all_of(name, [](char c) {
        return is_of_word(c) || c == '-' || c == '.' || c == '/';
      });
  if (!plain) return quoted(name);
  word(name);
  return true;
}

bool JsonText::quoted(std::string_view name) {
  if (!can_be_quoted(name)) return false;
  blank();
  text += '"';
  text += name;
  text += '"';
  return true;
}

void JsonText::remark(std::string_view words) {
  std::string clean(words);
  for (char& c : clean)
    if (c == '"' || is_control(c)) c = c == '"' ? '\'' : ' ';
  blank();
  text += '"' + clean + '"';
}

void JsonText::back_to(Here here) {
  text.resize(here.text);
  marks.resize(here.marks);
}

bool is_plain_word(std::string_view text) {
  if (text.empty() || text.size() > 255 || (!is_of_word(text.front()) && text.front() != ':'))
    return false;
  Token const token{TokenKind::word, text, 0, 0};
  return is_one_word(text) && !is_reserved(token) && !kJoining.contains(text);
}

bool is_keyword(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace safeconduct::nft
