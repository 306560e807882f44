// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What will be sent, as a value: decided before a socket is opened, and printed by --dry-run.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "net/address.h"
#include "policy/expectation.h"
#include "policy/wanted.h"

namespace safeconduct {

// When the packets of one question are sent, and how long their answers are waited for.
struct ProbeSchedule {
  std::vector<std::chrono::milliseconds> sends;  // from the start of the question; never empty
  std::chrono::milliseconds patience{2000};      // after the last of them
  std::chrono::milliseconds connect{4000};       // for a TCP handshake: SYNs at 0, 1 and 3 s
  unsigned resets = 1;                           // connections tried where each is reset
  std::chrono::milliseconds reset_pause{500};    // between those
  bool extended_dns = true;                      // queries carry an OPT record (RFC 6891)
};

// A packet that a rule decides on, which is to be met.
struct ProbeWitness {
  std::string requirement;  // its id
  Family family{};
  std::uint32_t protocol = 0;  // IANA number
  Address dst;
  std::uint16_t port = 0;
  std::string rule;    // what the rules make of it: "blocked by fw.nft:12:3: udp dport 443 drop"
  bool range = false;  // 'dst' was chosen from a range: it may be nobody's
  std::string expected = {};  // an outcome's name, where the rules lead to one
};

struct PlanOptions {
  std::vector<Family> families{Family::ip4, Family::ip6};
  bool as_client = false;  // the real client's schedule instead of ours
  unsigned tries = 3;
  std::chrono::milliseconds patience{2000};
  unsigned rate = 50;             // probes begun in a second, over all
  unsigned target_rate = 20;      // and to one address
  bool path = false;              // look at the way to every target
  std::vector<Prefix> allowed;    // targets beyond the policy's, private ones too
  std::optional<Address> asking;  // the resolver for names; none: those of the policy
  // In place of all addresses of the requirements: one of each region of the rules.
  std::optional<std::vector<ProbeWitness>> witnesses;
};

struct ProbeTask {
  std::string requirement;  // its id
  ProbeKind kind{};
  Family family{};
  std::uint32_t protocol = 0;  // tcp or udp
  std::optional<Address> dst;  // none: what 'resolve' resolves to
  std::uint16_t port = 0;
  std::string resolve;    // a name of the policy's; may be empty
  std::string name;       // to ask for (dns-txt), or to present (tls, http-get)
  std::string http_path;  // http-get
  std::string http_body;  // what the page must say; may be empty
  std::string issuer;     // of the policy's expectation; may be empty
  DnsExpectation dns;
  std::chrono::milliseconds delay{0};  // from the start of the run
  std::string rule;                    // of a witness: what the rules make of it
  bool range = false;                  // of a witness
  std::string expected;                // of a witness
  bool quic = false;                   // QUIC must not be blocked: it is asked beside the question
  bool operator==(ProbeTask const&) const = default;
};

struct ProbePlan {
  std::vector<ProbeTask> tasks;  // in the order of the policies
  std::vector<Family> families;  // that were asked for
  ProbeSchedule schedule;
  std::array<AddressSet, 2> known;  // what the requirements' own addresses are: IPv4, IPv6
  std::array<AddressSet, 2> allowed;
  std::vector<Address> resolvers;                 // for names, in the order in which they are asked
  std::vector<std::uint16_t> resolver_ports{53};  // each of them, in this order
  bool path = false;
  unsigned rate = 50;  // as in PlanOptions
  unsigned target_rate = 20;
  // Least: every first packet is answered. Most: none is. Names count as one address each.
  std::size_t least_packets = 0;
  std::size_t most_packets = 0;
  std::chrono::milliseconds least_time{0};
  std::chrono::milliseconds most_time{0};
  Notes notes;
};

ProbePlan plan_probes(Wanted const& wanted, PlanOptions const& options);

// "udp 208.67.222.222 port 53"; "tcp api.opendns.com port 443 (IPv4)"
Said target_words(ProbeTask const& task);
// "TXT debug.opendns.com", "TLS api.opendns.com", "handshake", "GET /connecttest.txt"
std::string question_text(ProbeTask const& task);

}  // namespace safeconduct
