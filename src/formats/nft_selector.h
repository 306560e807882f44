// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "formats/nft_source.h"
#include "formats/nft_value.h"

namespace safeconduct::nft {

// What of a packet an expression asks for: "ip saddr", "tcp dport", "ct state", "meta mark".
struct Selector {
  ValueType type = ValueType::opaque;  // opaque: not modelled, only its extent is known
  Field field = Field::nfproto;        // unless opaque
  std::string_view word;               // the keyword it begins with
  std::string_view key;                // the word after it: "saddr"
  // What must hold for the expression to be looked at; clauses of their own in the rule.
  std::optional<Family> network;
  bool network_is_implied = false;  // only where the rule has not said otherwise (icmp)
  std::optional<std::uint32_t> l4;
  bool ethernet = false;          // asks for a link layer header: only on Ethernet interfaces
  bool extension_header = false;  // of IPv6: absent from the packets that are modelled
  // Whether an option, or a chunk of SCTP, is there: missing it is from packets of other protocols,
  // too.
  bool whether_there = false;
  bool inside = false;                   // of a packet that a tunnel carries
  Lasting lasting = Lasting::unchanged;  // of the answer, where it is not modelled
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// What stands left of a match: one selector, or several joined by ".".
using Selectors = std::vector<Selector>;

// Of an answer that hangs on all of them.
Lasting lasting(Selectors const& keys);

// Does a selector begin with this token?
bool begins_selector(Token const& token);
Result<void> selector(Source& source, Lexer& lexer, Selector& out);

// Goes over a value that is not modelled, with operators and further values: "0x1-0x5", "a,b",
// "(syn | ack)", "{ ... }", "@set". Selectors are none.
Result<void> skip_value(Source& source, Lexer& lexer);
// A single one of them.
Result<void> skip_operand(Source& source, Lexer& lexer);
// What stands between two of them; false: there is nothing such.
bool skip_operator(Lexer& lexer);
// At "{": goes over everything to the matching brace.
Result<void> skip_braces(Source& source, Lexer& lexer);

// Counts nested braces while it lives.
class Nesting {
 public:
  explicit Nesting(Source& source) : source_(source) { ++source_.depth; }
  ~Nesting() { --source_.depth; }
  Nesting(Nesting const&) = delete;
  Nesting& operator=(Nesting const&) = delete;
  Result<void> check(Token const& at) const;

 private:
  Source& source_;
};

}  // namespace safeconduct::nft
