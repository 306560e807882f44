// SPDX-License-Identifier: GPL-3.0-or-later
// Negated values that nft may have joined with those of the field before: see joined_negations.h.
#include <algorithm>
#include <array>

#include "formats/nft_rule.h"

namespace safeconduct::nft {
namespace {

enum class Header : std::uint8_t { none, link, network, transport };

// Whose bytes the words ask for; fields of one header alone are joined.
Header header_of(std::string_view word) {
  constexpr std::array kLink{"ether", "vlan", "arp"};
  constexpr std::array kNetwork{"ip", "ip6"};
  constexpr std::array kTransport{"tcp",  "udp",    "udplite", "sctp", "dccp", "th",
                                  "icmp", "icmpv6", "igmp",    "ah",   "esp",  "comp"};
  if (std::ranges::find(kLink, word) != kLink.end()) return Header::link;
  if (std::ranges::find(kNetwork, word) != kNetwork.end()) return Header::network;
  if (std::ranges::find(kTransport, word) != kTransport.end()) return Header::transport;
  return Header::none;
}

// Does one begin where the other ends? (RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 792.) nft sorts
// them before it joins. The addresses of IPv6 are too long for that.
bool are_neighbours(Selector const& one, Selector const& other) {
  auto const are = [&](Field a, Field b) {
    return (one.field == a && other.field == b) || (one.field == b && other.field == a);
  };
  if (other.word == "ip") return are(Field::saddr, Field::daddr) || are(Field::ttl, Field::l4proto);
  if (other.word == "ip6") return are(Field::l4proto, Field::ttl);
  return are(Field::sport, Field::dport) || are(Field::icmp_type, Field::icmp_code);
}

}  // namespace

void RuleWriter::may_be_joined(Selector const& selector, std::optional<std::uint32_t> value,
                               Mark before, std::uint32_t end) {
  auto const header = header_of(selector.word);
  // What was joined is in the bytecode as one, and decoded so.
  if (header == Header::none || source_.running) return;
  Negated now{selector, value, builder_.clause_count(), end, false};
  for (auto& earlier : negated_) {
    if (header_of(earlier.selector.word) != header) continue;
    // What is not modelled may stand anywhere in the header.
    bool const both_known = earlier.value && value;
    if (both_known && !are_neighbours(earlier.selector, selector)) continue;
    join(earlier, now, before);
    earlier.joined = now.joined = true;
    break;
  }
  negated_.push_back(now);
}

void RuleWriter::join(Negated const& first, Negated const& second, Mark before) {
  auto const text = std::string(source_.words(first.selector.begin, first.end)) + " " +
                    std::string(source_.words(second.selector.begin, second.end));
  bool const in_cases = first.value && second.value && !first.joined && !before.alternatives;
  // Without the first's clause, which is the last of its own, and the second's.
  std::vector<Clause> kept(builder_.current().begin(), builder_.current().end());
  if (second.value) kept.pop_back();
  if (first.joined) {
    back_to({builder_.clause_count(), false, network_, l4_});
  } else if (first.value) {
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(first.clauses) - 1);
    for (auto& other : negated_)
      if (other.clauses > first.clauses) --other.clauses;
  }
  builder_.drop_rule();
  for (auto const& clause : kept) builder_.again(clause);
  if (!in_cases) {
    unmodelled(text, "!=", Lasting::once);
    return;
  }
  alternatives(kJoinedCases, [&](std::size_t i) {
    add_joined_case(builder_, i, {first.selector.field, *first.value},
                    {second.selector.field, *second.value}, text);
  });
}

}  // namespace safeconduct::nft
