// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/expectation.h"
#include "base/text.h"

#include <cstddef>

namespace safeconduct {
namespace {

// 64 hexadecimal digits, colons between them or not.
std::optional<std::array<std::uint8_t, 32>> key_of(std::string_view text) {
  std::array<std::uint8_t, 32> key{};
  std::size_t digits = 0;
  for (char const c : text) {
    if (c == ':') continue;
    auto const digit = std::string_view("0123456789abcdef").find(lower(c));
    if (digit == std::string_view::npos || digits == 64) return std::nullopt;
    auto& byte = key[digits / 2];
    byte = static_cast<std::uint8_t>(unsigned{byte} << 4U | static_cast<unsigned>(digit));
    ++digits;
  }
  if (digits != 64) return std::nullopt;
  return key;
}

}  // namespace

std::string expected(Probe const& probe, std::string_view key) {
  for (auto const& [name, value] : probe.expect)
    if (name == key) return value;
  return {};
}

std::string without_dot(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return name;
}

DnsExpectation dns_expectation(Probe const& probe) {
  DnsExpectation dns;
  dns.server_line = !expected(probe, "server").empty();
  dns.source_line = !expected(probe, "source").empty();
  dns.optional = expected(probe, "answer") == "optional";
  dns.provider = without_dot(expected(probe, "dnscrypt-provider"));
  dns.public_key = key_of(expected(probe, "dnscrypt-key"));
  return dns;
}

bool fits_pattern(std::string_view pattern, std::string_view text) {
  auto const star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  auto const rest = pattern.substr(star + 1);
  for (std::size_t at = star; at <= text.size(); ++at)
    if (fits_pattern(rest, text.substr(at))) return true;
  return false;
}

}  // namespace safeconduct
