// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_selector.h"
#include "formats/nft_verdict.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {

Result<void> Nesting::check(Token const& at) const {
  if (source_.depth <= kDeepestNesting) return {};
  return source_.fail(ErrorKind::limit, at, "nested deeper than 64 levels");
}

Result<void> skip_braces(Source& source, Lexer& lexer) {
  Token const open = lexer.peek();
  if (open.kind != TokenKind::left_brace) return source.expected(lexer, "'{'");
  if (!lexer.skip_block()) return source.unclosed(open);
  return {};
}

Result<void> skip_operand(Source& source, Lexer& lexer) {
  switch (lexer.peek().kind) {
    case TokenKind::left_brace:
      return skip_braces(source, lexer);
    case TokenKind::left_paren: {
      lexer.next();
      Nesting const nesting(source);
      SC_CHECK(nesting.check(lexer.peek()));
      SC_CHECK(skip_value(source, lexer));
      return source.expect(lexer, TokenKind::right_paren, "')'");
    }
    case TokenKind::left_bracket:  // "[2001:db8::1]"
      lexer.next();
      if (lexer.peek().is_text()) lexer.next();
      return source.expect(lexer, TokenKind::right_bracket, "']'");
    case TokenKind::at: {  // a set, or "@th,16,16"
      lexer.next();
      if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a set");
      lexer.next();
      for (int i = 0; i < 2 && lexer.take(TokenKind::comma); ++i)
        SC_CHECK(number(source, lexer, 65535));
      return {};
    }
    case TokenKind::word:
      if (is_reserved(lexer.peek())) break;
      [[fallthrough]];
    case TokenKind::quoted:
      lexer.next();
      return {};
    case TokenKind::end:
    case TokenKind::newline:
    case TokenKind::semicolon:
    case TokenKind::right_brace:
    case TokenKind::right_paren:
    case TokenKind::right_bracket:
    case TokenKind::comma:
    case TokenKind::colon:
    case TokenKind::assign:
    case TokenKind::equal:
    case TokenKind::not_equal:
    case TokenKind::less:
    case TokenKind::greater:
    case TokenKind::less_equal:
    case TokenKind::greater_equal:
    case TokenKind::bang:
    case TokenKind::ampersand:
    case TokenKind::pipe:
    case TokenKind::caret:
    case TokenKind::shift_left:
    case TokenKind::shift_right:
    case TokenKind::bad:
      break;
  }
  return source.expected(lexer, "a value");
}

bool skip_operator(Lexer& lexer) {
  static constexpr auto kOperators = words<bool>({{".", true},
                                                  {"-", true},
                                                  {"/", true},
                                                  {"and", true},
                                                  {"or", true},
                                                  {"xor", true},
                                                  {"lshift", true},
                                                  {"rshift", true},
                                                  {"map", true}});
  auto const& token = lexer.peek();
  bool const joins = token.kind == TokenKind::comma || token.kind == TokenKind::colon ||
                     token.kind == TokenKind::ampersand || token.kind == TokenKind::pipe ||
                     token.kind == TokenKind::caret || token.kind == TokenKind::shift_left ||
                     token.kind == TokenKind::shift_right ||
                     (token.kind == TokenKind::word && kOperators.contains(token.text));
  if (joins) lexer.next();
  return joins;
}

Result<void> skip_value(Source& source, Lexer& lexer) {
  do {
    SC_CHECK(skip_operand(source, lexer));
  } while (skip_operator(lexer));
  return {};
}

}  // namespace safeconduct::nft
