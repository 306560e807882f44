// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>

#include "formats/nft_match.h"

namespace safeconduct::nft {

// "tcp dport map { 80 : 10.0.0.1, 443 : 10.0.0.2 }", "ip saddr . tcp dport map @m": a value for a
// statement, by what the packet has. Without an entry for the packet the rule ends, and the next
// one is asked (NFT_BREAK).
class DataMap {
 public:
  // At an expression: reads it, where it is a map. False: it is none, and nothing was read.
  // 'anonymous': what elements in the rule itself map to; with 'grows' see Elements.
  Result<bool> read(RuleWriter& writer, Lexer& lexer, ValueType anonymous, bool grows);

  bool is_empty() const { return elements().rows() == 0 && !elements().catch_all; }
  // The types of the data; empty: not all of it is of types that we read.
  std::span<ValueType const> types() const;
  bool asks_for(Field field) const;

  // For each datum: writes the clauses that hold for its keys, and lets 'act' say what is done with
  // it. False: it cannot be said so, and nothing was written.
  bool each(RuleWriter& writer, std::function<void(std::span<ValueInterval const>)> const& act);
  // Writes that there is an entry for the packet.
  void require_entry(RuleWriter& writer) const;

 private:
  Elements const& elements() const { return named_ != nullptr ? *named_ : anonymous_; }

  struct Group {
    std::span<ValueInterval const> datum;
    std::vector<std::size_t> rows;
  };
  std::vector<Group> groups() const;
  bool parts_are_disjoint(std::vector<Group> const& groups) const;

  Selectors keys_;
  Elements anonymous_;
  Elements const* named_ = nullptr;
  Stretch words_;
};

}  // namespace safeconduct::nft
