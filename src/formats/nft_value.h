// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/nft_source.h"
#include "net/interval_set.h"
#include "packet/field.h"
#include "rules/ruleset.h"

namespace safeconduct::nft {

// The data types of nft(8) that we model, as far as they differ in how their values are written.
enum class ValueType : std::uint8_t {
  opaque,  // any other: values are skipped, never read
  ip4,
  ip6,
  port,
  l4proto,
  nfproto,
  ether_type,
  ifname,
  mark,
  ct_state,
  ct_direction,
  ct_status,
  icmp_type,
  icmp6_type,
  icmp_code,
  icmp6_code,
  tcp_flags,
  dscp,
  pkttype,
  address_type,
  byte,  // ttl
  half,  // 16 bits: lengths, raw payload
  frag_off,
};

// The type that "type ..." of a set calls so; opaque for those that we do not model.
ValueType type_named(std::string_view name);
// The other way round; empty where no type of sets is called so.
std::string_view name_of(ValueType type);
// The name that a single value of the type has: "echo-request", "established"; empty: none.
std::string_view symbol_of(ValueType type, std::uint32_t value);
// Are its values sets of bits ("syn,ack")?
bool is_bitmask(ValueType type);
std::uint32_t largest(ValueType type);

// One value as it is written: a range (a single number, a prefix too).
struct Value {
  enum class Kind : std::uint8_t {
    range,
    interface,  // 'range' is its number in Source::interfaces
    unknown,    // a name that means something on the host it was written for only
  };
  Kind kind = Kind::range;
  ValueInterval range;
  bool host_bits = false;  // a prefix whose address has bits behind its length
};

// Reads a value, a range or a prefix of that type.
Result<Value> value(Source& source, Lexer& lexer, ValueType type);
// Reads a list of bits, "syn,ack", "syn | ack", "(syn | ack)", or a number in the place of them.
Result<std::uint32_t> bits(Source& source, Lexer& lexer, ValueType type);
// Reads a plain number, decimal or 0x hexadecimal; a leading 0 is refused, because nft takes it for
// octal.
// One of such bits, without what stands behind.
Result<std::uint32_t> some_bit(Source& source, Lexer& lexer, ValueType type);
Result<std::uint32_t> number(Source& source, Lexer& lexer, std::uint32_t max);

// What a raw value of the type is as values of its Field; nothing where it can never be. For most
// types the same; the states of connections, for one, are bits in nft and an enumeration here.
void append_field_values(ValueType type, ValueInterval raw, std::vector<ValueInterval>& out);

}  // namespace safeconduct::nft
