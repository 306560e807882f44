// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_listed.h"

#include <algorithm>

namespace safeconduct::nft {

bool is_garbled(Source const& source, Selectors const& keys) {
  return !source.running && keys.size() > 1 && std::ranges::any_of(keys, [](Selector const& key) {
    return key.word == "meta" && key.key == "length";
  });
}

void take_shift(Source& source, Lexer& lexer, Selectors& keys) {
  constexpr std::uint32_t kMostBits = 128;
  auto after = lexer;
  if (!after.take(TokenKind::shift_right) && !after.take("rshift")) return;
  if (!number(source, after, kMostBits)) return;
  bool const joined = keys.size() > 1 || after.peek().is(".");
  if (!joined) return;  // a match by itself: "ip dscp >> 2 == 1"
  lexer.next();
  lexer.next();
  keys.back().type = ValueType::opaque;
  keys.back().end = lexer.last_end();
}

bool is_listed_loosely(RuleWriter const& writer, Selector const& key, ValueInterval value,
                       bool negated) {
  if (!is_of_iptables(writer.table())) return false;
  if (key.type == ValueType::ct_status) return true;
  if (key.type == ValueType::mark) return value.first == 0 && value.last == info(key.field).max;
  if (key.type == ValueType::address_type) return key.field == Field::src_type;
  bool const of_ecn = value.first == tcp_flag::ece || value.first == tcp_flag::cwr;
  return key.type == ValueType::tcp_flags && negated && of_ecn;
}

bool may_be_masked(RuleWriter const& writer, Selector const& key, Value const& value) {
  auto const& source = writer.source();
  if (!value.host_bits || !source.may_be_listing) return false;
  if (source.original) return true;
  // nft indents rules with two tabs. In a line so long that its begin is not looked for, it may be.
  constexpr std::uint32_t kFarthest = 4096;
  auto const from = key.begin - std::min(key.begin, kFarthest);
  auto const before = source.words(from, key.begin);
  auto const end_of_line = before.rfind('\n');
  if (end_of_line == std::string_view::npos) return from > 0;
  auto const line = before.substr(end_of_line + 1);
  return line.starts_with("\t\t") && !line.starts_with("\t\t\t");
}

bool is_status_of_none(RuleWriter const& writer, Lexer const& lexer, Selector const& key) {
  return key.type == ValueType::ct_status && is_of_iptables(writer.table()) &&
         lexer.peek().is("counter");
}

bool is_of_multiport(RuleWriter const& writer, Selectors const& keys) {
  return keys.size() == 2 && keys[0].type == ValueType::port && keys[1].type == ValueType::port &&
         is_of_iptables(writer.table());
}

bool is_of_other_family(RuleWriter const& writer, Selector const& key) {
  if (!is_of_iptables(writer.table()) || (key.key != "ecn" && key.key != "dscp")) return false;
  return key.word == (writer.table().family == TableFamily::ip6 ? "ip" : "ip6");
}

}  // namespace safeconduct::nft
