// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_verdict.h"

#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

constexpr auto kVerdicts = words<Verdict::Kind>({
    {"accept", Verdict::Kind::accept},
    {"drop", Verdict::Kind::drop},
    {"continue", Verdict::Kind::continue_},
    {"return", Verdict::Kind::return_},
    {"jump", Verdict::Kind::jump},
    {"goto", Verdict::Kind::goto_},
});

// Not "redirect", which is an ICMP type, too.
constexpr auto kReserved = words<bool>({
    {"accept", true},  {"drop", true},       {"continue", true}, {"return", true},
    {"jump", true},    {"goto", true},       {"reject", true},   {"counter", true},
    {"comment", true}, {"masquerade", true}, {"snat", true},     {"dnat", true},
    {"log", true},     {"limit", true},      {"quota", true},    {"queue", true},
    {"notrack", true}, {"tproxy", true},     {"synproxy", true}, {"vmap", true},
    {"xt", true},
});

}  // namespace

bool is_reserved(Token const& token) {
  return token.kind == TokenKind::word && kReserved.contains(token.text);
}

bool is_verdict(Token const& token) {
  return token.kind == TokenKind::word && kVerdicts.contains(token.text);
}

Result<Verdict> verdict(Source& source, Lexer& lexer) {
  if (!is_verdict(lexer.peek())) return source.expected(lexer, "a verdict");
  Token const token = lexer.next();
  Verdict result;
  result.kind = *kVerdicts.find(token.text);
  result.offset = token.begin;
  if (result.kind == Verdict::Kind::jump || result.kind == Verdict::Kind::goto_) {
    if (!lexer.peek().is_text())
      return source.expected(lexer, "the name of a chain after '" + std::string(token.text) + "'");
    result.chain = lexer.next().text;
  }
  return result;
}

}  // namespace safeconduct::nft
