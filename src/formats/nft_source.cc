// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_source.h"

namespace safeconduct::nft {

std::string shown(Token const& token) {
  switch (token.kind) {
    case TokenKind::end:
      return "the end";
    case TokenKind::newline:
      return "the end of the line";
    case TokenKind::quoted:
      return "'\"" + printable(token.text.substr(0, 64)) + "\"'";
    case TokenKind::semicolon:
    case TokenKind::word:
    case TokenKind::left_brace:
    case TokenKind::right_brace:
    case TokenKind::left_paren:
    case TokenKind::right_paren:
    case TokenKind::left_bracket:
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
    case TokenKind::at:
    case TokenKind::bad:
      break;
  }
  return "'" + printable(token.text.substr(0, 64)) + "'";
}

std::string shortened(std::string message) {
  constexpr std::size_t kLongest = 400;
  constexpr std::size_t kKept = 150;  // at either end
  if (message.size() <= kLongest) return message;
  // What was cut through in the middle of a character is made printable again.
  return printable(std::string_view(message).substr(0, kKept)) + "..." +
         printable(std::string_view(message).substr(message.size() - kKept));
}

std::unexpected<Error> Source::fail_at(ErrorKind kind, std::size_t offset, std::string message,
                                       std::string hint) const {
  if (original)
    return std::unexpected(error_at(kind, script.files().front().name, *original->text,
                                    original->place(offset), shortened(message), std::move(hint)));
  return std::unexpected(script.error(kind, offset, shortened(message), std::move(hint)));
}

std::unexpected<Error> Source::fail(ErrorKind kind, Token const& token, std::string message,
                                    std::string hint) const {
  auto offset = static_cast<std::size_t>(token.text.data() - text.data());
  if (token.kind == TokenKind::quoted) --offset;
  return fail_at(kind, offset, std::move(message), std::move(hint));
}

std::unexpected<Error> Source::expected(Lexer const& lexer, std::string_view what,
                                        std::string hint) const {
  auto const& token = lexer.peek();
  if (token.kind == TokenKind::bad) return fail(ErrorKind::syntax, token, lexer.fault());
  return fail(ErrorKind::syntax, token, "expected " + std::string(what) + ", found " + shown(token),
              std::move(hint));
}

std::unexpected<Error> Source::unclosed(Token const& open) const {
  auto const size = static_cast<std::uint32_t>(text.size());
  if (auto const quote = find_open_quote(text, open.begin, size))
    return fail_at(ErrorKind::syntax, *quote, "this quote is not closed");
  return fail(ErrorKind::syntax, open, "this brace is not closed", "is the file cut short?");
}

ValueInterval Source::interface_cell(ValueInterval number) const {
  auto const& named = interfaces[static_cast<std::size_t>(number.first)];
  auto const pattern = builder.pattern(named.name, named.prefix);
  return {pattern, pattern};
}

Result<void> Source::expect(Lexer& lexer, TokenKind kind, std::string_view what) const {
  if (!lexer.take(kind)) return expected(lexer, what);
  return {};
}

void Source::note(std::string_view code, Said message, std::size_t offset) const {
  auto const at = original ? original->lines.at(script.files().front().name, *original->text,
                                                original->place(offset))
                           : script.location(offset);
  builder.note({std::string(code), std::move(message), at});
}

}  // namespace safeconduct::nft
