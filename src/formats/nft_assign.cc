// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_assign.h"

#include "base/text.h"
#include "formats/nft_compare.h"
#include "formats/nft_data_map.h"
#include "formats/nft_expression.h"
#include "formats/nft_listed.h"
#include "formats/nft_match.h"
#include "formats/nft_opaque.h"
#include "formats/nft_verdict.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

// The new value of a mark, as far as we model it.
struct MarkValue {
  bool known = false;
  std::optional<Field> from;  // a mark that it is made of; nothing: a constant
  Arithmetic change;          // of that mark; of 0 for a constant
};

// "meta mark", "ct mark", not joined with anything.
bool is_mark(Lexer const& lexer) {
  Lexer ahead = lexer;
  if (ahead.take("meta") || ahead.take("ct")) {
    if (!ahead.take("mark")) return false;
  } else if (!ahead.take("mark")) {
    return false;
  }
  return !ahead.peek().is(".") && !ahead.peek().is("map");
}

Result<MarkValue> mark_value(RuleWriter& writer, Lexer& lexer) {
  auto& source = writer.source();
  MarkValue out;
  auto const& token = lexer.peek();
  if (token.is_text() && begins_with_digit(token.text)) {
    SC_TRY(constant, number(source, lexer, 0xFFFFFFFFU));
    SC_TRY(change, arithmetic(source, lexer, ValueType::mark));
    out.known = change.modelled;
    out.change.mask = 0;
    out.change.flip = ((constant & change.mask) ^ change.flip) >> change.shift;
  } else if (is_mark(lexer)) {
    Selector from;
    SC_CHECK(selector(source, lexer, from));
    SC_TRY(change, arithmetic(source, lexer, ValueType::mark));
    out.known = change.modelled && change.shift == 0;
    out.from = from.field;
    out.change = change;
  } else {
    SC_CHECK(expression(writer, lexer));
  }
  SC_TRY(more, expression_tail(writer, lexer));
  out.known = out.known && !more;
  return out;
}

// "meta mark set ip saddr map { ... }": one mark for each group of keys.
Result<bool> assign_mapped_mark(RuleWriter& writer, Lexer& lexer, Field field) {
  DataMap map;
  SC_TRY(is_map, map.read(writer, lexer, ValueType::mark, false));
  if (!is_map) return false;
  SC_TRY(more, expression_tail(writer, lexer));
  auto const types = map.types();
  bool const plain = !more && types.size() == 1 && types[0] == ValueType::mark;
  auto const is_one = [](ValueInterval datum) { return datum.first == datum.last; };
  // A key that the mark itself is part of would be another one after the first group.
  bool const said =
      plain && !map.asks_for(field) && map.each(writer, [&](std::span<ValueInterval const> datum) {
        if (is_one(datum[0])) {
          writer.act(SetMark{field, 0xFFFFFFFFU, static_cast<std::uint32_t>(datum[0].first)});
        } else {
          writer.act(Alter{field});
        }
      });
  map.require_entry(writer);
  if (!said) writer.act(Alter{field});
  writer.forget(field);
  return true;
}

Result<void> assign_mark(RuleWriter& writer, Lexer& lexer, Field field) {
  SC_TRY(mapped, assign_mapped_mark(writer, lexer, field));
  if (mapped) return {};
  SC_TRY(mark, mark_value(writer, lexer));
  // CONNMARK of iptables with masks is listed as what it does not do (libxt_CONNMARK.c).
  bool const whole = mark.change.mask == 0xFFFFFFFFU && mark.change.flip == 0;
  bool const of_connections = field == Field::ct_mark || mark.from == Field::ct_mark;
  if (of_connections && mark.from && !whole && writer.table().of_iptables) mark.known = false;
  if (!mark.known) {
    writer.act(Alter{field});
    writer.forget(field);
    return {};
  }
  // Without a connection there is no mark to read, and the rule ends here (nft_ct_get_eval).
  if (mark.from == Field::ct_mark) writer.source().builder.in_range(Field::ct_state, {1, 3});
  auto const [keep, flip] = std::pair{mark.change.mask, mark.change.flip};
  if (mark.from && *mark.from != field) {  // to = (from & keep) ^ flip
    writer.act(CopyMark{field, *mark.from, keep, keep});
    writer.forget(field);
    if (keep == 0xFFFFFFFFU && flip == 0) return {};
  }
  writer.act(SetMark{field, ~keep, flip});
  writer.forget(field);
  return {};
}

enum class Effect : std::uint8_t {
  none,        // nothing that rules ask for, or that would stop the packet
  forgets,     // the field is another one afterwards
  unmodelled,  // may send the packet anywhere
};

struct Assigned {
  Effect effect = Effect::none;
  Field forgets = Field::dscp;
};

// By the selector's key. What is not here is taken as unmodelled.
constexpr auto kAssigned = words<Assigned>({
    {"dscp", {Effect::forgets, Field::dscp}},
    {"ttl", {Effect::forgets, Field::ttl}},
    {"hoplimit", {Effect::forgets, Field::ttl}},
    {"pkttype", {Effect::forgets, Field::pkttype}},
    // Another zone is another table of connections: what is established there, the file cannot say.
    {"zone", {Effect::unmodelled, {}}},
    {"original", {Effect::unmodelled, {}}},  // "ct original zone set"
    {"reply", {Effect::unmodelled, {}}},
    {"helper", {}},
    {"timeout", {}},
    {"expectation", {Effect::unmodelled, {}}},  // only a first packet can have one (NFT_BREAK)
    {"label", {}},
    {"event", {}},
    {"secmark", {}},
    {"priority", {}},
    {"nftrace", {}},
    {"cgroup", {}},
    {"ecn", {}},
    {"checksum", {Effect::unmodelled, {}}},  // a wrong one is lost at the next hop
    {"window", {Effect::unmodelled, {}}},    // of 0: nothing may be sent any more
    {"id", {}},
    {"flowlabel", {}},
    {"option", {}},
    {"urgptr", {}},
});

// "ip protocol set udp": a protocol's name, and not a header's as in "ip protocol set ah nexthdr".
bool is_protocol_alone(Lexer lexer, Selector const& to) {
  auto const word = lexer.next();
  return to.type == ValueType::l4proto && parse_l4proto(word.text).has_value() &&
         (lexer.at_statement_end() || is_verdict(lexer.peek()));
}

// Do routers still pass on a packet with this value, at 'lexer'? Not with too small a TTL, nor one
// that is not for them (ip_forward of the kernel, ip6_forward).
bool stays_routable(Source& source, Lexer lexer, Selector const& to, std::uint32_t value_end) {
  bool const kind = to.key == "pkttype";
  if (!kind && to.key != "ttl" && to.key != "hoplimit") return true;
  if (kind && (lexer.peek().is("host") || lexer.peek().is("unicast"))) {
    lexer.next();
    return lexer.last_end() == value_end;
  }
  auto const value = number(source, lexer, 255);
  return value && lexer.last_end() == value_end && (kind ? *value == 0 : *value >= kFewestHops);
}

}  // namespace

Result<void> assign(RuleWriter& writer, Lexer& lexer, Selector const& to) {
  auto& source = writer.source();
  lexer.next();
  if (lexer.at_statement_end()) return source.expected(lexer, "a value");
  if (lexer.peek().kind == TokenKind::left_brace) return source.expected(lexer, "one value");
  if (is_inside_tunnel(to))
    return source.fail_at(ErrorKind::syntax, to.begin, "what is inside of a tunnel cannot be set",
                          "the kernel refuses such a rule");
  SC_CHECK(check_number(source, lexer.peek(), to));
  if (!is_of_other_family(writer, to)) writer.require(to);
  if (to.type == ValueType::mark) return assign_mark(writer, lexer, to.field);
  Lexer const at_value = lexer;
  if (is_protocol_alone(lexer, to)) {
    lexer.next();
  } else {
    SC_CHECK(expression(writer, lexer));
  }
  auto const* const known = kAssigned.find(to.key);
  auto const effect = known != nullptr     ? *known
                      : to.word == "ether" ? Assigned{}
                                           : Assigned{Effect::unmodelled, {}};
  bool const routable = stays_routable(source, at_value, to, lexer.last_end());
  switch (routable ? effect.effect : Effect::unmodelled) {
    case Effect::none:
      break;
    case Effect::forgets:
      writer.act(Alter{effect.forgets});
      writer.forget(effect.forgets);
      break;
    case Effect::unmodelled:
      writer.act(UnmodelledAction{
          source.builder.atom(source.words(to.begin, lexer.last_end()), to.word, Lasting::once)});
      break;
  }
  return {};
}

}  // namespace safeconduct::nft
