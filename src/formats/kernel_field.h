// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "formats/kernel_bytecode.h"
#include "formats/nft_value.h"
#include "net/address.h"

// What the bytecode's offsets and keys are called in the words of nft, and how values are written.
namespace safeconduct::kernel {

using nft::ValueType;

inline constexpr std::uint32_t kNetworkBase = 1;
inline constexpr std::uint32_t kTransportBase = 2;

// What a rule has said of the packet so far: which header stands at an offset hangs on it.
struct Headers {
  std::optional<Family> network;
  std::optional<std::uint32_t> transport;
};

// A field of a header.
struct HeaderField {
  std::string_view words;  // "tcp dport"
  std::uint32_t bit = 0;   // where it begins, from the header on
  std::uint32_t bits = 0;
  ValueType type = ValueType::opaque;
};

// The fields of the header that stands there; none where that is not known.
std::span<HeaderField const> header_fields(std::uint32_t base, Headers const& headers);

// Whether a key of ct is one of a direction of the connection (net/netfilter/nft_ct.c,
// nft_ct_get_init).
enum class OfDirection : std::uint8_t { no, maybe, yes };

// A key of meta or ct.
struct KeyField {
  std::string_view words;  // "meta mark"
  ValueType type = ValueType::opaque;
  std::uint32_t bytes = 4;
  std::endian order = std::endian::native;
  OfDirection direction = OfDirection::no;
};
// Nothing for one that is not known.
std::optional<KeyField> meta_field(std::uint32_t key);
// Nothing for one that is not known, or where the kernel refuses it with this direction or without
// one. 0 is the original direction, 1 the reply's.
std::optional<KeyField> ct_field(std::uint32_t key, std::optional<std::uint8_t> direction);
// "ct original proto-dst".
std::string ct_words(KeyField const& field, std::optional<std::uint8_t> direction);

// The number that the bytes are.
Bits128 number_of(std::span<std::uint8_t const> bytes, std::endian order);

std::string hex(Bits128 value);
std::string hex(std::span<std::uint8_t const> bytes);
// As nft reads it back: "10.0.0.1", "443", "0x10", "established".
std::string value_text(ValueType type, Bits128 value);
// "10.0.0.0/8", "1-1023", or a single value.
std::string range_text(ValueType type, Bits128 first, Bits128 last);
// Bits by name, "(syn|ack)"; a number where one has none.
std::string bits_text(ValueType type, std::uint32_t value);
std::uint32_t bits_of(ValueType type);

// The name of an interface or the beginning of one, "eth*", in quotes; nothing where the bytes are
// no such.
std::optional<std::string> interface_text(std::span<std::uint8_t const> bytes);
// All names from one to the other.
std::optional<std::string> interface_range(std::span<std::uint8_t const> first,
                                           std::span<std::uint8_t const> last);

// "inet"; empty for a family that is not known.
std::string_view family_name(std::uint32_t family);
// In quotes where it has to be; nothing: it cannot be written down.
std::optional<std::string> name_text(std::string_view name);
// Any text between quotes: what would end them is replaced.
std::string quoted(std::string_view text);

}  // namespace safeconduct::kernel
