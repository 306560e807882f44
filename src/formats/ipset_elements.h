// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/ruleset.h"

// The types of ipsets, and the elements in them.
namespace safeconduct::ipset {

enum class Part : std::uint8_t { address, network, port, mark, mac, interface };

struct Type {
  std::vector<Part> parts;  // of an element; empty: a list of sets
  bool bitmap = false;
};
// "hash:ip,port", "bitmap:port", "list:set"; also ipset 4's names: "iphash".
std::optional<Type> parse_type(std::string_view text);

// What 'create' says of a set, as far as its elements hang on it.
struct Shape {
  Type type;
  Family family = Family::ip4;
  unsigned netmask = 0;  // 0: not given
};

// One element, "10.0.0.0/8,tcp:80": the cells it adds, one or two for each part. 'fault' says in
// words what is wrong with it; 'unmodelled' what we cannot express.
struct Element {
  std::vector<ValueInterval> cells;
  std::string fault;
  std::string unmodelled;
};
void parse_element(Shape const& shape, std::string_view text, Element& element);

// The addresses of "10.0.0.1", "10.0.0.0/8", "10.0.0.1-10.0.0.9".
std::optional<ValueInterval> parse_addresses(Family family, std::string_view text);

// Elements and exceptions ("nomatch") of a set of networks: the longest prefix decides, as in the
// kernel (ip_set_hash_gen.h, mtype_test_cidrs).
std::vector<ValueInterval> with_exceptions(Family family,
                                           std::vector<ValueInterval> const& elements,
                                           std::vector<ValueInterval> const& exceptions);

}  // namespace safeconduct::ipset
