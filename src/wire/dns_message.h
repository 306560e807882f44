// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// DNS messages (RFC 1035, RFC 6891) as bytes and as values. Pure: nothing is sent here.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace safeconduct {

enum class DnsType : std::uint16_t { a = 1, cname = 5, txt = 16, aaaa = 28 };
std::string_view name(DnsType type);  // "A"

enum class DnsCode : std::uint8_t {  // RFC 1035, 4.1.1; others are kept as numbers
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,
  not_implemented = 4,
  refused = 5,
};

struct DnsQuestion {
  std::string name;  // "sync.hydra.opendns.com", in lower case, without a last dot
  std::uint16_t type = 0;
  bool operator==(DnsQuestion const&) const = default;
};

struct DnsRecord {
  std::string name;
  std::uint16_t type = 0;
  std::uint32_t ttl = 0;             // seconds
  std::optional<Address> address;    // of A and AAAA
  std::string target;                // of CNAME
  std::vector<std::string> strings;  // of TXT, as bytes
  bool operator==(DnsRecord const&) const = default;
};

struct DnsMessage {
  std::uint16_t id = 0;
  bool response = false;
  bool truncated = false;
  std::uint8_t code = 0;  // a DnsCode
  std::vector<DnsQuestion> questions;
  std::vector<DnsRecord> answers;
  bool operator==(DnsMessage const&) const = default;
};

// A recursive query, with room for an answer of 1232 bytes over UDP where it is 'extended' (an OPT
// record). nullopt: no name of a host (a label of more than 63 bytes, more than 253 in all, an
// empty label).
std::optional<std::vector<std::uint8_t>> encode_query(std::uint16_t id, DnsQuestion const& question,
                                                      bool extended = true);

// Why bytes are no DNS message, in words.
using DnsFault = std::string;
std::expected<DnsMessage, DnsFault> decode_message(std::span<std::uint8_t const> bytes);

// Is it the answer to that query, and not a stray or forged one?
bool answers(DnsMessage const& message, std::uint16_t id, DnsQuestion const& question);

// The addresses that the answer gives for the name, along its chain of CNAMEs, and that chain.
struct DnsAddresses {
  std::vector<std::string> chain;  // without the name asked for
  std::vector<Address> addresses;  // ascending
  std::uint32_t ttl = 0;           // the smallest on the way; seconds
};
DnsAddresses addresses_in(DnsMessage const& message);

// The strings of the TXT records for the name, along its chain of CNAMEs; not those of others.
std::vector<std::string> texts_in(DnsMessage const& message);

}  // namespace safeconduct
