// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "formats/nft_rule.h"
#include "formats/nft_selector.h"

namespace safeconduct::nft {

enum class Comparison : std::uint8_t {
  implicit,  // nothing written: equality, or for bits without arithmetic "any of them"
  equal,
  not_equal,
  less,
  greater,
  less_equal,
  greater_equal,
  none_of,  // "!": none of the bits
};

// At a comparison: takes it. Otherwise implicit.
Comparison take_comparison(Lexer& lexer);

// The operators between a selector and what it is compared with: "& 0xff", ">> 8".
struct Arithmetic {
  // ((field & mask) ^ flip) >> shift
  std::uint32_t mask = 0xFFFFFFFFU;
  std::uint32_t flip = 0;
  unsigned shift = 0;
  std::optional<Bits128> mask6;  // of an IPv6 address, instead of these: field & mask6
  bool any = false;              // is there any operator?
  bool modelled = true;          // false: operands that are not constant
};

Result<Arithmetic> arithmetic(Source& source, Lexer& lexer, ValueType type);

// Writes the clause "selector arithmetic comparison values". False: it cannot be said in clauses,
// and nothing was written. 'values' are raw, of the selector's type.
bool compare(RuleWriter& writer, Selector const& selector, Arithmetic const& left,
             Comparison comparison, std::span<ValueInterval const> values, bool is_set);

}  // namespace safeconduct::nft
