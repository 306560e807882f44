// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What became of each try in a capture, counted by target, by ending and by client; judged at the
// end (capture_judge.h), when the whole is known.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "evidence/capture.h"
#include "net/address.h"
#include "wire/icmp.h"

namespace safeconduct {

enum class Ending : std::uint8_t {
  // Nothing came back.
  silent,
  too_soon,  // and the capture ends before that means much
  one_way,   // but the client went on as if something had
  // Somebody refused, or stayed silent later.
  reset,
  unreachable,  // an ICMP error
  reset_later,  // after the handshake
  closed,       // by the peer, after the handshake and without an answer
  tarpit,       // after the handshake nothing more came, though something was asked
  // Something came.
  handshake,  // and nothing was asked
  answered,   // of protocols that are not looked into
  // The answer of a resolver.
  dns_verified,   // a certificate of that time, signed by the published key
  dns_right,      // the lines that the service's resolvers tell
  dns_other,      // to another question; who answers is not told by it
  dns_encrypted,  // DNSCrypt
  dns_foreign,    // not what the service's resolvers say ('cause')
  dns_bad_signature,
  dns_not_today,
  dns_failed,          // the resolver says that it could not (SERVFAIL)
  dns_no_certificate,  // none in the answer, or none came
  dns_cut,             // the capture kept too little of it
  // The answer of a web server.
  tls_named,     // its certificate was seen
  tls_hidden,    // TLS 1.3
  tls_failed,    // an alert, before a certificate was seen
  tls_rejected,  // the client refused the certificate
  tls_none,      // it is no TLS
  http_fine,
  http_other,
};

// Of the packets that make up one ending.
struct Told {
  std::optional<double> rtt_ms;      // the shortest
  std::optional<double> longest_ms;  // and the longest
  std::optional<std::uint8_t> ttl;   // of what ended it
  bool window_echoed = false;        // a reset with the window of the SYN
  std::uint16_t window = 0;
  std::optional<IcmpHeard> icmp;
  std::string cause;        // the finer word, of dns_foreign
  std::string text;         // a sentence more, of any
  std::string server;       // of a debug answer
  std::string source;       // the same
  std::string certificate;  // of DNSCrypt, or the subject of TLS
  std::string issuer;
  std::string key_hash;
  std::string version;      // of TLS
  std::string server_name;  // that the client asked for
  bool name_matches = false;
  bool trusted = false;
  bool self_issued = false;
};

struct Tally {
  std::size_t count = 0;
  CaptureTime first = 0;
  CaptureTime last = 0;  // when the last of them began
  CaptureTime end = 0;   // when it came to its end
  std::size_t first_packet = 0;
  std::size_t last_packet = 0;  // the last that asked
  std::size_t end_packet = 0;   // the first that ended one; 0: none
};

inline constexpr std::uint32_t kManyClients = 0xFFFFFFFF;

// Endings that are the same but for when and for whom.
struct EndingGroup {
  Ending ending{};
  Told told;
  std::unordered_map<std::uint32_t, Tally> clients;  // by their number
};

class Tallies {
 public:
  std::uint32_t number_of(Address const& client);
  Address const& client(std::uint32_t number) const { return clients_[number]; }

  std::vector<Address> const& clients() const { return clients_; }

  void add(std::uint32_t target, Address const& client, Ending ending, Told told,
           Tally const& tally);
  std::vector<EndingGroup> const& of(std::uint32_t target) const;
  std::size_t left_out() const { return left_out_; }

  // The TTL of packets that a target's address surely sent itself, as they came in.
  void heard_with_ttl(std::uint32_t target, std::uint8_t ttl);
  std::optional<std::uint8_t> ttl_of(std::uint32_t target) const;

 private:
  struct AddressHash {
    std::size_t operator()(Address const& address) const;
  };
  std::vector<Address> clients_;
  std::unordered_map<Address, std::uint32_t, AddressHash> numbers_;
  std::vector<std::vector<EndingGroup>> targets_;
  std::vector<std::optional<std::uint8_t>> ttls_;
  std::size_t tallies_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace safeconduct
