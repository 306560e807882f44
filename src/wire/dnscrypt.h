// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// DNSCrypt certificates: 124 bytes, signed with the provider's Ed25519 key, which is published. Who
// serves a valid one is the provider, or passes on what the provider says (DNSCrypt-V2-PROTOCOL).

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace safeconduct {

using ProviderKey = std::array<std::uint8_t, 32>;

struct DnscryptCertificate {
  std::uint16_t construction = 0;  // 1: X25519-XSalsa20Poly1305, 2: X25519-XChacha20Poly1305
  std::uint16_t minor = 0;
  std::array<std::uint8_t, 64> signature{};
  std::array<std::uint8_t, 32> resolver_key{};
  std::array<std::uint8_t, 8> client_magic{};
  std::uint32_t serial = 0;
  std::uint32_t from = 0;  // seconds since 1970; both days included
  std::uint32_t until = 0;
  bool operator==(DnscryptCertificate const&) const = default;
};

// nullopt: these bytes are no certificate.
std::optional<DnscryptCertificate> read_certificate(std::span<std::uint8_t const> bytes);
// Is the signature that of the key's owner? Throws std::runtime_error where OpenSSL is not
// installed.
bool is_signed_by(std::span<std::uint8_t const> bytes, ProviderKey const& key);

enum class DnscryptFault : std::uint8_t {
  none,
  absent,         // no string of the answer is a certificate
  bad_signature,  // none is signed by the provider
  not_yet,        // signed, and for later
  expired,        // signed, and over
};
std::string_view name(DnscryptFault fault);

struct DnscryptJudgement {
  DnscryptFault fault = DnscryptFault::absent;
  std::optional<DnscryptCertificate> best;  // of those that come furthest, the highest serial
};
// Of the strings of a TXT answer, at that time (seconds since 1970).
DnscryptJudgement judge_certificates(std::span<std::string const> strings, ProviderKey const& key,
                                     std::int64_t now);

// "serial 1574811744, valid from 2019-11-26T23:42:24Z to 2020-11-25T23:42:24Z"
std::string to_string(DnscryptCertificate const& certificate);
// "2019-11-26T23:42:24Z"
std::string utc_text(std::int64_t seconds);

}  // namespace safeconduct
