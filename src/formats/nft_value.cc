// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_value.h"

#include <bit>
#include <cstdlib>
#include <span>

#include "base/text.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

struct Symbol {
  std::string_view name;
  std::uint32_t value;
};

// "nft describe ..." of nft 1.0.6 and 1.1.3.
constexpr Symbol kIcmpTypes[] = {
    {"echo-reply", 0},           {"destination-unreachable", 3},
    {"source-quench", 4},        {"redirect", 5},
    {"echo-request", 8},         {"router-advertisement", 9},
    {"router-solicitation", 10}, {"time-exceeded", 11},
    {"parameter-problem", 12},   {"timestamp-request", 13},
    {"timestamp-reply", 14},     {"info-request", 15},
    {"info-reply", 16},          {"address-mask-request", 17},
    {"address-mask-reply", 18},
};
constexpr Symbol kIcmp6Types[] = {
    {"destination-unreachable", 1},  {"packet-too-big", 2},         {"time-exceeded", 3},
    {"parameter-problem", 4},        {"echo-request", 128},         {"echo-reply", 129},
    {"mld-listener-query", 130},     {"mld-listener-report", 131},  {"mld-listener-done", 132},
    {"mld-listener-reduction", 132}, {"nd-router-solicit", 133},    {"nd-router-advert", 134},
    {"nd-neighbor-solicit", 135},    {"nd-neighbor-advert", 136},   {"nd-redirect", 137},
    {"router-renumbering", 138},     {"ind-neighbor-solicit", 141}, {"ind-neighbor-advert", 142},
    {"mld2-listener-report", 143},
};
constexpr Symbol kIcmpCodes[] = {
    {"net-unreachable", 0},  {"host-unreachable", 1},  {"prot-unreachable", 2},
    {"port-unreachable", 3}, {"frag-needed", 4},       {"net-prohibited", 9},
    {"host-prohibited", 10}, {"admin-prohibited", 13},
};
constexpr Symbol kIcmp6Codes[] = {
    {"no-route", 0},         {"admin-prohibited", 1}, {"addr-unreachable", 3},
    {"port-unreachable", 4}, {"policy-fail", 5},      {"reject-route", 6},
};
constexpr Symbol kDscp[] = {
    {"cs0", 0},     {"cs1", 8},     {"cs2", 0x10},  {"cs3", 0x18},  {"cs4", 0x20},
    {"cs5", 0x28},  {"cs6", 0x30},  {"cs7", 0x38},  {"df", 0},      {"be", 0},
    {"lephb", 1},   {"af11", 0x0a}, {"af12", 0x0c}, {"af13", 0x0e}, {"af21", 0x12},
    {"af22", 0x14}, {"af23", 0x16}, {"af31", 0x1a}, {"af32", 0x1c}, {"af33", 0x1e},
    {"af41", 0x22}, {"af42", 0x24}, {"af43", 0x26}, {"va", 0x2c},   {"ef", 0x2e},
};
constexpr Symbol kAddressTypes[] = {
    {"unspec", 0},    {"unicast", 1},   {"local", 2},       {"broadcast", 3}, {"anycast", 4},
    {"multicast", 5}, {"blackhole", 6}, {"unreachable", 7}, {"prohibit", 8},
};
constexpr Symbol kPacketTypes[] = {
    {"host", 0}, {"unicast", 0}, {"broadcast", 1}, {"multicast", 2}, {"other", 3}};
constexpr Symbol kFamilies[] = {{"ipv4", 2}, {"ipv6", 10}};
constexpr Symbol kEtherTypes[] = {{"ip", 0x0800},    {"arp", 0x0806},    {"vlan", 0x8100},
                                  {"8021q", 0x8100}, {"8021ad", 0x88a8}, {"ip6", 0x86dd}};
constexpr Symbol kStates[] = {
    {"invalid", 1}, {"established", 2}, {"related", 4}, {"new", 8}, {"untracked", 64}};
constexpr Symbol kStatuses[] = {{"expected", 1},  {"seen-reply", 2}, {"assured", 4},
                                {"confirmed", 8}, {"snat", 16},      {"dnat", 32},
                                {"dying", 512}};
constexpr Symbol kDirections[] = {{"original", 0}, {"reply", 1}};
constexpr Symbol kFlags[] = {{"fin", 1},  {"syn", 2},  {"rst", 4},  {"psh", 8},  {"ack", 16},
                             {"urg", 32}, {"ecn", 64}, {"ece", 64}, {"cwr", 128}};

struct TypeInfo {
  std::string_view what;  // in messages: "a port (0-65535)"
  std::uint32_t max = 0;
  std::span<Symbol const> symbols = {};
  bool closed = false;  // a name that is not in 'symbols' is a mistake
  bool bitmask = false;
};

TypeInfo type_info(ValueType type) {
  switch (type) {
    case ValueType::opaque:
      return {"a value", 0xFFFFFFFFU};
    case ValueType::ip4:
      return {"an IPv4 address", 0xFFFFFFFFU};
    case ValueType::ip6:
      return {"an IPv6 address", 0xFFFFFFFFU};
    case ValueType::port:
      return {"a port (0-65535)", 65535};
    case ValueType::l4proto:
      return {"a protocol (0-255)", 255};
    case ValueType::nfproto:
      return {"a protocol family", 255, kFamilies, true};
    case ValueType::ether_type:
      return {"an Ethernet type", 65535, kEtherTypes};
    case ValueType::ifname:
      return {"an interface name", 0};
    case ValueType::mark:
      return {"a mark", 0xFFFFFFFFU};
    case ValueType::ct_state:
      return {"a connection state", 0xFFFFFFFFU, kStates, true, true};
    case ValueType::ct_direction:
      return {"a direction", 1, kDirections, true};
    case ValueType::ct_status:
      return {"a connection status", 0xFFFFFFFFU, kStatuses, true, true};
    case ValueType::icmp_type:
      return {"an ICMP type (0-255)", 255, kIcmpTypes};
    case ValueType::icmp6_type:
      return {"an ICMPv6 type (0-255)", 255, kIcmp6Types};
    case ValueType::icmp_code:
      return {"an ICMP code (0-255)", 255, kIcmpCodes};
    case ValueType::icmp6_code:
      return {"an ICMPv6 code (0-255)", 255, kIcmp6Codes};
    case ValueType::tcp_flags:
      return {"a TCP flag", 255, kFlags, true, true};
    case ValueType::dscp:
      return {"a DSCP value (0-63)", 63, kDscp};
    case ValueType::pkttype:
      return {"a packet type", 255, kPacketTypes, true};
    case ValueType::address_type:
      return {"an address type", 255, kAddressTypes, true};
    case ValueType::byte:
      return {"a number (0-255)", 255};
    case ValueType::half:
      return {"a number (0-65535)", 65535};
    case ValueType::frag_off:
      return {"a fragment offset", 65535};
  }
  std::abort();  // not a ValueType
}

constexpr std::pair<std::string_view, ValueType> kNamedTypes[] = {
    {"ipv4_addr", ValueType::ip4},       {"ipv6_addr", ValueType::ip6},
    {"inet_service", ValueType::port},   {"inet_proto", ValueType::l4proto},
    {"nf_proto", ValueType::nfproto},    {"ether_type", ValueType::ether_type},
    {"ifname", ValueType::ifname},       {"iface_index", ValueType::ifname},
    {"mark", ValueType::mark},           {"ct_state", ValueType::ct_state},
    {"ct_dir", ValueType::ct_direction}, {"ct_status", ValueType::ct_status},
    {"icmp_type", ValueType::icmp_type}, {"icmpv6_type", ValueType::icmp6_type},
    {"icmp_code", ValueType::icmp_code}, {"icmpv6_code", ValueType::icmp6_code},
    {"tcp_flag", ValueType::tcp_flags},  {"dscp", ValueType::dscp},
    {"pkt_type", ValueType::pkttype},    {"fib_addrtype", ValueType::address_type},
};
constexpr auto kTypeNames = words<ValueType>(kNamedTypes);

bool is_octal(std::string_view text) {
  return text.starts_with('0') && begins_with_digit(text.substr(1));
}

// One end of a range; nothing for a name that we do not know.
Result<std::optional<Bits128>> one(Source& source, Token const& token, std::string_view text,
                                   ValueType type) {
  auto const info = type_info(type);
  auto const fault = [&](ErrorKind kind) {
    return source.fail(kind, token, "'" + printable(text) + "' is not " + std::string(info.what));
  };
  for (auto const& symbol : info.symbols)
    if (symbol.name == text) return symbol.value;
  if (type == ValueType::ip4) {
    if (auto const address = parse_ip4(text)) return *address;
    if (!is_octal(text))
      if (auto const raw = parse_number(text)) return *raw;  // "ip saddr & 0xff == 1"
    if (text.find_first_not_of("0123456789.") == std::string_view::npos || text.contains(':'))
      return fault(ErrorKind::out_of_range);
    return std::nullopt;  // a host name
  }
  if (type == ValueType::ip6) {
    auto const address = parse_address(text);
    if (address && address->family == Family::ip6) return address->bits;
    if (address || text.contains(':')) return fault(ErrorKind::out_of_range);
    return std::nullopt;
  }
  if (begins_with_digit(text)) {
    if (is_octal(text))
      return source.fail(ErrorKind::syntax, token,
                         "'" + printable(text) + "' has a leading zero, which nft takes for octal",
                         "write it without the zero");
    if (auto const plain = parse_number(text, info.max)) return *plain;
    return fault(ErrorKind::out_of_range);
  }
  if (type == ValueType::port) {
    if (auto const port = parse_port(text)) return *port;
  } else if (type == ValueType::l4proto) {
    if (auto const protocol = parse_l4proto(text)) return *protocol;
  }
  if (info.closed) return fault(ErrorKind::unknown_name);
  return std::nullopt;
}

Value interface(Source& source, std::string_view text) {
  bool const wildcard = text.ends_with('*') && !text.ends_with("\\*");
  std::string name(text.substr(0, text.size() - (wildcard ? 1 : 0)));
  if (name.ends_with("\\*")) name.erase(name.size() - 2, 1);
  auto const [entry, made] = source.interface_numbers.try_emplace(
      name + (wildcard ? '*' : ' '), static_cast<std::uint32_t>(source.interfaces.size()));
  if (made) source.interfaces.push_back({std::move(name), wildcard, {}});
  return {Value::Kind::interface, {entry->second, entry->second}};
}

std::optional<unsigned> prefix_length(std::string_view text, unsigned bits) {
  if (is_octal(text)) return std::nullopt;
  auto const length = begins_with_digit(text) ? parse_number(text, bits) : std::nullopt;
  return length ? std::optional<unsigned>(*length) : std::nullopt;
}

unsigned width(ValueType type) {
  if (type == ValueType::ip6) return 128;
  return static_cast<unsigned>(std::bit_width(type_info(type).max));
}

Result<Value> with_prefix(Source& source, Token const& token, Bits128 first,
                          std::string_view length_text, ValueType type) {
  auto const bits_of_type = width(type);
  auto const length = prefix_length(length_text, bits_of_type);
  if (!length)
    return source.fail(ErrorKind::out_of_range, token,
                       "'/" + printable(length_text) + "' is not a prefix length (0-" +
                           std::to_string(bits_of_type) + ")");
  Bits128 const all = bits_of_type == 128 ? ~Bits128{0} : (Bits128{1} << bits_of_type) - 1;
  Bits128 const host = *length == bits_of_type ? 0 : all >> *length;
  return Value{Value::Kind::range, {first & ~host, first | host}, (first & host) != 0};
}

Result<Value> with_end(Source& source, Token const& token, Bits128 first, std::string_view text,
                       ValueType type) {
  SC_TRY(last, one(source, token, text, type));
  if (!last) return Value{Value::Kind::unknown, {}};
  if (*last < first)
    return source.fail(ErrorKind::out_of_range, token,
                       "range ends at '" + printable(text) + "', before it begins",
                       "write the smaller end first");
  return Value{Value::Kind::range, {first, *last}};
}

// Where a word like "10-20" or "10.0.0.0/8" falls apart. Names have dashes of their own.
std::size_t joint_of(ValueType type, std::string_view text) {
  auto const joint = text.find_first_of("-/", 1);
  if (joint == std::string_view::npos || type == ValueType::ip4 || type == ValueType::ip6)
    return joint;
  return begins_with_digit(text) ? joint : std::string_view::npos;
}

}  // namespace

ValueType type_named(std::string_view name) {
  auto const* const found = kTypeNames.find(name);
  return found == nullptr ? ValueType::opaque : *found;
}

std::string_view name_of(ValueType type) {
  for (auto const& [name, named] : kNamedTypes)
    if (named == type) return name;
  return {};
}

std::string_view symbol_of(ValueType type, std::uint32_t value) {
  for (auto const& symbol : type_info(type).symbols)
    if (symbol.value == value) return symbol.name;
  return {};
}

bool is_bitmask(ValueType type) {
  return type == ValueType::tcp_flags || type == ValueType::ct_state ||
         type == ValueType::ct_status;
}

std::uint32_t largest(ValueType type) { return type_info(type).max; }

Result<Value> value(Source& source, Lexer& lexer, ValueType type) {
  if (is_bitmask(type)) {
    SC_TRY(mask, bits(source, lexer, type));
    return Value{Value::Kind::range, {mask, mask}};
  }
  if (!lexer.peek().is_text()) return source.expected(lexer, type_info(type).what);
  Token const token = lexer.next();
  auto const text = token.text;
  if (type == ValueType::ifname) {
    if (token.kind == TokenKind::word && begins_with_digit(text) && parse_number(text))
      return Value{Value::Kind::unknown, {}};  // an index: which interface has it, the host knows
    if (text.empty()) return source.fail(ErrorKind::out_of_range, token, "an interface has a name");
    return interface(source, text);
  }

  // 'nft -j -n' lists ethertypes as numbers, in the order of bytes of the host: 8 is IPv4's 0x0800.
  if (type == ValueType::ether_type && source.original != nullptr && parse_number(text))
    return Value{Value::Kind::unknown, {}};

  auto const joint = joint_of(type, text);
  SC_TRY(first, one(source, token, text.substr(0, joint), type));
  if (joint != std::string_view::npos) {
    if (!first) return Value{Value::Kind::unknown, {}};
    auto const rest = text.substr(joint + 1);
    if (text[joint] == '/') return with_prefix(source, token, *first, rest, type);
    if (!rest.empty()) return with_end(source, token, *first, rest, type);
  } else if (!lexer.peek().is("-") && !lexer.peek().is("/")) {
    if (!first) return Value{Value::Kind::unknown, {}};
    return Value{Value::Kind::range, {*first, *first}};
  }
  // "10 - 20", "10.0.0.0 / 8"
  bool const prefix = joint == std::string_view::npos && lexer.peek().is("/");
  if (joint == std::string_view::npos) lexer.next();
  if (!lexer.peek().is_text()) return source.expected(lexer, type_info(type).what);
  Token const end = lexer.next();
  if (!first) return Value{Value::Kind::unknown, {}};
  return prefix ? with_prefix(source, end, *first, end.text, type)
                : with_end(source, end, *first, end.text, type);
}

Result<std::uint32_t> some_bit(Source& source, Lexer& lexer, ValueType type) {
  if (!lexer.peek().is_text()) return source.expected(lexer, type_info(type).what);
  Token const token = lexer.next();
  SC_TRY(bit, one(source, token, token.text, type));
  if (!bit)
    return source.fail(
        ErrorKind::unknown_name, token,
        "'" + printable(token.text) + "' is not " + std::string(type_info(type).what));
  return static_cast<std::uint32_t>(*bit);
}

Result<std::uint32_t> bits(Source& source, Lexer& lexer, ValueType type) {
  bool const parens = lexer.take(TokenKind::left_paren);
  std::uint32_t sum = 0;
  while (true) {
    SC_TRY(bit, some_bit(source, lexer, type));
    sum |= bit;
    bool const more = lexer.take(TokenKind::pipe) || lexer.take("or") ||
                      (is_bitmask(type) && source.depth == 0 && lexer.take(TokenKind::comma));
    if (!more) break;
  }
  if (parens) SC_CHECK(source.expect(lexer, TokenKind::right_paren, "')'"));
  return sum;
}

Result<std::uint32_t> number(Source& source, Lexer& lexer, std::uint32_t max) {
  if (!lexer.peek().is_text()) return source.expected(lexer, "a number");
  Token const token = lexer.next();
  if (is_octal(token.text))
    return source.fail(
        ErrorKind::syntax, token,
        "'" + printable(token.text) + "' has a leading zero, which nft takes for octal",
        "write it without the zero");
  auto const read = parse_number(token.text, max);
  if (!read)
    return source.fail(
        ErrorKind::out_of_range, token,
        "'" + printable(token.text) + "' is not a number from 0 to " + std::to_string(max));
  return *read;
}

void append_field_values(ValueType type, ValueInterval raw, std::vector<ValueInterval>& out) {
  auto const before = out.size();
  auto const from_list = [&](std::span<ValueInterval const> raw_to_field) {
    for (auto const& [from, to] : raw_to_field)
      if (raw.contains(from)) out.push_back({to, to});
  };
  if (type == ValueType::ct_state) {
    static constexpr ValueInterval kBits[] = {{1, 0}, {2, 1}, {4, 2}, {8, 3}, {64, 4}};
    from_list(kBits);
  } else if (type == ValueType::ether_type) {
    static constexpr ValueInterval kProtocols[] = {{0x0800, nfproto::ip4}, {0x86dd, nfproto::ip6}};
    from_list(kProtocols);
    // Others stand for no packet of IP, and count as of no family.
    if (raw.first != raw.last || out.size() == before) out.push_back({0, 0});
  } else {
    out.push_back(raw);
  }
}

}  // namespace safeconduct::nft
