// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/address.h"

#include <arpa/inet.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace safeconduct {
namespace {

Bits128 from_bytes(std::array<unsigned char, 16> const& bytes) {
  Bits128 bits = 0;
  for (unsigned char const byte : bytes) bits = bits << 8 | byte;
  return bits;
}

std::array<unsigned char, 16> to_bytes(Bits128 bits) {
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; bits >>= 8)
    bytes[i] = static_cast<unsigned char>(bits);
  return bytes;
}

// The addresses under a prefix of this length that follow its first one: the host bits, all set.
Bits128 host_mask(Family family, unsigned length) {
  unsigned const host = address_bits(family) - length;
  return host == 128 ? ~Bits128{0} : (Bits128{1} << host) - 1;
}

unsigned trailing_zeros(Bits128 bits) {
  auto const low = static_cast<std::uint64_t>(bits);
  if (low != 0) return static_cast<unsigned>(std::countr_zero(low));
  auto const high = static_cast<std::uint64_t>(bits >> 64);
  return high != 0 ? 64U + static_cast<unsigned>(std::countr_zero(high)) : 128U;
}

}  // namespace

std::string_view name(Family family) { return family == Family::ip4 ? "IPv4" : "IPv6"; }

std::optional<std::uint32_t> parse_ip4(std::string_view text) {
  std::uint32_t bits = 0;
  std::size_t at = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (at >= text.size() || text[at] != '.') return std::nullopt;
      ++at;
    }
    std::size_t const start = at;
    std::uint32_t value = 0;
    while (at < text.size() && at - start < 4 && text[at] >= '0' && text[at] <= '9')
      value = value * 10 + static_cast<std::uint32_t>(text[at++] - '0');
    std::size_t const digits = at - start;
    // A leading zero is refused: some tools read it as octal.
    if (digits == 0 || value > 255 || (digits > 1 && text[start] == '0')) return std::nullopt;
    bits = bits << 8 | value;
  }
  if (at != text.size()) return std::nullopt;
  return bits;
}

std::optional<Address> parse_address(std::string_view text) {
  if (auto const ip4 = parse_ip4(text)) return Address{Family::ip4, *ip4};
  if (text.find(':') == std::string_view::npos || text.size() >= INET6_ADDRSTRLEN)
    return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  std::memcpy(terminated.data(), text.data(), text.size());
  if (std::strlen(terminated.data()) != text.size()) return std::nullopt;  // a NUL byte inside
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, terminated.data(), bytes.data()) != 1) return std::nullopt;
  return Address{Family::ip6, from_bytes(bytes)};
}

std::string to_string(Address const& address) {
  if (address.family == Family::ip4) {
    auto const bits = static_cast<std::uint32_t>(address.bits);
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
      if (shift != 24) text += '.';
      text += std::to_string(bits >> shift & 255U);
    }
    return text;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  auto const bytes = to_bytes(address.bits);
  return inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
}

std::optional<Prefix> parse_prefix(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  unsigned length = address_bits(address->family);
  if (slash != std::string_view::npos) {
    auto const digits = text.substr(slash + 1);
    if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    unsigned given = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (error != std::errc{} || end != digits.data() + digits.size() || given > length)
      return std::nullopt;
    length = given;
  }
  return Prefix{*address, static_cast<std::uint8_t>(length)};
}

bool has_host_bits(Prefix const& prefix) {
  return (prefix.address.bits & host_mask(prefix.address.family, prefix.length)) != 0;
}

bool is_mapped_ip4(Prefix const& prefix) {
  return prefix.address.family == Family::ip6 && prefix.length >= 96 &&
         prefix.address.bits >> 32 == Bits128{0xFFFF};
}

Prefix without_host_bits(Prefix const& prefix) {
  Prefix clean = prefix;
  clean.address.bits &= ~host_mask(prefix.address.family, prefix.length);
  return clean;
}

std::string to_string(Prefix const& prefix) {
  return to_string(prefix.address) + '/' + std::to_string(prefix.length);
}

AddressInterval interval(Prefix const& prefix) {
  Bits128 const first = without_host_bits(prefix).address.bits;
  return {first, first | host_mask(prefix.address.family, prefix.length)};
}

std::optional<std::vector<Prefix>> to_prefixes(Family family, AddressSet const& set,
                                               std::size_t limit) {
  std::vector<Prefix> prefixes;
  unsigned const width = address_bits(family);
  for (auto const& range : set.intervals()) {
    Bits128 from = range.first;
    while (true) {
      if (prefixes.size() >= limit) return std::nullopt;
      // The largest block that starts at 'from' and does not pass the end.
      unsigned host = std::min(trailing_zeros(from), width);
      while (host > 0 && (from | host_mask(family, width - host)) > range.last) --host;
      prefixes.push_back({{family, from}, static_cast<std::uint8_t>(width - host)});
      Bits128 const last = from | host_mask(family, width - host);
      if (last >= range.last) break;
      from = last + 1;
    }
  }
  return prefixes;
}

std::vector<Prefix> to_prefixes(Family family, AddressSet const& set) {
  // Without a limit there is always an answer.
  return to_prefixes(family, set, ~std::size_t{0}).value_or(std::vector<Prefix>{});
}

}  // namespace safeconduct
