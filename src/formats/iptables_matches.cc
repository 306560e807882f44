// SPDX-License-Identifier: GPL-3.0-or-later
// The options of the matches that we model, but for conntrack.
#include <array>
#include <vector>

#include "formats/iptables_draft.h"
#include "formats/iptables_names.h"
#include "formats/note_wording.h"

namespace safeconduct::iptables {
namespace {

using Ranges = std::vector<ValueInterval>;

std::unexpected<Error> bad_ports(RuleDraft const& draft, Word const& word, std::string_view text) {
  return draft.error(ErrorKind::out_of_range, word,
                     quoted(text) + " is not a port (0-65535), nor a range of ports",
                     "ports are written 53 or 1024:65535, without leading zeros");
}

// What is never so, iptables-nft 1.8.9 does not load, and loads the rule without it.
Result<void> left_out(RuleDraft& draft) {
  if (draft.table.is_legacy()) {
    draft.never();
  } else {
    draft.builder.unmodelled(draft.words_since(draft.option.offset), "tcp", Lasting::once);
  }
  return {};
}

Result<void> read_port(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  auto const ports = parse_ports(word.text);
  if (!ports) return bad_ports(draft, word, word.text);
  draft.require_ports();
  if (ports->reversed()) {
    draft.never_as_written(word, wording::kPortsBackwards);
    draft.builder.in_set(field, ValueSet{}, draft.negated);
    return {};
  }
  if (draft.negated && ports->first == 0 && ports->last == 65535) return left_out(draft);
  auto const count = draft.builder.clause_count();
  draft.builder.in_range(field, {ports->first, ports->last}, draft.negated);
  if (draft.negated && ports->first == ports->last)
    (field == Field::sport ? draft.negated_sport : draft.negated_dport) = {word, count,
                                                                           ports->first};
  return {};
}

Result<void> read_tcp_flags(RuleDraft& draft) {
  SC_TRY(mask_word, draft.value());
  auto const mask = parse_tcp_flag_list(mask_word.text);
  SC_TRY(value_word, draft.free_value());
  auto const value = parse_tcp_flag_list(value_word.text);
  if (!mask || !value)
    return draft.error(ErrorKind::syntax, mask ? value_word : mask_word,
                       quoted((mask ? value_word : mask_word).text) + " is not a list of TCP flags",
                       "such as SYN,ACK or ALL or NONE");
  draft.require_l4proto(l4::tcp);
  bool const never = *mask == 0 && (*value != 0) != draft.negated;
  if (never) return left_out(draft);
  draft.builder.masked(Field::tcp_flags, *mask, *value, draft.negated);
  return {};
}

Result<void> read_syn(RuleDraft& draft) {
  draft.require_l4proto(l4::tcp);
  draft.builder.masked(Field::tcp_flags,
                       tcp_flag::fin | tcp_flag::syn | tcp_flag::rst | tcp_flag::ack, tcp_flag::syn,
                       draft.negated);
  return {};
}

Result<void> read_icmp_type(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const kind = parse_icmp_kind(draft.family, word.text);
  if (!kind)
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(word.text) + " is not a type of " +
                           (draft.family == Family::ip4 ? "ICMP" : "ICMPv6"),
                       "a number (8), type/code (3/4) or a name that iptables knows");
  draft.require_l4proto(draft.family == Family::ip4 ? l4::icmp : l4::icmp6);
  bool const any_code = kind->code.first == 0 && kind->code.last == 255;
  if (any_code && kind->type.first != kind->type.last) {  // any type at all
    if (draft.negated) draft.never();
  } else if (any_code) {
    draft.builder.in_range(Field::icmp_type, kind->type, draft.negated);
  } else if (!draft.negated) {
    draft.builder.in_range(Field::icmp_type, kind->type);
    draft.builder.in_range(Field::icmp_code, kind->code);
  } else {
    draft.builder.product(
        {{Field::icmp_type, Field::icmp_code},
         {{kind->type.first, kind->type.last}, {kind->code.first, kind->code.last}}},
        true);
  }
  return {};
}

// "53,1024:65535", of at most 15 places, of which a range takes two (xt_multiport.h).
Result<Ranges> read_port_list(RuleDraft& draft) {
  constexpr std::size_t kPlaces = 15;
  SC_TRY(word, draft.value());
  Ranges ranges;
  std::size_t places = 0;
  for (auto rest = word.text;;) {
    auto const comma = rest.find(',');
    auto const part = rest.substr(0, comma);
    auto const ports = parse_ports(part);
    if (!ports) return bad_ports(draft, word, part);
    places += part.find(':') == std::string_view::npos ? 1U : 2U;
    if (places > kPlaces)
      return draft.error(ErrorKind::limit, word, "more than 15 ports in one multiport match",
                         "a range counts as two; iptables refuses more");
    if (ports->reversed()) {
      draft.never_as_written({part, word.offset, false}, wording::kPortsBackwards);
    } else {
      ranges.push_back({ports->first, ports->last});
    }
    if (comma == std::string_view::npos) return ranges;
    rest.remove_prefix(comma + 1);
  }
}

Result<void> read_ports(RuleDraft& draft, Field field) {
  SC_TRY(ranges, read_port_list(draft));
  draft.require_ports();
  draft.builder.in_set(field, ValueSet(ranges), draft.negated);
  return {};
}

// "--ports": the source port or the destination port is one of these.
Result<void> read_either_ports(RuleDraft& draft) {
  SC_TRY(ranges, read_port_list(draft));
  draft.require_ports();
  constexpr ValueInterval kAny{0, 65535};
  Product either{{Field::sport, Field::dport}, {}};
  for (auto const& range : ranges) either.cells.insert(either.cells.end(), {range, kAny});
  for (auto const& range : ranges) either.cells.insert(either.cells.end(), {kAny, range});
  draft.builder.product(std::move(either), draft.negated);
  return {};
}

Result<void> read_states(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  std::uint32_t states = 0;
  for (auto rest = word.text;;) {
    auto const comma = rest.find(',');
    auto const state = parse_ct_state(rest.substr(0, comma));
    if (!state)
      return draft.error(ErrorKind::unknown_name, word,
                         quoted(rest.substr(0, comma)) + " is not a state of a connection",
                         "NEW, ESTABLISHED, RELATED, INVALID or UNTRACKED");
    states |= 1U << static_cast<unsigned>(*state);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  require_states(draft.builder, states, draft.negated);
  return {};
}

Result<void> read_address_range(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  auto const dash = word.text.find('-');
  auto const first = parse_plain_address(draft.family, word.text.substr(0, dash));
  auto const last = dash == std::string_view::npos
                        ? first
                        : parse_plain_address(draft.family, word.text.substr(dash + 1));
  if (!first || !last)
    return draft.error(
        ErrorKind::out_of_range, word,
        quoted(word.text) + " is not a range of " + std::string(name(draft.family)) + " addresses",
        draft.family == Family::ip4 ? "such as 10.0.0.1-10.0.0.9" : "such as fd00::1-fd00::9");
  if (*first > *last) {
    draft.never_as_written(word, wording::kAddressesBackwards);
    draft.builder.in_set(field, ValueSet{}, draft.negated);
    return {};
  }
  if (*first == 0 && *last == max_address(draft.family)) {
    if (draft.negated) draft.never();
    return {};
  }
  draft.builder.in_set(field, ValueSet(ValueInterval{*first, *last}), draft.negated);
  return {};
}

// What stands of "src" and "dst" for the dimensions of an ipset, at most six.
Result<void> read_match_set(RuleDraft& draft) {
  constexpr std::size_t kDimensions = 6;
  SC_TRY(set, draft.value());
  SC_TRY(directions, draft.free_value());
  SetReference reference;
  reference.table = kNoTable;
  reference.family = draft.family;
  reference.name = std::string(set.text);
  reference.span = {
      draft.source.file, static_cast<std::uint32_t>(set.offset),
      static_cast<std::uint32_t>(directions.offset + directions.text.size() - set.offset)};
  for (auto rest = directions.text;;) {
    auto const comma = rest.find(',');
    auto const word = rest.substr(0, comma);
    if (word != "src" && word != "dst")
      return draft.error(ErrorKind::syntax, directions,
                         quoted(word) + " is not a direction of a set", "src or dst, with commas");
    reference.fields.push_back(word == "src" ? Field::saddr : Field::daddr);
    if (reference.fields.size() > kDimensions)
      return draft.error(ErrorKind::limit, directions, "more than six dimensions of a set");
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  // Of several dimensions, one may be the mark, which rules write.
  reference.lasting = reference.fields.size() == 1 ? Lasting::unchanged : Lasting::once;
  if (draft.other_set_match) {
    draft.builder.unmodelled("set " + std::string(draft.words_since(set.offset)), "set",
                             Lasting::once);
  } else {
    draft.builder.named_set(std::move(reference), draft.negated);
  }
  return {};
}

// Takes clauses of the rule away again: an option further on gave them another meaning.
template <class IsLost>
void lose_clauses(RulesetBuilder& builder, IsLost is_lost) {
  auto const current = builder.current();
  std::vector<Clause> const before(current.begin(), current.end());
  builder.reset_to(0);
  for (auto const& clause : before)
    if (!is_lost(clause)) builder.again(clause);
}

// Options that change what "--match-set" finds: by counters, or with "nomatch" elements as found.
// Whether counters are brought up to date does not.
Result<void> read_set_option(RuleDraft& draft, bool with_value) {
  if (with_value) SC_CHECK(draft.value());
  if (draft.option.text.starts_with("--update-")) return {};
  draft.other_set_match = true;
  lose_clauses(draft.builder, [](Clause const& clause) {
    return std::holds_alternative<InNamedSet>(clause.kind);
  });
  draft.builder.unmodelled("set " + std::string(draft.words_since(draft.option.offset)), "set",
                           Lasting::once);
  return {};
}

Result<void> read_mark(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const mark = parse_mark(word.text);
  if (!mark)
    return draft.error(ErrorKind::out_of_range, word, quoted(word.text) + " is not a mark",
                       "a number, or value/mask: 0x1/0xff");
  bool const of_connection = draft.module == Module::connmark;
  if (of_connection) draft.builder.in_range(Field::ct_state, {1, 3});  // there is a connection
  draft.builder.masked(of_connection ? Field::ct_mark : Field::mark, mark->mask, mark->value,
                       draft.negated);
  return {};
}

// IPv6's addrtype asks the address itself for some types, and the routing table for others
// (xt_addrtype.c, match_type6); several at once have their own logic, which is not modelled.
Result<void> require_address_type6(RuleDraft& draft, bool source, std::uint32_t types) {
  Field const address = source ? Field::saddr : Field::daddr;
  ValueInterval const multicast{Bits128{0xFF} << 120, ~Bits128{0}};
  constexpr std::uint32_t kRouted = 1U << 2 | 1U << 4 | 1U << 7;  // local, anycast, unreachable
  auto& builder = draft.builder;
  if (types == 1U << static_cast<unsigned>(AddressType::multicast)) {
    builder.in_set(address, ValueSet(multicast), draft.negated);
  } else if (types == 1U << static_cast<unsigned>(AddressType::unicast)) {
    builder.in_set(address, ValueSet(ValueInterval{1, multicast.first - 1}), draft.negated);
  } else if (types == 1U << static_cast<unsigned>(AddressType::unspec)) {
    builder.in_set(address, ValueSet(ValueInterval{0, 0}), draft.negated);
  } else if ((types & ~kRouted) == 0 && (types & (types - 1)) == 0) {
    std::uint32_t type = 0;
    while ((types >> type & 1U) == 0) ++type;
    builder.equals(source ? Field::src_type : Field::dst_type, type, draft.negated);
  } else {
    builder.unmodelled("addrtype " + std::string(draft.words_since(draft.option.offset)),
                       "addrtype", Lasting::once, draft.negated);
  }
  return {};
}

Result<void> read_address_types(RuleDraft& draft, bool source) {
  SC_TRY(word, draft.value());
  std::uint32_t types = 0;
  Ranges ranges;
  for (auto rest = word.text;;) {
    auto const comma = rest.find(',');
    auto const type = parse_address_type(rest.substr(0, comma));
    if (!type)
      return draft.error(ErrorKind::unknown_name, word,
                         quoted(rest.substr(0, comma)) + " is not a type of address",
                         "such as LOCAL, UNICAST, BROADCAST or MULTICAST");
    types |= 1U << *type;
    ranges.push_back({*type, *type});
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (draft.type_on_interface) {
    draft.builder.unmodelled("addrtype " + std::string(draft.words_since(draft.option.offset)),
                             "addrtype", Lasting::once, draft.negated);
    return {};
  }
  if (draft.family == Family::ip6) return require_address_type6(draft, source, types);
  draft.builder.in_set(source ? Field::src_type : Field::dst_type, ValueSet(ranges), draft.negated);
  return {};
}

// The types are looked up on one interface only: what was asked before is a different question.
Result<void> read_limit_interface(RuleDraft& draft) {
  draft.type_on_interface = true;
  auto const is_type = [](Field field) {
    return field == Field::src_type || field == Field::dst_type;
  };
  lose_clauses(draft.builder, [&](Clause const& clause) {
    if (auto const* range = std::get_if<InRange>(&clause.kind)) return is_type(range->field);
    if (auto const* set = std::get_if<InSet>(&clause.kind)) return is_type(set->field);
    return false;
  });
  draft.builder.unmodelled("addrtype " + std::string(draft.option.text), "addrtype", Lasting::once);
  return {};
}

Result<Interval<std::uint32_t>> read_number_range(RuleDraft& draft, std::uint32_t max) {
  SC_TRY(word, draft.value());
  auto const colon = word.text.find(':');
  auto const first_text = word.text.substr(0, colon);
  auto const last_text = colon == std::string_view::npos ? first_text : word.text.substr(colon + 1);
  auto const first =
      first_text.empty() && colon == 0 ? std::optional(0U) : parse_c_number(first_text, max);
  auto const last = last_text.empty() && colon != std::string_view::npos
                        ? std::optional(max)
                        : parse_c_number(last_text, max);
  if (!first || !last || *first > *last)
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(word.text) + " is not a number, nor a range of numbers, up to " +
                           std::to_string(max));
  return Interval<std::uint32_t>{*first, *last};
}

Result<void> read_length(RuleDraft& draft) {
  SC_TRY(range, read_number_range(draft, 65535));
  draft.builder.in_range(Field::length, range, draft.negated);
  return {};
}

enum class Compare { equal, less, greater };

Result<void> read_ttl(RuleDraft& draft, Compare how) {
  SC_TRY(word, draft.value());
  auto const number = parse_c_number(word.text, 255);
  if (!number)
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(word.text) + " is not a number up to 255");
  if (how == Compare::equal) {
    draft.builder.equals(Field::ttl, *number, draft.negated);
  } else if (how == Compare::less ? *number == 0 : *number == 255) {
    draft.builder.in_set(Field::ttl, ValueSet{}, draft.negated);
  } else if (how == Compare::less) {
    draft.builder.in_range(Field::ttl, {0, *number - 1}, draft.negated);
  } else {
    draft.builder.in_range(Field::ttl, {*number + 1, 255}, draft.negated);
  }
  return {};
}

Result<void> read_dscp(RuleDraft& draft, bool by_name) {
  SC_TRY(word, draft.value());
  auto const number = by_name ? parse_dscp_class(word.text) : parse_c_number(word.text, 63);
  if (!number)
    return draft.error(
        ErrorKind::out_of_range, word,
        quoted(word.text) + (by_name ? " is not a class of DSCP" : " is not a DSCP (0-63)"));
  draft.builder.equals(Field::dscp, *number, draft.negated);
  return {};
}

// The six upper bits of the TOS byte are the DSCP. The two lower ones (ECN) are not modelled.
Result<void> read_tos(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  MarkValue tos{0, 0xFF};
  if (auto const named = parse_tos_name(word.text)) {
    tos = {*named, 0x3F};
  } else if (auto const number = parse_mark(word.text);
             number && number->value <= 0xFF && (number->mask <= 0xFF || number->mask == ~0U)) {
    tos = {number->value, number->mask & 0xFFU};
  } else {
    return draft.error(ErrorKind::out_of_range, word, quoted(word.text) + " is not a TOS",
                       "a number up to 255, or value/mask");
  }
  if ((tos.value & ~tos.mask) != 0) {  // never equal
    if (!draft.negated) draft.never();
    return {};
  }
  if ((tos.mask & 3U) == 0) {
    draft.builder.masked(Field::dscp, tos.mask >> 2, tos.value >> 2, draft.negated);
    return {};
  }
  // Not negated, the upper bits must fit at least.
  if (!draft.negated) draft.builder.masked(Field::dscp, tos.mask >> 2, tos.value >> 2);
  draft.builder.unmodelled("tos " + std::string(word.text), "tos", Lasting::once, draft.negated);
  return {};
}

Result<void> read_packet_type(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const type = parse_packet_type(word.text);
  if (!type)
    return draft.error(ErrorKind::unknown_name, word,
                       quoted(word.text) + " is not a type of packet",
                       "unicast, broadcast or multicast");
  draft.builder.equals(Field::pkttype, *type, draft.negated);
  return {};
}

Result<void> read_other(RuleDraft& draft) {
  SC_CHECK(draft.value());
  draft.builder.unmodelled(draft.words_since(draft.option.offset + 2), draft.option.text.substr(2),
                           Lasting::once, draft.negated);
  return {};
}

// "all DATA,INIT", "any INIT:Eb".
Result<void> read_chunk_types(RuleDraft& draft) {
  SC_CHECK(draft.value());
  Word word;
  if (draft.words.peek(word) && !word.is_option() && !word.is_not()) draft.words.next(word);
  draft.builder.unmodelled(draft.words_since(draft.option.offset + 2), "chunk-types", Lasting::once,
                           draft.negated);
  return {};
}

}  // namespace

Result<void> read_match_option(RuleDraft& draft, MatchOption option) {
  switch (option) {
    case MatchOption::sport:
      return read_port(draft, Field::sport);
    case MatchOption::dport:
      return read_port(draft, Field::dport);
    case MatchOption::tcp_flags:
      return read_tcp_flags(draft);
    case MatchOption::syn:
      return read_syn(draft);
    case MatchOption::transport_other:
      return read_other(draft);
    case MatchOption::chunk_types:
      return read_chunk_types(draft);
    case MatchOption::icmp_type:
      return read_icmp_type(draft);
    case MatchOption::sports:
      return read_ports(draft, Field::sport);
    case MatchOption::dports:
      return read_ports(draft, Field::dport);
    case MatchOption::ports:
      return read_either_ports(draft);
    case MatchOption::state:
      return read_states(draft);
    case MatchOption::src_range:
      return read_address_range(draft, Field::saddr);
    case MatchOption::dst_range:
      return read_address_range(draft, Field::daddr);
    case MatchOption::match_set:
      return read_match_set(draft);
    case MatchOption::set_without_value:
      return read_set_option(draft, false);
    case MatchOption::set_with_value:
      return read_set_option(draft, true);
    case MatchOption::mark:
      return read_mark(draft);
    case MatchOption::src_type:
      return read_address_types(draft, true);
    case MatchOption::dst_type:
      return read_address_types(draft, false);
    case MatchOption::limit_interface:
      return read_limit_interface(draft);
    case MatchOption::comment:
      SC_CHECK(draft.free_value());
      return {};
    case MatchOption::length:
      return read_length(draft);
    case MatchOption::ttl_equal:
      return read_ttl(draft, Compare::equal);
    case MatchOption::ttl_less:
      return read_ttl(draft, Compare::less);
    case MatchOption::ttl_greater:
      return read_ttl(draft, Compare::greater);
    case MatchOption::dscp:
      return read_dscp(draft, false);
    case MatchOption::dscp_class:
      return read_dscp(draft, true);
    case MatchOption::tos:
      return read_tos(draft);
    case MatchOption::packet_type:
      return read_packet_type(draft);
  }
  std::abort();  // not a MatchOption
}

}  // namespace safeconduct::iptables
