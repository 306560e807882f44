// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one exchange with one target came to: facts alone, judged elsewhere (classify.h).

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/address.h"
#include "wire/icmp.h"
#include "wire/tls_certificate.h"

namespace safeconduct {

struct WireTarget {
  Address address;
  std::uint16_t port = 0;

  // Not trivial, so that compilers pass it by its address: of what a coroutine takes by value,
  // clang 19 keeps its copy at addresses that are not aligned as those of 128 bits have to be.
  ~WireTarget() {}
};

// How packets leave this host.
struct WireOptions {
  std::optional<Address> source;  // used for its own family
  std::string interface;
  std::optional<std::uint32_t> mark;
  std::optional<std::uint8_t> dscp;
  std::optional<std::uint8_t> ttl;  // of a look at the way
  bool deaf_to_itself = false;      // takes nothing that comes over the loopback
};

struct TlsHeard {
  bool any_bytes = false;             // the peer said something after our hello
  bool completed = false;             // the handshake
  std::string version;                // "TLSv1.3"
  std::vector<TlsCertificate> chain;  // as the peer sent it, leaf first
  bool trusted = false;               // the chain leads to an authority that is trusted here
  bool name_matches = false;          // and the leaf is for the name that was asked for
  std::string fault;                  // why not, or why there was no handshake, in OpenSSL's words
  std::vector<std::string> built = {};  // key hashes of the chain that was built here, leaf first
  std::string added_by = {};  // the file by which an authority of it was added to this host
  bool operator==(TlsHeard const&) const = default;
};

struct Heard {
  enum class End : std::uint8_t {
    silent,
    answered,     // a handshake where nothing was asked; else an answer
    reset,        // by TCP
    icmp,         // an ICMP error ('icmp')
    closed,       // the peer ended the connection without an answer
    garbled,      // something else than an answer
    cut,          // half an answer
    local_error,  // 'error' says which
  };
  End end = End::silent;
  bool connected = false;  // TCP: the handshake was completed
  int error = 0;           // errno
  std::optional<IcmpHeard> icmp;
  bool own_icmp = false;             // its sender is this host
  bool whole_over_tcp = false;       // asked again there, as the answer over UDP was cut short
  std::optional<double> rtt_ms;      // from the packet that was answered to what ended the exchange
  std::optional<double> connect_ms;  // of the handshake
  std::optional<std::uint8_t> ttl;   // of the answer as it came in; UDP
  unsigned sent = 0;                 // queries, or connections tried
  std::vector<std::uint8_t> answer;
  std::string fault;  // of what was garbled
  std::optional<TlsHeard> tls;
  std::optional<Address> src;  // ours
  std::chrono::system_clock::time_point first{};
  std::chrono::system_clock::time_point last{};
};

}  // namespace safeconduct
