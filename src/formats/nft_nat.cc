// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_nat.h"

#include <functional>
#include <utility>

#include "formats/nft_data_map.h"
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

// "[2001:db8::1]", also with "-[...]" behind; of iptables' rules nft lists "[A-B]".
Result<std::optional<ValueInterval>> bracketed(Source& source, Lexer& lexer) {
  std::optional<ValueInterval> range;
  do {
    lexer.next();
    if (!lexer.peek().is_text()) return source.expected(lexer, "an IPv6 address");
    Token const token = lexer.next();
    if (!range && token.text.contains('-') && token.text.contains(':')) {
      SC_TRY(both, addresses_in(source, token));
      SC_CHECK(source.expect(lexer, TokenKind::right_bracket, "']'"));
      if (both) return both;
    }
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

// What stands behind "to", as far as it is not the same for all packets.
struct Target {
  Nat nat;
  std::optional<DataMap> addresses;  // or of addresses and ports
  std::optional<DataMap> ports;
};

// Behind ":": a port, a range of ports, a map to ports, or another expression (false).
Result<bool> ports(RuleWriter& writer, Lexer& lexer, Target& target) {
  auto& source = writer.source();
  DataMap map;
  SC_TRY(is_map, map.read(writer, lexer, ValueType::port, false));
  if (is_map) {
    target.ports = std::move(map);
    return true;
  }
  if (begins_selector(lexer.peek())) return false;
  SC_TRY(read, value(source, lexer, ValueType::port));
  if (read.kind != Value::Kind::range) return false;
  target.nat.ports = Interval<std::uint32_t>{static_cast<std::uint32_t>(read.range.first),
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

// In an inet table it must be clear which family is meant; nowhere may it be the other one.
Result<void> check_family(RuleWriter const& writer, Token const& at, std::optional<Family> family) {
  if (!family || writer.network() == family) return {};
  if (writer.network())
    return writer.source().fail(ErrorKind::conflict, at,
                                "this address is of the other family than the rule",
                                "the kernel refuses such a rule");
  return writer.source().fail(ErrorKind::conflict, at,
                              "which family is meant, a table of family inet does not say",
                              *family == Family::ip4 ? "write 'ip to'" : "write 'ip6 to'");
}

// Ports are those of a transport protocol, which the rule must have asked for.
Result<void> check_transport(RuleWriter const& writer, Token const& at) {
  bool const asks =
      writer.asks(Field::l4proto) || writer.asks(Field::sport) || writer.asks(Field::dport);
  if (asks || writer.source().running) return {};  // what runs, runs
  return writer.source().fail(ErrorKind::conflict, at,
                              "a port, but the rule does not ask for a protocol that has ports",
                              "write 'meta l4proto tcp' or the like first");
}

std::optional<Family> family_of(ValueType type) {
  if (type == ValueType::ip4) return Family::ip4;
  if (type == ValueType::ip6) return Family::ip6;
  return std::nullopt;
}

// An address, or an expression that packets decide (false).
Result<bool> address(RuleWriter& writer, Lexer& lexer, Target& target) {
  auto& source = writer.source();
  Token const at = lexer.peek();
  if (at.kind == TokenKind::left_bracket) {
    SC_TRY(range, bracketed(source, lexer));
    target.nat.addresses = range;
    SC_CHECK(check_family(writer, at, Family::ip6));
    return true;
  }
  if (is_reserved(lexer.peek())) return source.expected(lexer, "an address or a port");
  DataMap map;
  SC_TRY(is_map, map.read(writer, lexer, ValueType::ip4, true));
  if (is_map) {
    auto const types = map.types();
    if (!types.empty()) SC_CHECK(check_family(writer, at, family_of(types[0])));
    if (types.size() > 1 && !map.asks_for(Field::l4proto)) SC_CHECK(check_transport(writer, at));
    target.addresses = std::move(map);
    return true;
  }
  if (!lexer.peek().is_text() || begins_selector(lexer.peek())) {
    SC_CHECK(expression(writer, lexer));
    return false;
  }
  Token const token = lexer.next();
  SC_TRY(range, addresses_in(source, token));
  if (!range && token.text.find_first_not_of("0123456789./-") == std::string_view::npos &&
      token.text.contains('.'))
    return source.fail(ErrorKind::out_of_range, token,
                       "'" + printable(token.text) + "' is not an address");
  target.nat.addresses = range;
  if (range)
    SC_CHECK(check_family(writer, at, token.text.contains(':') ? Family::ip6 : Family::ip4));
  return range.has_value();
}

// What stands behind "to": ADDRESS, ADDRESS:PORT, :PORT, or an expression that packets decide.
Result<void> read_target(RuleWriter& writer, Lexer& lexer, Target& target) {
  bool known = true;
  if (lexer.peek().kind != TokenKind::colon) {
    SC_TRY(fixed, address(writer, lexer, target));
    known = fixed;
  }
  if (lexer.peek().kind == TokenKind::colon) {
    Token const colon = lexer.next();
    if (!begins_selector(lexer.peek())) SC_CHECK(check_transport(writer, colon));
    SC_TRY(fixed, ports(writer, lexer, target));
    known = known && fixed;
    if (!fixed && begins_selector(lexer.peek())) SC_CHECK(expression(writer, lexer));
  }
  SC_TRY(more, expression_tail(writer, lexer));  // "10.0.0.1 . 80"
  target.nat.unknown = target.nat.unknown || !known || more;
  return {};
}

bool is_address(ValueType type) { return type == ValueType::ip4 || type == ValueType::ip6; }

// A datum as a part of the translation; false: it is no such thing.
bool take_datum(std::span<ValueType const> types, std::span<ValueInterval const> datum, Nat& nat) {
  bool const with_port = types.size() == 2 && types[1] == ValueType::port;
  if (types.size() != 1 && !with_port) return false;
  auto const port = [&](ValueInterval cell) {
    nat.ports = Interval<std::uint32_t>{static_cast<std::uint32_t>(cell.first),
                                        static_cast<std::uint32_t>(cell.last)};
  };
  if (is_address(types[0])) {
    nat.addresses = datum[0];
    if (with_port) port(datum[1]);
    return true;
  }
  if (types[0] != ValueType::port || with_port) return false;
  port(datum[0]);
  return true;
}

// One translation for each group of keys; where that cannot be said, somewhere.
void write(RuleWriter& writer, Target& target, std::function<Action(std::uint32_t)> const& action,
           bool ends) {
  auto& builder = writer.source().builder;
  auto& nat = target.nat;
  bool const both = target.addresses && target.ports;
  auto& map = target.addresses ? target.addresses : target.ports;
  auto const finish = [&](Action const& last) { ends ? writer.end(last) : writer.act(last); };
  if (!map) return finish(action(builder.nat(nat)));
  auto const types = map->types();
  std::vector<ValueInterval> const probe(types.size());
  Nat scratch;
  bool const fits = !both && !nat.unknown && take_datum(types, probe, scratch) &&
                    (target.addresses ? scratch.addresses.has_value() : scratch.ports.has_value());
  bool const said = fits && map->each(writer, [&](std::span<ValueInterval const> datum) {
    Nat one = nat;
    take_datum(types, datum, one);
    writer.act(action(builder.nat(std::move(one))));
  });
  if (said) {
    if (!ends) return map->require_entry(writer);
    if (!map->is_empty()) return writer.close();
    writer.never();
    return writer.end(Continue{});  // a rule, too, for those who ask where it stands
  }
  map->require_entry(writer);
  if (both) target.ports->require_entry(writer);
  nat.unknown = true;
  finish(action(builder.nat(nat)));
}

// "ip", "ip6", "prefix" and "to" in front of the target.
Result<bool> preposition(RuleWriter& writer, Lexer& lexer) {
  if (lexer.peek().is("ip") || lexer.peek().is("ip6")) {
    Token const word = lexer.next();
    auto const family = word.text == "ip" ? Family::ip4 : Family::ip6;
    if (writer.network()) SC_CHECK(check_family(writer, word, family));
    writer.require_network(family);
  }
  // "addr . port to ...", "interval to ..." of older versions
  bool prefix = false;
  while (true) {
    prefix = prefix || lexer.peek().is("prefix");
    if (!lexer.take("prefix") && !lexer.take("addr") && !lexer.take(".") && !lexer.take("port") &&
        !lexer.take("interval"))
      break;
  }
  lexer.take("to");  // old versions did without
  return prefix;
}

Result<void> translate(RuleWriter& writer, Lexer& lexer, NatKind kind) {
  Target target;
  target.nat.kind = kind;
  SC_TRY(prefix, preposition(writer, lexer));
  SC_CHECK(read_target(writer, lexer, target));
  target.nat.unknown = target.nat.unknown || prefix;
  SC_CHECK(flags(writer.source(), lexer, target.nat));
  write(writer, target, [](std::uint32_t nat) { return Translate{nat}; }, true);
  writer.translate();
  return {};
}

// "masquerade to :1024-2048", "redirect to :8080"
Result<void> to_interface(RuleWriter& writer, Lexer& lexer, NatKind kind) {
  Target target;
  target.nat.kind = kind;
  target.nat.to_interface = true;
  if (lexer.take("to")) SC_CHECK(read_target(writer, lexer, target));
  SC_CHECK(flags(writer.source(), lexer, target.nat));
  write(writer, target, [](std::uint32_t nat) { return Translate{nat}; }, true);
  writer.translate();
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
  Target target;
  target.nat.kind = NatKind::destination;
  Token const at = lexer.peek();
  SC_CHECK(preposition(writer, lexer));
  SC_CHECK(check_transport(writer, at));
  SC_CHECK(read_target(writer, lexer, target));
  write(writer, target, [](std::uint32_t nat) { return Tproxy{nat}; }, false);
  return {};
}

}  // namespace safeconduct::nft
