// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_compare.h"

#include <algorithm>
#include <bit>

namespace safeconduct::nft {
namespace {

// The bits of 'ct status' that the model has: IPS_SRC_NAT and IPS_DST_NAT.
constexpr std::uint32_t kNatStatus = 48;

using Values = std::vector<ValueInterval>;

std::uint32_t low(Bits128 value) { return static_cast<std::uint32_t>(value); }

std::uint32_t result(Arithmetic const& left, std::uint32_t field) {
  return ((field & left.mask) ^ left.flip) >> left.shift;
}

bool contains(std::span<ValueInterval const> values, Bits128 value) {
  return std::ranges::any_of(values, [value](ValueInterval v) { return v.contains(value); });
}

// What 'comparison' with one value accepts.
Values accepted(Comparison comparison, ValueInterval value, Bits128 max) {
  switch (comparison) {
    case Comparison::less:
      return value.first == 0 ? Values{} : Values{{0, value.first - 1}};
    case Comparison::less_equal:
      return {{0, value.last}};
    case Comparison::greater:
      return value.last >= max ? Values{} : Values{{value.last + 1, max}};
    case Comparison::greater_equal:
      return {{value.first, max}};
    case Comparison::implicit:
    case Comparison::equal:
    case Comparison::not_equal:
    case Comparison::none_of:
      break;
  }
  return {value};
}

// Every raw value that a narrow field can have.
std::vector<std::uint32_t> domain(ValueType type) {
  if (type == ValueType::ct_state) return {1, 2, 4, 8, 64};
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i <= largest(type); ++i) all.push_back(i);
  return all;
}

bool is_narrow(ValueType type) {
  return type == ValueType::ct_state || (type != ValueType::ifname && largest(type) <= 255);
}

Values narrow(ValueType type, Arithmetic const& left, std::span<ValueInterval const> values) {
  Values out;
  for (auto const raw : domain(type))
    if (contains(values, result(left, raw))) append_field_values(type, {raw, raw}, out);
  return out;
}

// Is it a mask of leading bits, as of a network?
bool is_leading(std::uint32_t mask) { return (~mask & (~mask + 1)) == 0; }

// The values of a wide field whose masked or shifted value is in 'values', where they are
// intervals.
std::optional<Values> wide(Arithmetic const& left, std::span<ValueInterval const> values) {
  if (left.flip != 0) return std::nullopt;
  Values out;
  if (left.shift > 0) {
    if (left.mask != 0xFFFFFFFFU) return std::nullopt;
    for (auto const value : values) {
      Bits128 const first = value.first << left.shift;
      Bits128 const last = (value.last << left.shift) | ((Bits128{1} << left.shift) - 1);
      if (first <= 0xFFFFFFFFU) out.push_back({first, std::min<Bits128>(last, 0xFFFFFFFFU)});
    }
    return out;
  }
  if (!is_leading(left.mask)) return std::nullopt;
  Bits128 const host = ~left.mask;
  for (auto const value : values) {
    Bits128 const first = (value.first & host) == 0 ? value.first : (value.first | host) + 1;
    Bits128 const last = value.last | host;
    if (first <= last && first <= 0xFFFFFFFFU) out.push_back({first, last});
  }
  return out;
}

// Bits are asked for by mask: "syn,ack", "! syn", "& (syn|ack) == syn".
bool compare_bits(RuleWriter& writer, Selector const& selector, Arithmetic const& left,
                  Comparison comparison, std::uint32_t value) {
  bool const any_bit = comparison == Comparison::implicit && !left.any;
  bool const none = comparison == Comparison::none_of;
  std::uint32_t const mask = any_bit || none ? value : left.mask;
  std::uint32_t const wanted = any_bit || none ? 0 : value ^ left.flip;
  bool const negated = any_bit || comparison == Comparison::not_equal;
  if (selector.type == ValueType::ct_status && (mask & ~kNatStatus) != 0) return false;
  if (any_bit && std::has_single_bit(value)) {
    writer.masked(selector.field, value, value, false);
  } else if (any_bit && value == 0) {
    writer.never();
  } else {
    writer.masked(selector.field, mask, wanted, negated);
  }
  return true;
}

bool compare_states(RuleWriter& writer, Selector const& selector, Arithmetic const& left,
                    Comparison comparison, std::span<ValueInterval const> values, bool is_set) {
  Values out;
  bool const by_bit = !is_set && (comparison == Comparison::none_of ||
                                  (comparison == Comparison::implicit && !left.any));
  for (auto const raw : domain(ValueType::ct_state)) {
    bool const hit =
        by_bit ? (raw & low(values.front().first)) != 0 : contains(values, result(left, raw));
    if (hit) append_field_values(ValueType::ct_state, {raw, raw}, out);
  }
  writer.in(selector, out,
            comparison == Comparison::not_equal || comparison == Comparison::none_of);
  return true;
}

// 'ip frag-off & 0x1fff' is the offset alone: 0 in a whole packet or first fragment.
bool compare_fragment(RuleWriter& writer, Selector const& selector, Arithmetic const& left,
                      Comparison comparison, std::span<ValueInterval const> values, bool is_set) {
  ValueInterval const zero{0, 0};
  bool const offset_alone = left.any && left.mask == 0x1FFF && left.flip == 0 && left.shift == 0;
  if (!offset_alone || is_set || values.size() != 1) return false;
  bool const later = (comparison == Comparison::not_equal && values.front() == zero) ||
                     (comparison == Comparison::greater && values.front() == zero);
  bool const first = (comparison == Comparison::equal || comparison == Comparison::implicit) &&
                     values.front() == zero;
  if (!later && !first) return false;
  Bits128 const wanted = later ? 1 : 0;
  ValueInterval const range{wanted, wanted};
  writer.in(selector, std::span(&range, 1), false);
  return true;
}

bool is_single(std::span<ValueInterval const> values) {
  return values.size() == 1 && values.front().first == values.front().last;
}

}  // namespace

Comparison take_comparison(Lexer& lexer) {
  auto const taken = [&](Comparison comparison) {
    lexer.next();
    return comparison;
  };
  auto const& token = lexer.peek();
  if (token.kind == TokenKind::equal || token.is("eq")) return taken(Comparison::equal);
  if (token.kind == TokenKind::not_equal || token.is("ne") || token.is("neq"))
    return taken(Comparison::not_equal);
  if (token.kind == TokenKind::less || token.is("lt")) return taken(Comparison::less);
  if (token.kind == TokenKind::greater || token.is("gt")) return taken(Comparison::greater);
  if (token.kind == TokenKind::less_equal || token.is("le") || token.is("lte"))
    return taken(Comparison::less_equal);
  if (token.kind == TokenKind::greater_equal || token.is("ge") || token.is("gte"))
    return taken(Comparison::greater_equal);
  if (token.kind == TokenKind::bang) return taken(Comparison::none_of);
  return Comparison::implicit;
}

Result<Arithmetic> arithmetic(Source& source, Lexer& lexer, ValueType type) {
  enum class Operator : std::uint8_t { or_, xor_, and_, left, right };  // the weakest first
  auto const strength = [](Operator one) { return std::min(one, Operator::left); };
  Arithmetic sum;
  Operator binds = Operator::left;  // the last: of a weaker one, nft would take this one first
  while (true) {
    auto const& token = lexer.peek();
    std::optional<Operator> op;
    if (token.kind == TokenKind::ampersand || token.is("and")) op = Operator::and_;
    if (token.kind == TokenKind::pipe || token.is("or")) op = Operator::or_;
    if (token.kind == TokenKind::caret || token.is("xor")) op = Operator::xor_;
    if (token.kind == TokenKind::shift_left || token.is("lshift")) op = Operator::left;
    if (token.kind == TokenKind::shift_right || token.is("rshift")) op = Operator::right;
    if (!op) return sum;
    lexer.next();
    sum.any = true;
    if (strength(*op) > strength(binds)) sum.modelled = false;
    binds = *op;
    if (type == ValueType::ip6 && *op == Operator::and_ && !sum.mask6 && sum.modelled &&
        lexer.peek().kind == TokenKind::word && !begins_selector(lexer.peek())) {
      SC_TRY(constant, value(source, lexer, type));
      if (constant.kind == Value::Kind::range && constant.range.first == constant.range.last) {
        sum.mask6 = constant.range.first;
      } else {
        sum.modelled = false;
      }
      continue;
    }
    // "meta l4proto & udp == udp": a protocol's name, and no header's.
    bool const expression = type != ValueType::l4proto && begins_selector(lexer.peek());
    if (type == ValueType::ip6 || type == ValueType::ifname || type == ValueType::opaque ||
        expression) {
      sum.modelled = false;
      if (expression) {  // "meta mark | ct mark"
        Selector skipped;
        SC_CHECK(selector(source, lexer, skipped));
      } else {
        SC_CHECK(skip_operand(source, lexer));
      }
      continue;
    }
    std::uint32_t operand = 0;
    if (is_bitmask(type) || lexer.peek().kind == TokenKind::left_paren) {
      bool const parens = lexer.peek().kind == TokenKind::left_paren;
      SC_TRY(list, parens ? bits(source, lexer, type) : some_bit(source, lexer, type));
      operand = list;
      if (*op != Operator::and_ && is_bitmask(type)) sum.modelled = false;
    } else if (*op == Operator::left || *op == Operator::right) {
      SC_TRY(count, number(source, lexer, 31));
      operand = count;
    } else {
      // Of a part of a byte, kernel: lists masks of all of it.
      if (type == ValueType::dscp && parse_number(lexer.peek().text, 255)) {
        SC_TRY(mask, number(source, lexer, 255));
        operand = mask;
        sum.modelled = sum.modelled && mask <= largest(type);
      } else {
        SC_TRY(constant, value(source, lexer, type));
        if (constant.kind != Value::Kind::range || constant.range.first != constant.range.last)
          sum.modelled = false;
        operand = low(constant.range.first);
      }
    }
    if (sum.shift > 0) sum.modelled = false;  // more after a shift: not worth modelling
    switch (*op) {
      case Operator::and_:
        sum.mask &= operand;
        sum.flip &= operand;
        break;
      case Operator::or_:
        sum.mask &= ~operand;
        sum.flip = (sum.flip & ~operand) | operand;
        break;
      case Operator::xor_:
        sum.flip ^= operand;
        break;
      case Operator::right:
        sum.shift = operand;
        break;
      case Operator::left:
        sum.modelled = false;
        break;
    }
  }
}

bool compare(RuleWriter& writer, Selector const& selector, Arithmetic const& left,
             Comparison comparison, std::span<ValueInterval const> values, bool is_set) {
  if (!left.modelled) return false;
  auto const type = selector.type;
  bool const ordered = comparison == Comparison::less || comparison == Comparison::greater ||
                       comparison == Comparison::less_equal ||
                       comparison == Comparison::greater_equal;
  bool const negated = comparison == Comparison::not_equal;
  if (type == ValueType::frag_off)
    return compare_fragment(writer, selector, left, comparison, values, is_set);
  if (is_bitmask(type) && ordered) return false;
  if (type == ValueType::ether_type && (ordered || left.any)) return false;
  if (type == ValueType::ct_state)
    return compare_states(writer, selector, left, comparison, values, is_set);
  if (is_bitmask(type) && !is_set && is_single(values) && left.shift == 0)
    return compare_bits(writer, selector, left, comparison, low(values.front().first));
  if (type == ValueType::ct_status) return false;  // of other bits, too
  if (comparison == Comparison::none_of) {         // "mark ! 0x1"
    if (is_set || !is_single(values) || left.any || largest(type) <= 255) return false;
    writer.masked(selector.field, low(values.front().first), 0, false);
    return true;
  }

  if (left.mask6) {
    if (is_set || !is_single(values) || ordered) return false;
    writer.pattern(selector.field, {*left.mask6, values.front().first}, negated);
    return true;
  }
  Bits128 const max = type == ValueType::ip6 ? ~Bits128{0} : Bits128{largest(type)};
  Values bounded;
  if (ordered) {
    if (is_set || values.size() != 1) return false;
    bounded = accepted(comparison, values.front(), max);
    values = bounded;
  }
  if (left.any) {
    if (is_single(values) && left.shift == 0 && !ordered) {
      writer.masked(selector.field, left.mask, low(values.front().first) ^ left.flip, negated);
      return true;
    }
    if (is_narrow(type)) {
      writer.in(selector, narrow(type, left, values), negated);
      return true;
    }
    auto const out = wide(left, values);
    if (!out) return false;
    writer.in(selector, *out, negated);
    return true;
  }
  if (type != ValueType::ether_type) {
    writer.in(selector, values, negated);
    return true;
  }
  Values out;
  for (auto const raw : values) append_field_values(type, raw, out);
  writer.in(selector, out, negated);
  return true;
}

}  // namespace safeconduct::nft
