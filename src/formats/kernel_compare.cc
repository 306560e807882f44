// SPDX-License-Identifier: GPL-3.0-or-later
// The comparisons of a rule, in the words of nft.
#include <algorithm>
#include <bit>
#include <cstring>

#include "formats/kernel_decode.h"
#include "packet/field.h"

namespace safeconduct::kernel {
namespace {

enum : std::uint32_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual
};  // NFT_CMP_*

constexpr std::string_view kOrder[] = {"", "", "<", "<=", ">", ">="};

Bits128 ones(std::uint32_t bits) { return bits >= 128 ? ~Bits128{0} : (Bits128{1} << bits) - 1; }

bool is_leading(Bits128 mask, std::uint32_t bits) {
  Bits128 const rest = ~mask & ones(bits);
  return (rest & (rest + 1)) == 0;
}

bool bit_at(Bytes const& bytes, std::uint32_t bit) {
  return bit / 8 < bytes.size() && (unsigned{bytes[bit / 8]} >> (7 - bit % 8) & 1U) != 0;
}

std::string any_of(ValueType type, std::uint32_t mask) {
  std::string text = bits_text(type, mask);
  std::erase_if(text, [](char c) { return c == '(' || c == ')'; });
  std::ranges::replace(text, '|', ',');
  return text;
}

// Could nft's words for the type say that value?
bool fits(ValueType type, Bits128 value) {
  return type == ValueType::ip6 || type == ValueType::opaque || value <= nft::largest(type);
}

// What the value has to be under the mask so that the comparison holds. (Bits of it outside of the
// mask: it never does.)
Bytes wanted(Held const& held, Bytes const& data) {
  Bytes value = data;
  for (std::size_t i = 0; i < value.size() && held.is_changed(); ++i) value[i] ^= held.flip[i];
  return value;
}

int count_bits(Bytes const& bytes) {
  int count = 0;
  for (auto const byte : bytes) count += std::popcount(byte);
  return count;
}

}  // namespace

// What bits of which fields are compared; nothing where one is in no field that we know.
std::optional<std::vector<RuleDecoder::Part>> RuleDecoder::parts_of(Held const& held,
                                                                    Bytes const& mask,
                                                                    Bytes const& value) const {
  std::vector<Part> parts;
  int asked = count_bits(mask);
  int set = count_bits(value);
  for (auto const& field : header_fields(held.base, headers_)) {
    Part part{&field, 0, 0};
    int set_here = 0;
    for (std::uint32_t bit = field.bit; bit < field.bit + field.bits; ++bit) {
      part.mask <<= 1U;
      part.value <<= 1U;
      if (bit < 8 * held.offset) continue;
      if (bit_at(mask, bit - 8 * held.offset)) {
        --asked;
        part.mask |= 1U;
      }
      if (bit_at(value, bit - 8 * held.offset)) {
        ++set_here;
        part.value |= 1U;
      }
    }
    if (part.mask == 0) continue;
    set -= set_here;
    parts.push_back(part);
  }
  if (asked != 0 || set != 0 || parts.empty()) return std::nullopt;
  return parts;
}

HeaderField const* RuleDecoder::field_of(Held const& held) const {
  if (held.kind != Held::Kind::payload) return nullptr;
  if (std::ranges::any_of(held.flip, [](std::uint8_t byte) { return byte != 0; })) return nullptr;
  Bytes const mask = held.is_changed() ? held.mask : Bytes(held.length, 0xFF);
  auto const parts = parts_of(held, mask, Bytes(held.length, 0));
  if (!parts || parts->size() != 1 || parts->front().mask != ones(parts->front().field->bits))
    return nullptr;
  return parts->front().field;
}

void RuleDecoder::learn(ValueType type, Bits128 value) {
  auto const low = static_cast<std::uint32_t>(value);
  std::optional<Family> network;
  if (type == ValueType::nfproto) {
    if (low == nfproto::ip4) network = Family::ip4;
    if (low == nfproto::ip6) network = Family::ip6;
  } else if (type == ValueType::ether_type) {
    if (low == 0x0800) network = Family::ip4;
    if (low == 0x86DD) network = Family::ip6;
  } else if (type == ValueType::l4proto) {
    if (!headers_.transport) headers_.transport = low;
  }
  if (network && !headers_.network) headers_.network = network;
}

void RuleDecoder::say_test(std::string_view words, ValueType type, std::uint32_t bits, Bits128 mask,
                           Bits128 value, bool negated) {
  std::string text(words);
  bool const whole = mask == ones(bits);
  bool const by_bit = nft::is_bitmask(type);
  auto const low = static_cast<std::uint32_t>(value);
  if (by_bit && negated && value == 0) {
    text += ' ' + any_of(type, static_cast<std::uint32_t>(mask));
  } else if (whole) {
    text += negated ? " != " : by_bit ? " == " : " ";
    text += by_bit ? bits_text(type, low) : value_text(type, value);
  } else if ((type == ValueType::ip4 || type == ValueType::ip6) && is_leading(mask, bits) &&
             (value & ~mask) == 0) {
    text += (negated ? " != " : " ") + range_text(type, value, value | (~mask & ones(bits)));
  } else {
    auto const shown = [&](Bits128 number) {
      if (by_bit) return bits_text(type, static_cast<std::uint32_t>(number));
      bool const address = type == ValueType::ip4 || type == ValueType::ip6;
      return address ? value_text(type, number) : hex(number);
    };
    text += " & " + shown(mask) + (negated ? " != " : " == ") + shown(value);
  }
  say_of(words, std::move(text));
  if (!whole || negated) return;
  auto const before = headers_;
  learn(type, value);
  auto& said = said_.back();
  if (words == "meta nfproto" && headers_.network && !before.network)
    said.is_network = headers_.network;
  if (words == "meta l4proto" && headers_.transport && !before.transport)
    said.is_transport = headers_.transport;
}

// A load may span several fields, or a part of one: each is a test of its own. Their negation is
// not: "not both" is neither "not this" nor "not that".
bool RuleDecoder::compare_payload(Held const& held, Compare const& does) {
  if (held.order != std::endian::big && held.length > 1) return false;
  if (does.data.size() > held.length || does.data.empty()) return false;
  if (does.op > kNotEqual) return compare_order(held, does);
  auto const value = wanted(held, does.data);
  Bytes mask = held.is_changed() ? held.mask : Bytes(held.length, 0xFF);
  mask.resize(does.data.size());
  auto const parts = parts_of(held, mask, value);
  if (!parts) return false;
  bool const negated = does.op == kNotEqual;
  if (parts->size() == 1 || !negated) {
    for (auto const& part : *parts)
      say_test(part.field->words, part.field->type, part.field->bits, part.mask, part.value,
               negated);
    return true;
  }
  std::string words;
  std::string values;
  for (auto const& part : *parts) {
    auto const type = part.field->type;
    if (part.mask != ones(part.field->bits) || type == ValueType::opaque ||
        type == ValueType::frag_off)
      return false;
    words += (words.empty() ? "" : " . ") + std::string(part.field->words);
    values += (values.empty() ? "" : " . ") + value_text(type, part.value);
  }
  say_of(words, words + " != { " + values + " }");
  return true;
}

// "<", "<=", ">", ">=": bytes are compared as they stand, so that the order must be the network's.
bool RuleDecoder::compare_order(Held const& held, Compare const& does) {
  if (held.is_changed() || does.data.size() != held.length || does.op > kGreaterEqual) return false;
  if (held.order != std::endian::big && held.length > 1) return false;
  std::string words;
  auto type = held.type;
  if (held.kind == Held::Kind::payload) {
    auto const* const field = field_of(held);
    if (field == nullptr || field->bits != 8 * held.length) return false;
    words = field->words;
    type = field->type;
  } else {
    if (type == ValueType::ifname || held.presence) return false;
    words = held.words;
  }
  auto const value = number_of(does.data, std::endian::big);
  if (!fits(type, value) || nft::is_bitmask(type)) return false;
  bool const by_name = type != ValueType::ip4 && type != ValueType::ip6;
  auto const shown = by_name ? hex(value) : value_text(type, value);
  if (does.op == kLessEqual && bound_ && bound_->id == held.id && bound_->at + 1 == said_.size() &&
      bound_->words == words && bound_->value <= value) {
    said_.back().words = words + ' ' + range_text(type, bound_->value, value);
    bound_.reset();
    return true;
  }
  say_of(words, words + ' ' + std::string(kOrder[does.op]) + ' ' + shown);
  if (does.op == kGreaterEqual) bound_ = Bound{held.id, said_.size() - 1, words, type, value};
  return true;
}

std::optional<std::string> RuleDecoder::interface_at(Bytes const& index) const {
  if (index.size() != 4) return std::nullopt;
  auto const number = static_cast<std::uint32_t>(number_of(index, std::endian::native));
  for (auto const& each : interfaces_)
    if (each.index == number) return quoted(each.name);
  return std::to_string(number);
}

bool RuleDecoder::compare_interface(Held const& held, Compare const& does) {
  if (held.is_changed() || does.op > kNotEqual) return false;
  auto const name = held.by_index ? interface_at(does.data) : interface_text(does.data);
  if (!name || does.data.size() > held.length) return false;
  say(held.words + (does.op == kNotEqual ? " != " : " ") + *name);
  return true;
}

bool RuleDecoder::compare_key(Held const& held, Compare const& does) {
  if (held.type == ValueType::ifname) return compare_interface(held, does);
  if (held.presence) {  // a byte, in a register that is 0 else
    auto const there = number_of(does.data, std::endian::native);
    if (does.op > kNotEqual || there > 1 || does.data.size() > 4 || does.data.empty()) return false;
    say_of(held.words, held.words + ((there == 1) == (does.op == kEqual) ? " exists" : " missing"));
    return true;
  }
  auto const bits = 8 * held.length;
  bool const address = held.type == ValueType::ip4 || held.type == ValueType::ip6;
  if (address && !held.is_changed() && does.op <= kNotEqual && !does.data.empty() &&
      does.data.size() < held.length) {  // the first bytes alone: a network
    auto padded = does.data;
    padded.resize(held.length);
    auto const host = 8 * (held.length - static_cast<std::uint32_t>(does.data.size()));
    say_test(held.words, held.type, bits, ones(bits) & ~ones(host), number_of(padded, held.order),
             does.op == kNotEqual);
    return true;
  }
  if (does.data.size() != held.length) return false;
  if (does.op > kNotEqual) return compare_order(held, does);
  auto const value = wanted(held, does.data);
  auto const mask = held.is_changed() ? number_of(held.mask, held.order) : ones(bits);
  auto const number = number_of(value, held.order);
  if (!fits(held.type, number)) return false;
  say_test(held.words, held.type, bits, mask, number, does.op == kNotEqual);
  return true;
}

void RuleDecoder::compare(Expression const& e, Compare const& does) {
  auto const* const held = registers_.find(does.from);
  bool said = false;
  if (held != nullptr) {
    switch (held->kind) {
      case Held::Kind::key:
        said = compare_key(*held, does);
        break;
      case Held::Kind::payload:
        said = compare_payload(*held, does);
        if (said || held->is_changed()) break;
        [[fallthrough]];  // in words at least
      case Held::Kind::other:
        if (does.op <= kNotEqual && (held->length == 0 || held->length == does.data.size())) {
          auto const number = number_of(does.data, held->order);
          say_of(held->words, held->words + (does.op == kNotEqual ? " != " : " == ") + hex(number));
          said = true;
        }
        break;
      case Held::Kind::constant:
      case Held::Kind::mapped:
        break;
    }
  }
  if (said) return;
  Expression named = e;
  if (held != nullptr && !held->words.empty()) named.text = held->words + ", " + e.text;
  undecided(named);
}

void RuleDecoder::compare(Expression const& e, Range const& does) {
  auto const* const held = registers_.find(does.from);
  constexpr std::uint32_t kOutside = 1;
  bool const plain = held != nullptr && !held->is_changed() && does.op <= kOutside &&
                     held->length == does.first.size() && held->length == does.last.size() &&
                     (held->order == std::endian::big || held->length == 1);
  if (!plain) return undecided(e);
  auto const first = number_of(does.first, std::endian::big);
  auto const last = number_of(does.last, std::endian::big);
  std::string words;
  auto type = held->type;
  if (held->kind == Held::Kind::payload) {
    auto const* const field = field_of(*held);
    if (field == nullptr || field->bits != 8 * held->length) return undecided(e);
    words = field->words;
    type = field->type;
  } else if (held->kind == Held::Kind::key && type != ValueType::ifname && !held->presence) {
    words = held->words;
  }
  if (words.empty() || first > last || !fits(type, last) || nft::is_bitmask(type))
    return undecided(e);
  say_of(words, words + (does.op == kOutside ? " != " : " ") + range_text(type, first, last));
}

}  // namespace safeconduct::kernel
