// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_values.h"

#include <algorithm>

#include "base/text.h"
#include "packet/field.h"

namespace safeconduct::iptables {
namespace {

// As iptables does (xtables.c, __numeric_to_ipaddr): one to four octets, zeros after them.
std::optional<std::uint32_t> parse_short_ip4(std::string_view text) {
  std::uint32_t bits = 0;
  std::size_t at = 0;
  for (int octet = 0; octet < 4; ++octet) {
    std::size_t const start = at;
    std::uint32_t value = 0;
    while (at < text.size() && at - start < 4 && text[at] >= '0' && text[at] <= '9')
      value = value * 10 + static_cast<std::uint32_t>(text[at++] - '0');
    std::size_t const digits = at - start;
    if (digits == 0 || value > 255 || (digits > 1 && text[start] == '0')) return std::nullopt;
    bits |= value << (24 - 8 * octet);
    if (at == text.size()) return bits;
    if (text[at++] != '.') return std::nullopt;
  }
  return std::nullopt;
}

Bits128 prefix_mask(Family family, unsigned length) {
  unsigned const host = address_bits(family) - length;
  Bits128 const host_bits = host == 128 ? ~Bits128{0} : (Bits128{1} << host) - 1;
  return ~host_bits & max_address(family);
}

std::optional<Bits128> parse_mask(Family family, std::string_view text) {
  if (text.size() <= 3) {
    unsigned length = 0;
    bool digits = !text.empty();
    for (char const c : text) {
      digits = digits && c >= '0' && c <= '9';
      length = length * 10 + static_cast<unsigned>(c - '0');
    }
    if (digits && length <= address_bits(family) && (text.size() == 1 || text[0] != '0'))
      return prefix_mask(family, length);
  }
  if (family == Family::ip4) return parse_ip4(text);
  return parse_plain_address(family, text);
}

}  // namespace

std::optional<Bits128> parse_plain_address(Family family, std::string_view text) {
  if (family == Family::ip4) {
    if (auto const bits = parse_short_ip4(text)) return *bits;
    return std::nullopt;
  }
  auto const address = parse_address(text);
  if (!address || address->family != family) return std::nullopt;
  return address->bits;
}

std::optional<MaskedAddress> parse_masked_address(Family family, std::string_view text) {
  auto const slash = text.find('/');
  auto const bits = parse_plain_address(family, text.substr(0, slash));
  if (!bits) return std::nullopt;
  if (slash == std::string_view::npos) return MaskedAddress{*bits, max_address(family)};
  auto const mask = parse_mask(family, text.substr(slash + 1));
  if (!mask) return std::nullopt;
  return MaskedAddress{*bits & *mask, *mask};
}

bool looks_like_host_name(std::string_view text) {
  auto const name = text.substr(0, text.find('/'));
  auto const fits = [&](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, fits) && std::ranges::any_of(name, is_letter) &&
         name[0] != '-' && name[0] != '.';
}

std::optional<std::uint32_t> parse_one_port(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (!begins_with_digit(text)) return parse_port(text);
  if (text.size() > 5 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint32_t port = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port > 65535) return std::nullopt;
  return port;
}

std::optional<PortSpan> parse_ports(std::string_view text, char between) {
  auto at = text.find(between);
  if (at == std::string_view::npos) {
    auto const port = parse_one_port(text);
    if (!port) return std::nullopt;
    return PortSpan{*port, *port};
  }
  if (between == '-' && text[0] > '9') {  // a service name may have hyphens: "ftp-data"
    if (auto const port = parse_one_port(text)) return PortSpan{*port, *port};
  }
  PortSpan span;
  auto const first = text.substr(0, at);
  auto const last = text.substr(at + 1);
  if (!first.empty()) {
    auto const port = parse_one_port(first);
    if (!port) return std::nullopt;
    span.first = *port;
  }
  if (!last.empty()) {
    auto const port = parse_one_port(last);
    if (!port) return std::nullopt;
    span.last = *port;
  }
  return span;
}

std::optional<MarkValue> parse_mark(std::string_view text) {
  auto const slash = text.find('/');
  auto const value = parse_c_number(text.substr(0, slash));
  if (!value) return std::nullopt;
  if (slash == std::string_view::npos) return MarkValue{*value, 0xFFFFFFFFU};
  auto const mask = parse_c_number(text.substr(slash + 1));
  if (!mask) return std::nullopt;
  return MarkValue{*value, *mask};
}

std::optional<std::uint32_t> parse_protocol(std::string_view text) {
  if (text == "tcp") return l4::tcp;
  if (text == "udp") return l4::udp;
  if (text == "icmp") return l4::icmp;
  if (text == "all") return 0U;
  if (begins_with_digit(text)) return parse_c_number(text, 255);
  return parse_l4proto(text);
}

}  // namespace safeconduct::iptables
