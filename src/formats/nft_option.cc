// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_option.h"

#include "base/text.h"
#include "formats/nft_value.h"
#include "formats/nft_words.h"
#include "packet/field.h"

namespace safeconduct::nft {

Result<std::string_view> key_word(Source& source, Lexer& lexer, std::string_view of) {
  if (lexer.peek().kind != TokenKind::word)  // nor does nft take a quoted one
    return source.expected(lexer, "a field of '" + std::string(of) + "'");
  return lexer.next().text;
}

// "tcp option maxseg size", "sctp chunk data type", "ip option rr exists".
Result<bool> option(Source& source, Lexer& lexer, std::string_view of) {
  static constexpr auto kTcp = words<bool>({
      {"eol", true},    {"nop", true},       {"noop", true},       {"maxseg", true},
      {"mss", true},    {"window", true},    {"sack-perm", true},  {"sack-permitted", true},
      {"sack", true},   {"sack0", true},     {"sack1", true},      {"sack2", true},
      {"sack3", true},  {"timestamp", true}, {"fastopen", true},   {"mptcp", true},
      {"md5sig", true}, {"echo", true},      {"echo-reply", true},
  });
  static constexpr auto kParts = words<bool>({
      {"length", true},
      {"kind", true},
      {"size", true},
      {"count", true},
      {"left", true},
      {"right", true},
      {"tsval", true},
      {"tsecr", true},
      {"subtype", true},
      {"type", true},
      {"flags", true},
      {"stream", true},
      {"ssn", true},
      {"ppid", true},
      {"init-tag", true},
      {"a-rwnd", true},
      {"num-outbound-streams", true},
      {"num-inbound-streams", true},
      {"initial-tsn", true},
      {"cum-tsn-ack", true},
      {"num-gap-ack-blocks", true},
      {"num-dup-tsns", true},
      {"lowest-tsn", true},
      {"seqno", true},
      {"new-cum-tsn", true},
      {"tsn", true},
      {"ptr", true},
      {"addr", true},
      {"value", true},
  });
  if (lexer.take(TokenKind::at)) {  // "@255,8,8"
    for (int i = 0; i < 3; ++i) {
      if (i > 0) SC_CHECK(source.expect(lexer, TokenKind::comma, "','"));
      SC_CHECK(number(source, lexer, 65535));
    }
    return false;
  }
  Token const name = lexer.peek();
  SC_CHECK(key_word(source, lexer, "option"));
  bool const unknown = begins_with_digit(name.text) ? !parse_number(name.text, 255)
                                                    : of == "tcp" && !kTcp.contains(name.text);
  if (unknown)
    return source.fail(ErrorKind::unknown_name, name,
                       "'" + printable(name.text) + "' is not an option of " + std::string(of));
  if (lexer.peek().kind == TokenKind::word && kTcp.contains(lexer.peek().text))  // "sack window"
    return source.expected(lexer, "a field of the option");
  if (lexer.peek().kind == TokenKind::word && kParts.contains(lexer.peek().text)) {
    lexer.next();
    return false;
  }
  return true;
}

}  // namespace safeconduct::nft
