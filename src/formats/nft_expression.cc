// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_expression.h"

#include <algorithm>

#include "formats/nft_data_map.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

// A packet without a connection has none.
bool is_of_connection(Selector const& selector) {
  return selector.word == "ct" && selector.type != ValueType::ct_state;
}

// Has every packet a value for it, once what it requires holds?
bool always_has_value(Selector const& selector) {
  static constexpr auto kOfAllPackets = words<bool>({
      {"mark", true},     {"iif", true},      {"oif", true},     {"iifname", true},
      {"oifname", true},  {"cpu", true},      {"pkttype", true}, {"numgen", true},
      {"symhash", true},  {"l4proto", true},  {"length", true},  {"nfproto", true},
      {"protocol", true}, {"priority", true}, {"nftrace", true}, {"random", true},
      {"time", true},     {"day", true},      {"hour", true},
  });
  if (selector.extension_header) return false;
  if (selector.type != ValueType::opaque) return !is_of_connection(selector);
  if (kOfAllPackets.contains(selector.word == "meta" ? selector.key : selector.word)) return true;
  if (selector.word == "rt") return selector.key == "mtu";
  bool const header = selector.network.has_value() || selector.l4.has_value();
  return header && selector.key != "option" && selector.key != "chunk";
}

Result<void> operand(RuleWriter& writer, Lexer& lexer) {
  auto& source = writer.source();
  if (lexer.take(TokenKind::left_paren)) {
    Nesting const nesting(source);
    SC_CHECK(nesting.check(lexer.peek()));
    SC_CHECK(expression(writer, lexer));
    return source.expect(lexer, TokenKind::right_paren, "')'");
  }
  if (!begins_selector(lexer.peek())) return skip_operand(source, lexer);
  DataMap map;
  SC_TRY(is_map, map.read(writer, lexer, ValueType::opaque, false));
  if (is_map) {  // only packets with an entry go on
    map.require_entry(writer);
    return {};
  }
  Selectors keys;
  SC_CHECK(selectors(source, lexer, keys));
  for (auto const& key : keys) writer.require(key);
  for (auto const& key : keys) {
    if (key.extension_header && !source.extension_header) source.extension_header = key.begin;
    if (!always_has_value(key)) writer.unmodelled(key.begin, key.end, key.word, key.lasting);
  }
  return {};
}

}  // namespace

Result<bool> expression_tail(RuleWriter& writer, Lexer& lexer) {
  bool any = false;
  auto const begin = lexer.peek().begin;
  while (true) {
    bool const map = lexer.peek().is("map");
    if (!skip_operator(lexer)) return any;
    any = true;
    if (!map) {
      SC_CHECK(operand(writer, lexer));
      continue;
    }
    // Of what the operators make of the packet: which keys are in it is not worth modelling.
    SC_CHECK(skip_operand(writer.source(), lexer));
    writer.unmodelled(begin, lexer.last_end(), "map", Lasting::once);
  }
}

Result<void> expression(RuleWriter& writer, Lexer& lexer) {
  SC_CHECK(operand(writer, lexer));
  SC_CHECK(expression_tail(writer, lexer));
  return {};
}

}  // namespace safeconduct::nft
