// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the policy says a right answer looks like, as values.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/requirement.h"

namespace safeconduct {

// What a right answer to a DNS probe looks like.
struct DnsExpectation {
  bool server_line = false;  // a string "server ..." in the answer
  bool source_line = false;
  bool optional = false;                                   // a completed handshake is enough
  std::string provider;                                    // name of the DNSCrypt certificate
  std::optional<std::array<std::uint8_t, 32>> public_key;  // Ed25519, that signs it
  bool operator==(DnsExpectation const&) const = default;
};
DnsExpectation dns_expectation(Probe const& probe);

// The value of that key; empty where there is none.
std::string expected(Probe const& probe, std::string_view key);
// The name as it is looked up: "debug.opendns.com" for "debug.opendns.com.".
std::string without_dot(std::string name);
// '*' stands for anything: "*O=DigiCert Inc*".
bool fits_pattern(std::string_view pattern, std::string_view text);

}  // namespace safeconduct
