// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_connection.h"

#include <optional>
#include <string_view>

#include "formats/nft_words.h"
#include "net/address.h"

namespace safeconduct::nft {
namespace {

struct Modelled {
  ValueType type;
  Field field;
};
constexpr auto kModelled = words<Modelled>({
    {"state", {ValueType::ct_state, Field::ct_state}},
    {"direction", {ValueType::ct_direction, Field::ct_direction}},
    {"status", {ValueType::ct_status, Field::ct_status}},
    {"mark", {ValueType::mark, Field::ct_mark}},
});

// Of which family the addresses are that an expression is compared with. JSON does not say whether
// "ct original saddr" was "ip saddr" or "ip6 saddr" (nft 1.0.6, 1.1.3), and means the same.
std::optional<Family> family_compared_with(Lexer ahead) {
  if (!ahead.take(TokenKind::not_equal)) ahead.take(TokenKind::equal);
  ahead.take(TokenKind::left_brace);
  if (!ahead.peek().is_text()) return std::nullopt;
  auto const text = ahead.peek().text;
  auto const first = parse_prefix(text.substr(0, text.find('-')));
  return first ? std::optional(first->address.family) : std::nullopt;
}

// nft 1.0.6 lists "ct original proto-dst { 53 }" as "{ 0x35 [invalid type] }", and cannot read that
// itself.
bool has_invalid_type(Lexer ahead) {
  if (!ahead.take(TokenKind::not_equal)) ahead.take(TokenKind::equal);
  if (!ahead.take(TokenKind::left_brace)) return false;
  for (auto token = ahead.next(); token.kind != TokenKind::end; token = ahead.next()) {
    if (token.kind == TokenKind::right_brace || token.kind == TokenKind::bad) return false;
    if (token.kind == TokenKind::left_bracket || token.text.contains("[invalid type]")) return true;
  }
  return false;
}

// "ct original ip saddr": what the connection's first packet had.
void model_original(Selector& out, std::optional<Family> family, std::string_view what) {
  if (family) {
    out.network = family;
    out.type = family == Family::ip4 ? ValueType::ip4 : ValueType::ip6;
    out.field = what == "saddr" ? Field::ct_original_saddr : Field::ct_original_daddr;
  } else if (what == "proto-src" || what == "proto-dst") {
    out.type = ValueType::port;
    out.field = what == "proto-src" ? Field::ct_original_sport : Field::ct_original_dport;
  }
}

// Behind "original" or "reply".
Result<void> of_direction(Source& source, Lexer& lexer, Selector& out) {
  static constexpr auto kOfDirection = words<bool>({
      {"l3proto", true},
      {"protocol", true},
      {"saddr", true},
      {"daddr", true},
      {"proto-src", true},
      {"proto-dst", true},
      {"bytes", true},
      {"packets", true},
      {"avgpkt", true},
      {"zone", true},
  });
  std::optional<Family> family;
  if (lexer.take("ip")) {
    family = Family::ip4;
  } else if (lexer.take("ip6")) {
    family = Family::ip6;
  }
  bool const known = lexer.peek().is_text() && kOfDirection.contains(lexer.peek().text);
  bool const address = lexer.peek().text == "saddr" || lexer.peek().text == "daddr";
  if (!known || (family && !address))
    return source.expected(lexer,
                           family ? "saddr or daddr" : "a field of a connection's direction");
  auto const what = lexer.next().text;
  if (!family && (what == "saddr" || what == "daddr")) family = family_compared_with(lexer);
  if (out.key == "original" && !has_invalid_type(lexer)) model_original(out, family, what);
  return {};
}

}  // namespace

Result<void> connection(Source& source, Lexer& lexer, Selector& out) {
  static constexpr auto kKeys = words<bool>({
      {"state", true},     {"direction", true},  {"status", true},      {"mark", true},
      {"secmark", true},   {"expiration", true}, {"helper", true},      {"label", true},
      {"l3proto", true},   {"protocol", true},   {"saddr", true},       {"daddr", true},
      {"proto-src", true}, {"proto-dst", true},  {"bytes", true},       {"packets", true},
      {"avgpkt", true},    {"zone", true},       {"event", true},       {"count", true},
      {"id", true},        {"timeout", true},    {"expectation", true}, {"original", true},
      {"reply", true},
  });
  if (!kKeys.contains(out.key))
    return source.fail_at(ErrorKind::unknown_name, out.begin,
                          "'" + printable(out.key) + "' is not a field of 'ct'");
  if (out.key == "original" || out.key == "reply") return of_direction(source, lexer, out);
  if (out.key == "count") {
    out.lasting = Lasting::once;
    lexer.take("over");
  } else {
    if (auto const* const found = kModelled.find(out.key)) {
      out.type = found->type;
      out.field = found->field;
    }
    // What rules may write, and a time that runs.
    static constexpr auto kChanging = words<bool>({{"helper", true},
                                                   {"label", true},
                                                   {"zone", true},
                                                   {"event", true},
                                                   {"secmark", true},
                                                   {"expiration", true}});
    if (kChanging.contains(out.key)) out.lasting = Lasting::once;
  }
  return {};
}

}  // namespace safeconduct::nft
