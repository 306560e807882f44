// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "formats/nft_json_text.h"

namespace safeconduct::nft {

// Expressions of libnftables-json(5), written as nft text. False: the value is no expression that
// is known in this place; what was written so far has to be taken back.

// How nft shows values of one kind.
enum class Notation : std::uint8_t {
  plain,
  name,      // always in quotes: interface names, objects
  index,     // the same, but numbers stand for themselves: "iif 5"
  mark,      // "0x0000000a"
  hex,       // "0xa"
  seconds,   // "10s"
  class_id,  // "1:10"
  flags,     // words that are keywords elsewhere: "ct status dnat"
};
// Of what is compared with an expression, part by part where it is a concatenation.
std::vector<Notation> notations(json::Value left);
Notation notation_of_type(std::string_view type);

// What of a packet an expression asks for, with arithmetic: {"payload": ...}, {"&": [..., ...]}.
bool json_selector(JsonText& out, json::Value value);
// A constant, or what stands for constants: 22, "lo", {"prefix": ...}, {"range": ...}, "@set",
// {"set": ...}, ["syn", "ack"]; or a selector.
bool json_value(JsonText& out, json::Value value, std::span<Notation const> notations);
// One element of a set, with what stands behind it: {"elem": {"val": ..., "timeout": ...}}.
bool json_element(JsonText& out, json::Value value, std::span<Notation const> notations);
// {"set": [...]} or [...] as "{ ..., ... }"; pairs where it is a map.
bool json_elements(JsonText& out, json::Value list, std::span<Notation const> keys, bool map,
                   Notation data);
// [key, datum] as "key : datum"
bool json_pair(JsonText& out, json::Value pair, std::span<Notation const> keys, Notation data);
// {"key": ..., "data": ...} behind "map" or "vmap".
bool json_map(JsonText& out, json::Value map, std::string_view word, Notation data);
// "accept", {"jump": {"target": ...}}
bool json_verdict(JsonText& out, json::Value value);
// "@name"
bool json_reference(JsonText& out, json::Value value);
// A whole number that is not negative.
std::optional<std::uint64_t> json_number(json::Value value);
// "5s", "1h30m"
std::string duration(std::uint64_t seconds);
bool is_arithmetic(json::Value value);

}  // namespace safeconduct::nft
