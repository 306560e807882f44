// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_elements.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

// What may stand behind an element.
enum class Option : std::uint8_t { timeout, expires, comment, counter, last, condition };

constexpr auto kOptions = words<Option>({
    {"timeout", Option::timeout},
    {"expires", Option::expires},
    {"comment", Option::comment},
    {"counter", Option::counter},
    {"last", Option::last},
    {"limit", Option::condition},
    {"quota", Option::condition},
    {"ct", Option::condition},
});

// "1d2h3m4s500ms", "90": whole seconds; of what is no such time none.
std::uint64_t seconds_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 7> kUnits{
      {{"ms", 0}, {"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}}};
  constexpr std::size_t kMostDigits = 10;
  std::uint64_t all = 0;
  while (!text.empty()) {
    auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > kMostDigits) return 0;
    std::uint64_t number = 0;
    for (char const c : text.substr(0, digits))
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    text.remove_prefix(digits);
    auto const letters = std::min(text.find_first_of("0123456789"), text.size());
    auto const* const unit = std::ranges::find(kUnits, text.substr(0, letters),
                                               [](auto const& one) { return one.first; });
    if (unit == kUnits.end()) return 0;
    all += number * unit->second;
    text.remove_prefix(letters);
  }
  return all;
}

struct Times {
  std::optional<std::uint64_t> timeout;  // seconds, all of them
  std::optional<std::uint64_t> expires;  // what is left of them
};

Result<void> read_options(Source& source, Lexer& lexer, Elements& elements, Times& times) {
  while (lexer.peek().kind == TokenKind::word) {
    auto const* const option = kOptions.find(lexer.peek().text);
    if (option == nullptr) return {};
    lexer.next();
    switch (*option) {
      case Option::timeout:
      case Option::expires:
        if (!lexer.peek().is_text()) return source.expected(lexer, "a time");
        (*option == Option::timeout ? times.timeout : times.expires) =
            seconds_of(lexer.next().text);
        break;
      case Option::comment:
        if (!lexer.peek().is_text()) return source.expected(lexer, "a value");
        lexer.next();
        break;
      case Option::counter:
        while (lexer.take("packets") || lexer.take("bytes"))
          if (lexer.peek().is_text()) lexer.next();
        break;
      case Option::last:
        if (lexer.take("used") && lexer.peek().is_text()) lexer.next();
        lexer.take("never");
        break;
      case Option::condition:
        elements.undecided = kLimited;
        while (lexer.peek().is_text() && !kOptions.contains(lexer.peek().text)) lexer.next();
        break;
    }
  }
  return {};
}

// Behind the last row, or behind "*".
Result<void> options(Source& source, Lexer& lexer, Elements& elements, bool catch_all) {
  Times times;
  SC_CHECK(read_options(source, lexer, elements, times));
  if (!times.expires && !times.timeout) return {};
  auto const seconds = times.expires ? *times.expires : *times.timeout;
  if (source.lasting && !source.running && !catch_all && seconds >= *source.lasting) {
    ++elements.lasting;
    source.builder.lasts(seconds);
    return {};
  }
  if (elements.undecided.empty()) elements.undecided = kExpire;
  if (elements.rows() > 0 && !catch_all) elements.expiring.push_back(elements.rows() - 1);
  return {};
}

// A key of a type that is not modelled: its words are skipped.
Result<ValueInterval> opaque_key(Source& source, Lexer& lexer, Data data) {
  auto const begin = lexer.peek().begin;
  do {
    if (lexer.peek().kind == TokenKind::left_paren) {
      SC_CHECK(skip_value(source, lexer));
    } else if (lexer.peek().is_text()) {
      lexer.next();
    } else {
      return source.expected(lexer, "an element");
    }
  } while (lexer.take("-") || lexer.take("/") || lexer.take(TokenKind::pipe) ||
           (data == Data::none && lexer.take(TokenKind::colon)));
  return ValueInterval{begin, lexer.last_end()};
}

Result<void> key(Source& source, Lexer& lexer, Elements& elements) {
  for (std::size_t i = 0; i < elements.types.size(); ++i) {
    if (i > 0 && !lexer.take("."))
      return source.expected(lexer, "'.' and a further value",
                             "an element has as many values as the set has types");
    if (elements.types[i] == ValueType::opaque) {
      SC_TRY(cell, opaque_key(source, lexer, elements.data));
      elements.cells.push_back(cell);
      continue;
    }
    auto const begin = lexer.peek().begin;
    SC_TRY(read, value(source, lexer, elements.types[i]));
    if (read.kind == Value::Kind::unknown && elements.undecided.empty())
      elements.undecided = "'" + printable(source.words(begin, lexer.last_end()).substr(0, 64)) +
                           "' means something on its own host only";
    elements.cells.push_back(read.range);
  }
  return {};
}

// One part of a datum that is not modelled.
Result<void> skip_part(Source& source, Lexer& lexer) {
  if (lexer.take(TokenKind::left_bracket)) {
    if (lexer.peek().is_text()) lexer.next();
    return source.expect(lexer, TokenKind::right_bracket, "']'");
  }
  if (lexer.peek().kind == TokenKind::left_paren) return skip_value(source, lexer);
  if (!lexer.peek().is_text()) return source.expected(lexer, "what the key maps to");
  lexer.next();
  return {};
}

// "10.0.0.1", "10.0.0.1 . 80", "0x5": the values, as far as they are of the types that we expect.
Result<void> typed_datum(Source& source, Lexer& lexer, Elements& elements,
                         std::vector<ValueInterval>& cells) {
  auto& types = elements.data_types;
  bool const grows = elements.data_grows;
  for (std::size_t i = 0; i < types.size() && elements.data_known; ++i) {
    if (i > 0 && !lexer.take(".")) {
      elements.data_known = false;
      break;
    }
    if (!lexer.peek().is_text()) {
      elements.data_known = false;
      return skip_part(source, lexer);
    }
    if (grows && i == 0 && lexer.peek().text.contains(':')) types[0] = ValueType::ip6;
    SC_TRY(read, value(source, lexer, types[i]));
    elements.data_known = read.kind != Value::Kind::unknown;
    cells.push_back(read.range);
    if (grows && i == 0 && lexer.peek().is(".")) types.push_back(ValueType::port);
    elements.data_grows = false;
  }
  return {};
}

Result<void> other_datum(Source& source, Lexer& lexer, Elements& elements, bool catch_all) {
  if (elements.data_known) {
    SC_CHECK(typed_datum(source, lexer, elements,
                         catch_all ? elements.otherwise_data : elements.data_cells));
  } else {
    SC_CHECK(skip_part(source, lexer));
  }
  while (lexer.take(".") || lexer.take("-") || lexer.take("/") || lexer.take(TokenKind::pipe) ||
         lexer.take(TokenKind::colon)) {
    elements.data_known = false;
    SC_CHECK(skip_part(source, lexer));
  }
  return {};
}

Result<void> datum(Source& source, Lexer& lexer, Elements& elements, bool catch_all) {
  if (elements.data == Data::none) return {};
  if (elements.keys_alone && lexer.peek().kind != TokenKind::colon) {
    if (elements.data == Data::verdict && !catch_all) elements.verdicts.emplace_back();
    if (elements.data == Data::other) elements.data_known = false;
    return {};
  }
  SC_CHECK(source.expect(lexer, TokenKind::colon, "':' and what the key maps to"));
  if (elements.data == Data::verdict) {
    SC_TRY(read, verdict(source, lexer));
    if (catch_all) {
      elements.otherwise = read;
    } else {
      elements.verdicts.push_back(read);
    }
  } else {
    SC_CHECK(other_datum(source, lexer, elements, catch_all));
  }
  return options(source, lexer, elements, catch_all);
}

Result<void> element(Source& source, Lexer& lexer, Elements& elements) {
  if (lexer.peek().kind == TokenKind::left_brace) return read_elements(source, lexer, elements);
  if (++source.elements > kMostElements)
    return source.fail(ErrorKind::limit, lexer.peek(), "more than 10 million elements in sets");
  bool const catch_all = lexer.peek().is("*");
  if (catch_all) {
    lexer.next();
    elements.catch_all = true;
  } else {
    SC_CHECK(key(source, lexer, elements));
  }
  SC_CHECK(options(source, lexer, elements, catch_all));
  return datum(source, lexer, elements, catch_all);
}

}  // namespace

bool Elements::has(ValueType type) const { return std::ranges::find(types, type) != types.end(); }

Result<void> read_elements(Source& source, Lexer& lexer, Elements& elements) {
  Token const open = lexer.peek();
  SC_CHECK(source.expect(lexer, TokenKind::left_brace, "'{'"));
  Nesting const nesting(source);
  SC_CHECK(nesting.check(open));
  while (true) {
    lexer.skip_newlines();
    if (lexer.take(TokenKind::right_brace)) return {};
    if (lexer.peek().kind == TokenKind::end) return source.unclosed(open);
    SC_CHECK(element(source, lexer, elements));
    lexer.skip_newlines();
    if (lexer.take(TokenKind::comma)) continue;
    if (lexer.peek().kind != TokenKind::right_brace) return source.expected(lexer, "',' or '}'");
  }
}

}  // namespace safeconduct::nft
