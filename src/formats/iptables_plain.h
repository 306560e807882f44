// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "formats/iptables_words.h"
#include "net/interval_set.h"
#include "packet/field.h"
#include "rules/builder.h"
#include "rules/sieve.h"

// The commonest rules of iptables-save, told in one pass over their line. What it does not know to
// the last byte it leaves alone, for the reader of all rules (iptables_rule.cc), which would give
// the same clauses: tests and a fuzz target hold the two together.
//
// Known are IPv4 rules as iptables-save writes them: addresses, interfaces and the protocol in its
// order; the matches tcp, udp, icmp (one type), multiport, state, conntrack (--ctstate) and
// comment; the targets ACCEPT, DROP, RETURN, REJECT, LOG, and chains.
namespace safeconduct::iptables {

// A condition, in the order of the line's words.
struct PlainClause {
  enum class Kind : std::uint8_t { range, ports, states, interface };
  Kind kind = Kind::range;
  Field field = Field::saddr;
  bool negated = false;
  Interval<std::uint32_t> range;  // states: 'first' has a bit for each CtState
  std::string_view text;          // an interface as it is written, "eth+"
  std::array<Interval<std::uint32_t>, 15> ports{};
  std::size_t port_count = 0;
};

struct PlainRule {
  std::string_view chain;
  std::size_t begin = 0;   // of "-A", from the line's begin
  std::size_t length = 0;  // of the rule's words
  Sieve::Ip4Range source;  // as far as addresses that are not negated tell
  Sieve::Ip4Range destination;
  std::array<PlainClause, 16> clauses;
  std::size_t clause_count = 0;
  std::string_view target;
  std::optional<RejectWith> reject;

  std::span<PlainClause const> all() const { return std::span(clauses).first(clause_count); }
};

// How many bytes behind a line's end must still be readable.
inline constexpr std::size_t kPlainMargin = 32;

// Reads the line that begins at 'line'; past its end, which '\n' marks, kPlainMargin bytes must be
// there to look at. Null: not such a rule. Else the line's end. 'rule' is new, or still holds an
// earlier line of the same text.
char const* read_plain_rule(char const* line, PlainRule& rule);

// Its conditions, as clauses of the rule being written.
void add_clauses(PlainRule const& rule, RulesetBuilder& builder);

}  // namespace safeconduct::iptables
