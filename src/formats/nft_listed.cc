// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_listed.h"

#include <algorithm>

#include "formats/nft_compare.h"
#include "formats/nft_verdict.h"

namespace safeconduct::nft {

void doubt_garbled(Source const& source, Elements& elements) {
  if (source.running || elements.types.size() < 2) return;
  for (std::size_t column = 0; column < elements.types.size(); ++column) {
    auto const type = elements.types[column];
    if (type != ValueType::byte && type != ValueType::half) continue;
    bool all_zero = elements.rows() > 0;
    for (std::size_t i = 0; i < elements.rows(); ++i)
      all_zero = all_zero && elements.row(i)[column] == ValueInterval{0, 0};
    if (all_zero) elements.undecided = kGarbled;
  }
}

void take_arithmetic(Source& source, Lexer& lexer, Selectors& keys) {
  auto after = lexer;
  auto const read = arithmetic(source, after, keys.back().type);
  if (!read || !read->any) return;
  bool const joined = keys.size() > 1 || after.peek().is(".");
  if (!joined) return;  // a match by itself: "ip dscp >> 2 == 1"
  if (!arithmetic(source, lexer, keys.back().type)) return;
  keys.back().type = ValueType::opaque;
  keys.back().end = lexer.last_end();
}

void doubt_shifted(Source& source, Lexer const& after, Selectors& keys) {
  if (source.running) return;
  auto const is_shifted = [&] {
    if (keys.size() > 1) return true;
    auto ahead = after;
    if (auto const read = arithmetic(source, ahead, keys.front().type); !read || read->any)
      return true;
    if (!ahead.take("map") && !ahead.take("vmap")) take_comparison(ahead);
    return ahead.peek().kind == TokenKind::at;
  };
  for (auto& key : keys)
    if (key.word == "ip6" && key.key == "dscp" && is_shifted()) key.type = ValueType::opaque;
}

Result<void> parenthesized(Source& source, Lexer& lexer, Selector& out) {
  Token const open = lexer.next();
  if (!begins_selector(lexer.peek())) return source.expected(lexer, "an expression like '@nh,8,8'");
  SC_CHECK(selector(source, lexer, out));
  SC_CHECK(arithmetic(source, lexer, out.type));
  SC_CHECK(source.expect(lexer, TokenKind::right_paren, "')'"));
  out.type = ValueType::opaque;
  out.begin = open.begin;
  out.end = lexer.last_end();
  return {};
}

namespace {

// Does the match stand in a listing, or where one would have it? nft indents rules with two tabs.
// In a line so long that its begin is not looked for, it may.
bool may_be_listed(Source const& source, Selector const& key) {
  if (!source.may_be_listing) return false;
  if (source.original) return true;
  constexpr std::uint32_t kFarthest = 4096;
  auto const from = key.begin - std::min(key.begin, kFarthest);
  auto const before = source.words(from, key.begin);
  auto const end_of_line = before.rfind('\n');
  if (end_of_line == std::string_view::npos) return from > 0;
  auto const line = before.substr(end_of_line + 1);
  return line.starts_with("\t\t") && !line.starts_with("\t\t\t");
}

}  // namespace

bool is_listed_loosely(RuleWriter const& writer, Selector const& key, ValueInterval value,
                       bool negated) {
  if (!writer.table().of_iptables) return false;
  if (key.type == ValueType::ct_status) return true;
  if (key.type == ValueType::mark) return value.first == 0 && value.last == info(key.field).max;
  if (key.type == ValueType::address_type) return key.field == Field::src_type;
  bool const of_ecn = value.first == tcp_flag::ece || value.first == tcp_flag::cwr;
  return key.type == ValueType::tcp_flags && negated && of_ecn;
}

bool may_be_masked(RuleWriter const& writer, Selector const& key, Value const& value) {
  return value.host_bits && may_be_listed(writer.source(), key);
}

bool may_be_exact(RuleWriter const& writer, Lexer const& lexer, Selector const& key) {
  auto const& source = writer.source();
  return is_bitmask(key.type) && may_be_listed(source, key) &&
         source.words(key.begin, lexer.last_end()).contains('|');
}

bool is_status_of_none(RuleWriter const& writer, Lexer const& lexer, Selector const& key) {
  if (key.type != ValueType::ct_status || !writer.table().of_iptables) return false;
  auto const& next = lexer.peek();
  return begins_selector(next) || (is_reserved(next) && !next.is("snat") && !next.is("dnat"));
}

bool is_of_addrtype(RuleWriter const& writer, Selectors const& keys) {
  if (keys.front().type != ValueType::address_type || !writer.table().of_iptables) return false;
  writer.mark_listed(&Listed::loosely);
  return true;
}

bool is_of_multiport(RuleWriter const& writer, Selectors const& keys) {
  return keys.size() == 2 && keys[0].type == ValueType::port && keys[1].type == ValueType::port &&
         writer.table().of_iptables;
}

bool is_of_other_family(RuleWriter const& writer, Selector const& key) {
  if (!writer.table().of_iptables || (key.key != "ecn" && key.key != "dscp")) return false;
  return key.word == (writer.table().family == TableFamily::ip6 ? "ip" : "ip6");
}

bool lacks_its_target(RuleWriter const& writer, Lexer const& lexer, Token const& last) {
  auto const& source = writer.source();
  bool const listed = source.may_be_listing && writer.table().of_iptables;
  if (!listed || writer.ended() || !last.is("counter")) return false;
  auto const rest = source.text.substr(lexer.last_end(), 16);
  return rest.starts_with(" \n") || rest.starts_with(" \r\n") || rest.starts_with("  # handle ");
}

}  // namespace safeconduct::nft
