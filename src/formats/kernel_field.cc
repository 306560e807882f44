// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_field.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/nft_match.h"
#include "formats/nft_verdict.h"
#include "packet/field.h"

namespace safeconduct::kernel {
namespace {

using Type = ValueType;

// RFC 791, 8200, 9293, 768, 3828, 9260, 4340, 792, 4443, with the names of nft(8).
constexpr HeaderField kIp4[] = {
    {"ip version", 0, 4},
    {"ip hdrlength", 4, 4},
    {"ip dscp", 8, 6, Type::dscp},
    {"ip ecn", 14, 2},
    {"ip length", 16, 16, Type::half},
    {"ip id", 32, 16},
    {"ip frag-off", 48, 16, Type::frag_off},
    {"ip ttl", 64, 8, Type::byte},
    {"ip protocol", 72, 8, Type::l4proto},
    {"ip checksum", 80, 16},
    {"ip saddr", 96, 32, Type::ip4},
    {"ip daddr", 128, 32, Type::ip4},
};
constexpr HeaderField kIp6[] = {
    {"ip6 version", 0, 4},
    {"ip6 dscp", 4, 6, Type::dscp},
    {"ip6 ecn", 10, 2},
    {"ip6 flowlabel", 12, 20},
    {"ip6 length", 32, 16},
    {"ip6 nexthdr", 48, 8, Type::l4proto},
    {"ip6 hoplimit", 56, 8, Type::byte},
    {"ip6 saddr", 64, 128, Type::ip6},
    {"ip6 daddr", 192, 128, Type::ip6},
};
constexpr HeaderField kTcp[] = {
    {"tcp sport", 0, 16, Type::port},
    {"tcp dport", 16, 16, Type::port},
    {"tcp sequence", 32, 32},
    {"tcp ackseq", 64, 32},
    {"tcp doff", 96, 4},
    {"tcp reserved", 100, 4},
    {"tcp flags", 104, 8, Type::tcp_flags},
    {"tcp window", 112, 16},
    {"tcp checksum", 128, 16},
    {"tcp urgptr", 144, 16},
};
constexpr HeaderField kUdp[] = {
    {"udp sport", 0, 16, Type::port},
    {"udp dport", 16, 16, Type::port},
    {"udp length", 32, 16},
    {"udp checksum", 48, 16},
};
constexpr HeaderField kUdplite[] = {
    {"udplite sport", 0, 16, Type::port},
    {"udplite dport", 16, 16, Type::port},
    {"udplite csumcov", 32, 16},
    {"udplite checksum", 48, 16},
};
constexpr HeaderField kSctp[] = {
    {"sctp sport", 0, 16, Type::port},
    {"sctp dport", 16, 16, Type::port},
    {"sctp vtag", 32, 32},
    {"sctp checksum", 64, 32},
};
constexpr HeaderField kDccp[] = {
    {"dccp sport", 0, 16, Type::port},
    {"dccp dport", 16, 16, Type::port},
};
constexpr HeaderField kAnyTransport[] = {
    {"th sport", 0, 16, Type::port},
    {"th dport", 16, 16, Type::port},
};
constexpr HeaderField kIcmp[] = {
    {"icmp type", 0, 8, Type::icmp_type},
    {"icmp code", 8, 8, Type::icmp_code},
    {"icmp checksum", 16, 16},
    {"icmp id", 32, 16},
    {"icmp sequence", 48, 16},
};
constexpr HeaderField kIcmp6[] = {
    {"icmpv6 type", 0, 8, Type::icmp6_type},
    {"icmpv6 code", 8, 8, Type::icmp6_code},
    {"icmpv6 checksum", 16, 16},
    {"icmpv6 id", 32, 16},
    {"icmpv6 sequence", 48, 16},
};

std::span<HeaderField const> transport_fields(Headers const& headers) {
  if (!headers.transport) return kAnyTransport;
  switch (*headers.transport) {
    case l4::tcp:
      return kTcp;
    case l4::udp:
      return kUdp;
    case l4::udplite:
      return kUdplite;
    case l4::sctp:
      return kSctp;
    case l4::dccp:
      return kDccp;
    // Only where both are known: "icmp type" in nft's words says that it is IPv4, too.
    case l4::icmp:
      if (headers.network == Family::ip4) return kIcmp;
      break;
    case l4::icmp6:
      if (headers.network == Family::ip6) return kIcmp6;
      break;
    default:
      break;
  }
  return {};
}

// NFT_META_*, in order.
constexpr KeyField kMeta[] = {
    {"meta length", Type::half},
    {"meta protocol", Type::ether_type, 2, std::endian::big},
    {"meta priority"},
    {"meta mark", Type::mark},
    {"iif", Type::ifname},  // by number: see RuleDecoder
    {"oif", Type::ifname},
    {"iifname", Type::ifname, 16, std::endian::big},
    {"oifname", Type::ifname, 16, std::endian::big},
    {"meta iiftype", Type::opaque, 2},
    {"meta oiftype", Type::opaque, 2},
    {"meta skuid"},
    {"meta skgid"},
    {"meta nftrace", Type::opaque, 1},
    {"meta rtclassid"},
    {"meta secmark"},
    {"meta nfproto", Type::nfproto, 1},
    {"meta l4proto", Type::l4proto, 1},
    {"meta ibrname", Type::opaque, 16, std::endian::big},
    {"meta obrname", Type::opaque, 16, std::endian::big},
    {"meta pkttype", Type::pkttype, 1},
    {"meta cpu"},
    {"meta iifgroup"},
    {"meta oifgroup"},
    {"meta cgroup"},
    {"meta random"},
    {"meta ipsec", Type::opaque, 1},
    {"meta iifkind", Type::opaque, 16, std::endian::big},
    {"meta oifkind", Type::opaque, 16, std::endian::big},
    {"meta ibrpvid", Type::opaque, 2},
    {"meta ibrvproto", Type::opaque, 2, std::endian::big},
    {"meta time", Type::opaque, 8},
    {"meta day", Type::opaque, 1},
    {"meta hour"},
    {"meta sdif"},
    {"meta sdifname", Type::opaque, 16, std::endian::big},
};

// NFT_CT_*, in order.
constexpr KeyField kCt[] = {
    {"ct state", Type::ct_state},
    {"ct direction", Type::ct_direction, 1},
    {"ct status", Type::ct_status},
    {"ct mark", Type::mark},
    {"ct secmark"},
    {"ct expiration"},
    {"ct helper", Type::opaque, 16, std::endian::big},
    {"ct l3proto", Type::opaque, 1, std::endian::native, OfDirection::maybe},
    {"ct saddr", Type::opaque, 16, std::endian::big, OfDirection::yes},
    {"ct daddr", Type::opaque, 16, std::endian::big, OfDirection::yes},
    {"ct protocol", Type::opaque, 1, std::endian::native, OfDirection::maybe},
    {"ct proto-src", Type::port, 2, std::endian::big, OfDirection::yes},
    {"ct proto-dst", Type::port, 2, std::endian::big, OfDirection::yes},
    {"ct label", Type::opaque, 16},
    {"ct packets", Type::opaque, 8, std::endian::native, OfDirection::maybe},
    {"ct bytes", Type::opaque, 8, std::endian::native, OfDirection::maybe},
    {"ct avgpkt", Type::opaque, 8, std::endian::native, OfDirection::maybe},
    {"ct zone", Type::opaque, 2, std::endian::native, OfDirection::maybe},
    {"ct event"},
    {"ct ip saddr", Type::ip4, 4, std::endian::big, OfDirection::yes},
    {"ct ip daddr", Type::ip4, 4, std::endian::big, OfDirection::yes},
    {"ct ip6 saddr", Type::ip6, 16, std::endian::big, OfDirection::yes},
    {"ct ip6 daddr", Type::ip6, 16, std::endian::big, OfDirection::yes},
    {"ct id"},
};

std::optional<KeyField> at(std::span<KeyField const> table, std::uint32_t key) {
  if (key >= table.size()) return std::nullopt;
  return table[key];
}

}  // namespace

std::span<HeaderField const> header_fields(std::uint32_t base, Headers const& headers) {
  if (base == kTransportBase) return transport_fields(headers);
  if (base != kNetworkBase || !headers.network) return {};
  if (*headers.network == Family::ip4) return kIp4;
  return kIp6;
}

std::optional<KeyField> meta_field(std::uint32_t key) { return at(kMeta, key); }
std::optional<KeyField> ct_field(std::uint32_t key, std::optional<std::uint8_t> direction) {
  auto const field = at(kCt, key);
  if (!field || direction > 1) return std::nullopt;
  auto const refused = direction ? OfDirection::no : OfDirection::yes;
  if (field->direction == refused) return std::nullopt;
  return field;
}

std::string ct_words(KeyField const& field, std::optional<std::uint8_t> direction) {
  std::string words(field.words);
  constexpr std::string_view kBefore = "ct";
  if (direction) words.insert(kBefore.size(), *direction == 0 ? " original" : " reply");
  return words;
}

Bits128 number_of(std::span<std::uint8_t const> bytes, std::endian order) {
  Bits128 value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value = value << 8U | bytes[order == std::endian::big ? i : bytes.size() - 1 - i];
  return value;
}

std::string hex(Bits128 value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[static_cast<unsigned>(value & 15U)]);
    value >>= 4U;
  } while (value != 0);
  return "0x" + digits;
}

std::string hex(std::span<std::uint8_t const> bytes) {
  std::string text = "0x";
  for (auto const byte : bytes) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

std::string value_text(ValueType type, Bits128 value) {
  if (type == Type::ip4) return to_string(Address{Family::ip4, value});
  if (type == Type::ip6) return to_string(Address{Family::ip6, value});
  auto const low = static_cast<std::uint32_t>(value);
  if (type == Type::l4proto) return l4proto_name(low);
  if (auto const symbol = nft::symbol_of(type, low); !symbol.empty()) return std::string(symbol);
  if (type == Type::port || type == Type::byte || type == Type::half) return std::to_string(low);
  return hex(value);
}

std::string range_text(ValueType type, Bits128 first, Bits128 last) {
  if (first == last) return value_text(type, first);
  bool const address = type == Type::ip4 || type == Type::ip6;
  if (!address) {  // by number: names have dashes of their own
    if (type == Type::mark || type == Type::opaque) return hex(first) + '-' + hex(last);
    return std::to_string(static_cast<std::uint32_t>(first)) + '-' +
           std::to_string(static_cast<std::uint32_t>(last));
  }
  auto const family = type == Type::ip4 ? Family::ip4 : Family::ip6;
  Bits128 const host = last - first;
  if ((host & (host + 1)) == 0 && (first & host) == 0) {
    std::uint8_t length = static_cast<std::uint8_t>(address_bits(family));
    for (Bits128 rest = host; rest != 0; rest >>= 1U) --length;
    return to_string(Prefix{{family, first}, length});
  }
  return value_text(type, first) + '-' + value_text(type, last);
}

std::string bits_text(ValueType type, std::uint32_t value) {
  std::string text;
  for (std::uint32_t bit = 1; bit != 0; bit <<= 1U) {
    if ((value & bit) == 0) continue;
    auto const symbol = nft::symbol_of(type, bit);
    if (symbol.empty()) return hex(value);
    if (!text.empty()) text += '|';
    text += symbol;
  }
  if (text.empty()) return "0x0";
  return text.contains('|') ? "(" + text + ")" : text;
}

std::uint32_t bits_of(ValueType type) {
  if (type == Type::ip6) return 128;
  return static_cast<std::uint32_t>(std::bit_width(nft::largest(type)));
}

std::optional<std::string> interface_text(std::span<std::uint8_t const> bytes) {
  constexpr std::size_t kLongest = 16;  // IFNAMSIZ
  if (bytes.empty() || bytes.size() > kLongest) return std::nullopt;
  auto const end = std::ranges::find(bytes, std::uint8_t{0});
  std::string name(bytes.begin(), end);
  if (std::ranges::any_of(end, bytes.end(), [](std::uint8_t byte) { return byte != 0; }))
    return std::nullopt;
  bool const whole = end != bytes.end();
  bool const plain = std::ranges::all_of(
      name, [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\' && c != '*'; });
  if (name.empty() || !plain) return std::nullopt;
  return '"' + name + (whole ? "\"" : "*\"");
}

std::optional<std::string> interface_range(std::span<std::uint8_t const> first,
                                           std::span<std::uint8_t const> last) {
  if (first.size() != last.size()) return std::nullopt;
  if (std::ranges::equal(first, last)) return interface_text(first);
  std::size_t same = 0;
  while (same < first.size() && first[same] == last[same]) ++same;
  for (std::size_t i = same; i < first.size(); ++i)
    if (first[i] != 0 || last[i] != 0xFF) return std::nullopt;
  if (std::ranges::find(first.first(same), std::uint8_t{0}) !=
      first.begin() + static_cast<std::ptrdiff_t>(same))
    return std::nullopt;
  return interface_text(first.first(same));
}

std::string_view family_name(std::uint32_t family) {
  switch (family) {
    case 1:
      return "inet";
    case 2:
      return "ip";
    case 3:
      return "arp";
    case 5:
      return "netdev";
    case 7:
      return "bridge";
    case 10:
      return "ip6";
    default:
      return {};
  }
}

std::optional<std::string> name_text(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (char const c : name)
    if (c == '"' || static_cast<unsigned char>(c) < ' ') return std::nullopt;
  bool const plain =
      (is_letter(name.front()) || name.front() == '_') &&
      std::ranges::all_of(name, [](char c) { return is_of_word(c) || c == '-' || c == '.'; });
  nft::Token word;
  word.kind = nft::TokenKind::word;
  word.text = name;
  if (plain && !nft::is_reserved(word) && !nft::begins_selector(word)) return std::string(name);
  return '"' + std::string(name) + '"';
}

std::string quoted(std::string_view text) {
  std::string made = printable(text);
  std::ranges::replace(made, '"', '\'');
  std::ranges::replace(made, '\n', ' ');
  return '"' + made + '"';
}

}  // namespace safeconduct::kernel
