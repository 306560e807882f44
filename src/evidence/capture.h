// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a packet capture (pcap or pcapng) tells of the requirements: which were tried, when, and
// what became of them. Streamed: memory does not grow with the file.
//
// Absence proves little. "No answer" counts where the capture goes on for long enough after the
// last packet that asked, and where it shows packets to the client at all; else the observation
// says that it does not decide ("capture-ends-too-soon", "one-sided").

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "evidence/byte_source.h"
#include "evidence/gateway_told.h"
#include "net/address.h"
#include "packet/observation.h"
#include "policy/wanted.h"

namespace safeconduct {

// Nanoseconds since 1970, UTC: what captures count in.
using CaptureTime = std::int64_t;

// Queries of one client to one resolver that follow each other closely (the client sends two at a
// time, each with an id of its own): a step of the client's ladder, to lay logs beside.
struct DnsWave {
  CaptureTime first = 0;  // of its first query
  CaptureTime last = 0;   // and of its last
  Address client;
  Address resolver;
  std::uint32_t protocol = 0;  // IANA number
  std::uint16_t port = 0;
  std::string name;  // "debug.opendns.com"; empty: encrypted
  std::size_t queries = 0;
  bool answered = false;   // at least one
  std::size_t packet = 0;  // of its first query, from 1
  bool operator==(DnsWave const&) const = default;
};

// What a name of the requirements was resolved to, in this capture.
struct LearntName {
  std::string name;
  std::vector<Address> addresses;  // ascending
  CaptureTime time = 0;
  std::size_t packet = 0;  // the answer, or the TLS hello that named the server
  bool operator==(LearntName const&) const = default;
};

struct CaptureAccount {
  std::string file;
  std::string format;                // "pcap", "pcapng"
  std::size_t packets = 0;           // as Wireshark counts
  std::size_t unread = 0;            // of them, of link types or in tunnels that are not read
  std::optional<CaptureTime> first;  // none: no packet with a time
  std::optional<CaptureTime> last;
  bool cut = false;  // it ends within a packet, or is damaged there: what stands before was read
  std::vector<std::string> link_types;    // "Ethernet", in the order in which they come
  bool two_sided = false;                 // packets to a client were seen, not only packets of it
  std::vector<Observation> observations;  // in the order of the policies, then of the addresses
  std::vector<DnsWave> waves;             // in order of time
  std::vector<LearntName> names;
  std::size_t gateways = 0;  // so many that logs told were looked for
  Notes notes;
};

struct CaptureOptions {
  std::size_t most_flows = 65'536;   // that are followed at one time
  std::size_t most_targets = 4'096;  // addresses and ports that are told apart
  std::size_t most_waves = 16'384;
  std::vector<GatewayTold> gateways;  // to be looked for, too
  std::string trust;                  // a file of authorities (PEM); empty: those of the system
};

// Do these first bytes of a file (4 are enough) begin a capture?
bool is_capture(std::span<std::uint8_t const> start);

// 'file' is what evidence calls it. Errors: it is no capture, or not one whole packet can be read.
Result<CaptureAccount> read_capture(ByteSource const& source, std::string const& file,
                                    Wanted const& wanted, CaptureOptions const& options = {});

}  // namespace safeconduct
