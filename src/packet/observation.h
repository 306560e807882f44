// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What became of packets that were really sent: the common word of whoever looks at the wire.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/said.h"
#include "net/address.h"

namespace safeconduct {

enum class Outcome : std::uint8_t {
  open,             // what was asked for came back
  timeout,          // silence after every retry
  reset,            // a TCP reset
  unreachable,      // an ICMP error
  intercepted,      // somebody else answered
  tls_intercepted,  // the certificate is not the service's
  tarpit,           // the handshake was completed, and then nothing more came
  unproven,         // something came that neither proves nor refutes the service
  name_error,       // the name has no address
  local_error,      // no route, no permission, no address of that family
  cancelled,        // interrupted before it came to an end
  not_tested,       // nothing was sent
};
std::string_view name(Outcome outcome);  // "tls-intercepted"

// Who brought it to its end.
enum class Teller : std::uint8_t {
  nobody,
  this_host,
  before_target,  // a device on the way
  target,         // the address that was asked, as far as can be told
  unknown,        // one of the two
};
std::string_view name(Teller teller);  // "before-target"

// A cause: the packet reached an address of a range, whose host refuses it.
inline constexpr std::string_view kArrivesInRange = "arrives-in-range";

struct Evidence {
  std::string kind;  // "icmp", "path", "issuer", "log", "packet", ...
  Said text;
  std::string file = {};   // where it stands, of evidence that was read: "bundle.zip/Umbrella.txt"
  std::size_t line = 0;    // of a log, from 1; 0: no line
  std::size_t packet = 0;  // of a capture, from 1 as Wireshark counts; 0: no packet
  bool operator==(Evidence const&) const = default;
};

// One step of the way to a target, by the TTL that ended there.
struct Hop {
  enum class What : std::uint8_t { silent, expired, answered, reset, unreachable, failed };
  unsigned ttl = 0;
  What what = What::silent;
  std::optional<Address> by;  // who said so
  std::uint8_t type = 0;      // ICMP, of 'expired' and 'unreachable'
  std::uint8_t code = 0;
  std::string device = {};  // that has this address, by the site file; empty: not known
  bool operator==(Hop const&) const = default;
};
std::string_view name(Hop::What what);

struct Observation {
  std::string requirement;  // its id
  Outcome outcome = Outcome::not_tested;
  std::string cause;  // the finer word: "silent-drop", "admin-prohibited", "dns-bad-signature", ...
  Said detail;        // one sentence, for the operator
  Family family = Family::ip4;
  std::uint32_t protocol = 0;  // IANA number
  std::optional<Address> src;
  std::optional<Address> dst;  // none: the name gave none
  std::uint16_t dport = 0;
  std::string question;   // "TXT debug.opendns.com", "TLS api.opendns.com", "handshake"
  std::string name;       // that 'dst' was resolved from
  bool verified = false;  // open, with proof that the service itself answered
  bool reported = false;  // a client says so in its log: how it was lost is not told
  Teller by = Teller::nobody;
  std::optional<Address> offender;  // who sent the ICMP error
  std::string offender_device;      // that has this address, by the site file; empty: not known
  std::optional<std::uint8_t> icmp_type;
  std::optional<std::uint8_t> icmp_code;
  std::size_t count = 0;         // packets or connections that were tried
  std::string first;             // when the first was sent, "2026-11-26T01:00:00Z"
  std::string last;              // and when the end came
  std::optional<double> rtt_ms;  // of what ended it
  std::vector<Evidence> evidence;
  std::vector<Hop> path;  // where the way was looked at
  bool operator==(Observation const&) const = default;
};

}  // namespace safeconduct
