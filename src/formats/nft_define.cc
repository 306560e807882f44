// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_define.h"

namespace safeconduct::nft {

Result<void> define(Source& source, Lexer& lexer, std::uint32_t scope_end) {
  Token const command = lexer.next();
  if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a variable");
  Token const name = lexer.next();
  if (command.text == "undefine") {
    source.variables.undefine(name.text, name.begin);
    return {};
  }
  SC_CHECK(source.expect(lexer, TokenKind::assign, "'='"));
  auto const value = lexer.skip_statement();
  source.variables.define(name.text, value, {value.end, scope_end});
  return {};
}

std::unexpected<Error> include(Source& source, Lexer& lexer) {
  Token const word = lexer.next();
  if (lexer.peek().kind != TokenKind::quoted)
    return source.expected(lexer, "the name of a file in quotes");
  return source.fail(ErrorKind::unreadable, word,
                     "the rules include another file, which is not read",
                     "load them, and give the output of 'nft list ruleset'");
}

}  // namespace safeconduct::nft
