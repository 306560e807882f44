// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_expression.h"

#include <algorithm>

#include "formats/nft_match.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

// Has every packet a value for it, once what it requires holds?
bool always_has_value(Selector const& selector) {
  static constexpr auto kOfAllPackets = words<bool>({
      {"meta", true},
      {"mark", true},
      {"iif", true},
      {"oif", true},
      {"iifname", true},
      {"oifname", true},
      {"skuid", true},
      {"skgid", true},
      {"cpu", true},
      {"pkttype", true},
      {"numgen", true},
      {"jhash", true},
      {"symhash", true},
      {"l4proto", true},
      {"length", true},
  });
  if (selector.extension_header) return false;
  if (selector.type != ValueType::opaque || kOfAllPackets.contains(selector.word)) return true;
  if (selector.word == "rt") return selector.key == "mtu";
  bool const header = selector.network.has_value() || selector.l4.has_value();
  return header && selector.key != "option" && selector.key != "chunk";
}

// Behind "map": only packets with a key that is in it go on.
Result<void> in_map(RuleWriter& writer, Lexer& lexer, Selectors const& keys) {
  auto& source = writer.source();
  Elements anonymous;
  Elements const* elements = &anonymous;
  if (lexer.take(TokenKind::at)) {
    if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a map");
    Token const name = lexer.next();
    auto* const map = writer.table().sets.find(name.text);
    if (map == nullptr)
      return source.fail(ErrorKind::unknown_name, name,
                         "map '" + printable(name.text) + "' is not defined in this table",
                         "is the export cut short? export the whole rule set again");
    SC_CHECK(check_types(source, name, *map, keys));
    map->looked_up = true;
    map->spelled_out = true;
    elements = &map->elements;
  } else {
    for (auto const& key : keys) anonymous.types.push_back(key.type);
    anonymous.data = Data::other;
    SC_CHECK(read_elements(source, lexer, anonymous));
  }
  if (elements->undecided.empty() &&
      (elements->catch_all || among(writer, keys, *elements, std::nullopt, false)))
    return {};
  bool const own = std::ranges::any_of(keys, [](Selector const& k) { return k.own; });
  writer.unmodelled(keys.front().begin, lexer.last_end(), keys.front().word, own);
  return {};
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
  Selectors keys;
  SC_CHECK(selectors(source, lexer, keys));
  for (auto const& key : keys) writer.require(key);
  if (lexer.take("map")) return in_map(writer, lexer, keys);
  for (auto const& key : keys) {
    if (key.extension_header && !source.extension_header) source.extension_header = key.begin;
    if (!always_has_value(key)) writer.unmodelled(key.begin, key.end, key.word, key.own);
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
    writer.unmodelled(begin, lexer.last_end(), "map", true);
  }
}

Result<void> expression(RuleWriter& writer, Lexer& lexer) {
  SC_CHECK(operand(writer, lexer));
  SC_CHECK(expression_tail(writer, lexer));
  return {};
}

}  // namespace safeconduct::nft
