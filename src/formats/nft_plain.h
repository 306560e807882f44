// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "formats/sift.h"
#include "rules/sieve.h"

// The commonest rules of nft's listing, told in one pass over their bytes, as far as it takes to
// know between whom they are. Anything that is not known to the last byte is left to the reader of
// all rules (nft_rule.cc).
//
// Known are IPv4 rules as 'nft list ruleset' and 'nft -j list ruleset' write them: interfaces by
// name, one source, one destination, the protocol or its ports, connection states, a counter;
// accept, drop, return; a comment and a handle.
namespace safeconduct::nft {

struct PlainRule {
  Sieve::Ip4Range source;  // as far as addresses that are not negated tell
  Sieve::Ip4Range destination;
  std::array<std::string_view, 2> interfaces;  // as written, "eth*"; empty: not asked for
  std::uint32_t protocol = Sieve::kAnyProtocol;
  // As far as ports that are not negated, and not too many, tell.
  struct Ports {
    std::array<Sieve::PortRange, 16> ranges{};
    std::size_t count = 0;
    std::int64_t last = -1;  // the highest so far
    std::span<Sieve::PortRange const> all() const { return std::span(ranges).first(count); }
    // In order, as nft lists them, so that none lies over another. False: not so, or all ports.
    bool add(Sieve::PortRange range) {
      if (range.last < range.first || static_cast<std::int64_t>(range.first) <= last) return false;
      last = range.last;
      if (count < ranges.size()) ranges[count++] = range;
      return range.first != 0 || range.last != 65535;
    }
    // All are there.
    void close(bool negated) {
      if (negated || count == ranges.size()) count = 0;
    }
    void clear() {
      count = 0;
      last = -1;
    }
  };
  Ports source_ports;
  Ports destination_ports;
  bool takes_established = false;  // "ct state established,related accept" and no more

  // As a rule that asks for nothing.
  void clear() {
    source = {};
    destination = {};
    interfaces = {};
    protocol = Sieve::kAnyProtocol;
    source_ports.clear();
    destination_ports.clear();
    takes_established = false;
  }
};

// Reads the line that begins at 'line'; past its end, which '\n' marks, some bytes must be there to
// look at. Null: not such a rule. Else the line's end.
char const* read_plain_rule(char const* line, PlainRule& rule);

// The same of an object of 'nft -j list ruleset': {"rule": {...}}, without line ends, of a list
// that goes on behind it. Returns where the next object begins. 'chain': what says whose rule it
// is, "family": "ip", "table": "filter", "chain": "FORWARD".
char const* read_plain_json_rule(char const* object, PlainRule& rule, std::string_view& chain);

// What sifting does with such a rule between these bytes.
Sifter::Run run_of(PlainRule const& rule, Sieve const& sieve, char const* begin, char const* next);

}  // namespace safeconduct::nft
