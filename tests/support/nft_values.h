// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/rule_generator.h"

// What nft rules compare, and the values they compare it with.
namespace safeconduct::testing {

enum class Kind : std::uint8_t {
  ip4,
  ip6,
  port,
  l4proto,
  icmp_type,
  icmp6_type,
  icmp_code,
  interface,
  mark,
  dscp,
  ttl,
  length,
};

// The part of a packet that a key looks at.
enum class Part : std::uint8_t {
  source,
  destination,
  source_port,
  destination_port,
  l4proto,
  icmp_type,
  icmp_code,
  enters,
  leaves,
  ttl,
  dscp,
  other,
};

struct Key {
  std::string words;  // "ip saddr"
  Kind kind = Kind::port;
  Part part = Part::other;
};

// A value as nft writes it, and the numbers it stands for (interfaces: nothing).
struct KeyValue {
  std::string text;
  Bits128 first = 0;
  Bits128 last = 0;
};
using KeyRow = std::vector<KeyValue>;

// The name of a kind in a set's "type".
std::string_view set_type(Kind kind);

class NftValues {
 public:
  NftValues(Dice& dice, Edges& edges) : dice_(dice), edges_(edges) {}

  // 'ranges': prefixes and ranges too, where the kind has them.
  KeyValue value(Kind kind, bool ranges);
  // Rows of a concatenation (or of one key) of which no two overlap.
  std::vector<KeyRow> rows(std::vector<Key> const& keys, std::size_t count, bool ranges);
  // Makes the packet one that the value fits.
  void aim(Shot& shot, Key const& key, KeyValue const& value);

 private:
  KeyValue address(Family family, bool ranges);
  KeyValue number(Kind kind, std::uint32_t first, std::uint32_t last);

  Dice& dice_;
  Edges& edges_;
};

// "{ 10.20.0.1 . 53, 10.20.0.5 . 80 }"
std::string braced(std::vector<std::string> const& elements);
std::string concatenated(KeyRow const& row);

}  // namespace safeconduct::testing
