// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_nat.h"

#include "formats/nft_expression.h"
#include "formats/nft_value.h"
#include "formats/nft_verdict.h"

namespace safeconduct::nft {
namespace {

// "10.0.0.1", "10.0.0.1-10.0.0.9", "10.0.0.0/24". Nothing: it is something else, a map for one.
Result<std::optional<ValueInterval>> addresses_in(Source& source, Token const& token) {
  auto const text = token.text;
  auto const backwards = [&] {
    return source.fail(ErrorKind::out_of_range, token,
                       "range '" + printable(text) + "' runs backwards",
                       "write the smaller end first");
  };
  if (text.contains('/')) {
    auto const prefix = parse_prefix(text);
    if (!prefix) return std::nullopt;
    return interval(*prefix);
  }
  auto const dash = text.find('-');
  auto const first = parse_address(text.substr(0, dash));
  if (!first) return std::nullopt;
  if (dash == std::string_view::npos) return ValueInterval{first->bits, first->bits};
  auto const last = parse_address(text.substr(dash + 1));
  if (!last || last->family != first->family) return std::nullopt;
  if (last->bits < first->bits) return backwards();
  return ValueInterval{first->bits, last->bits};
}

// "[2001:db8::1]", also with "-[...]" behind.
Result<std::optional<ValueInterval>> bracketed(Source& source, Lexer& lexer) {
  std::optional<ValueInterval> range;
  do {
    lexer.next();
    if (!lexer.peek().is_text()) return source.expected(lexer, "an IPv6 address");
    Token const token = lexer.next();
    auto const one = parse_address(token.text);
    if (!one || one->family != Family::ip6)
      return source.fail(ErrorKind::out_of_range, token,
                         "'" + printable(token.text) + "' is not an IPv6 address");
    SC_CHECK(source.expect(lexer, TokenKind::right_bracket, "']'"));
    if (!range) range = ValueInterval{one->bits, one->bits};
    if (one->bits < range->first)
      return source.fail(ErrorKind::out_of_range, token, "this range of addresses runs backwards",
                         "write the smaller end first");
    range->last = one->bits;
    if (!lexer.take("-")) break;
  } while (lexer.peek().kind == TokenKind::left_bracket);
  if (lexer.peek().kind == TokenKind::word && lexer.peek().text.starts_with('/')) {
    Token const token = lexer.next();
    auto const length = parse_number(token.text.substr(1), 128);
    if (!length)
      return source.fail(ErrorKind::out_of_range, token,
                         "'" + printable(token.text) + "' is not a prefix length (0-128)");
    range = interval(Prefix{{Family::ip6, range->first}, static_cast<std::uint8_t>(*length)});
  }
  return range;
}

// Behind ":": a port, a range of ports, or an expression (false).
Result<bool> ports(Source& source, Lexer& lexer, Nat& nat) {
  if (begins_selector(lexer.peek())) return false;
  SC_TRY(read, value(source, lexer, ValueType::port));
  if (read.kind != Value::Kind::range) return false;
  nat.ports = Interval<std::uint32_t>{static_cast<std::uint32_t>(read.range.first),
                                      static_cast<std::uint32_t>(read.range.last)};
  return true;
}

// "random,persistent"
Result<void> flags(Source& source, Lexer& lexer, Nat& nat) {
  while (true) {
    auto const& token = lexer.peek();
    if (!token.is("random") && !token.is("fully-random") && !token.is("persistent") &&
        !token.is("netmap"))
      return {};
    if (token.is("netmap")) nat.unknown = true;
    lexer.next();
    if (lexer.take(TokenKind::comma) && !lexer.peek().is_text())
      return source.expected(lexer, "a flag");
  }
}

// What stands behind "to": ADDRESS, ADDRESS:PORT, :PORT, or an expression that packets decide.
Result<void> target(RuleWriter& writer, Lexer& lexer, Nat& nat) {
  auto& source = writer.source();
  bool known = true;
  if (lexer.peek().kind == TokenKind::left_bracket) {
    SC_TRY(range, bracketed(source, lexer));
    nat.addresses = range;
    writer.require_network(Family::ip6);
  } else if (lexer.peek().kind != TokenKind::colon) {
    if (is_reserved(lexer.peek())) return source.expected(lexer, "an address or a port");
    if (lexer.peek().is_text() && !begins_selector(lexer.peek())) {
      Token const token = lexer.next();
      SC_TRY(range, addresses_in(source, token));
      if (!range && token.text.find_first_not_of("0123456789./-") == std::string_view::npos &&
          token.text.contains('.'))
        return source.fail(ErrorKind::out_of_range, token,
                           "'" + printable(token.text) + "' is not an address");
      nat.addresses = range;
      known = range.has_value();
      if (known) writer.require_network(token.text.contains(':') ? Family::ip6 : Family::ip4);
    } else {
      SC_CHECK(expression(writer, lexer));
      known = false;
    }
  }
  if (lexer.take(TokenKind::colon)) {
    SC_TRY(fixed, ports(source, lexer, nat));
    known = known && fixed;
    if (!fixed && begins_selector(lexer.peek())) SC_CHECK(expression(writer, lexer));
  }
  SC_TRY(more, expression_tail(writer, lexer));  // "10.0.0.1 . 80", "... map @m"
  nat.unknown = nat.unknown || !known || more;
  return {};
}

// "ip", "ip6", "prefix" and "to" in front of the target.
bool preposition(RuleWriter& writer, Lexer& lexer) {
  if (lexer.take("ip")) {
    writer.require_network(Family::ip4);
  } else if (lexer.take("ip6")) {
    writer.require_network(Family::ip6);
  }
  // "addr . port to ...", "interval to ..." of older versions
  bool prefix = false;
  while (lexer.take("prefix") || lexer.take("addr") || lexer.take(".") || lexer.take("port") ||
         lexer.take("interval"))
    prefix = true;
  lexer.take("to");  // old versions did without
  return prefix;
}

Result<void> translate(RuleWriter& writer, Lexer& lexer, NatKind kind) {
  auto& source = writer.source();
  Nat nat;
  nat.kind = kind;
  bool const prefix = preposition(writer, lexer);
  SC_CHECK(target(writer, lexer, nat));
  nat.unknown = nat.unknown || prefix;
  SC_CHECK(flags(source, lexer, nat));
  writer.end(Translate{source.builder.nat(std::move(nat))});
  return {};
}

// "masquerade to :1024-2048", "redirect to :8080"
Result<void> to_interface(RuleWriter& writer, Lexer& lexer, NatKind kind) {
  auto& source = writer.source();
  Nat nat;
  nat.kind = kind;
  nat.to_interface = true;
  if (lexer.take("to")) SC_CHECK(target(writer, lexer, nat));
  SC_CHECK(flags(source, lexer, nat));
  writer.end(Translate{source.builder.nat(std::move(nat))});
  return {};
}

}  // namespace

Result<void> snat(RuleWriter& writer, Lexer& lexer) {
  return translate(writer, lexer, NatKind::source);
}

Result<void> dnat(RuleWriter& writer, Lexer& lexer) {
  return translate(writer, lexer, NatKind::destination);
}

Result<void> masquerade(RuleWriter& writer, Lexer& lexer) {
  return to_interface(writer, lexer, NatKind::source);
}

Result<void> redirect(RuleWriter& writer, Lexer& lexer) {
  return to_interface(writer, lexer, NatKind::destination);
}

// The packet goes to a local socket; the rule goes on ("tproxy to :50080 accept").
Result<void> tproxy(RuleWriter& writer, Lexer& lexer) {
  auto& source = writer.source();
  Nat nat;
  nat.kind = NatKind::destination;
  preposition(writer, lexer);
  SC_CHECK(target(writer, lexer, nat));
  writer.act(Tproxy{source.builder.nat(std::move(nat))});
  return {};
}

}  // namespace safeconduct::nft
