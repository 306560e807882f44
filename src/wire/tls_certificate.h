// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a server's certificate says of itself. Who signed it is not verified here. All throw
// std::runtime_error where OpenSSL is not installed.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace safeconduct {

struct TlsCertificate {
  std::string subject;  // "CN=api.opendns.com,O=..."
  std::string issuer;
  std::string not_after;  // "2026-11-26"
  std::string key_hash;   // SHA-256 of the public key, hexadecimal
  bool operator==(TlsCertificate const&) const = default;
};

// Of a certificate as it is sent (X.509, DER); nullopt: it is none.
std::optional<TlsCertificate> read_tls_certificate(std::span<std::uint8_t const> bytes);
// Does the chain, the server's own certificate first, lead to an authority that is trusted, at that
// time (seconds since 1970)? 'trust' is a file of authorities (PEM); empty: those of the system.
bool leads_to_trusted(std::span<std::vector<std::uint8_t> const> chain, std::string const& trust,
                      std::int64_t when);
// Is it for the host of that name?
bool is_for_host(std::span<std::uint8_t const> certificate, std::string_view name);

}  // namespace safeconduct
