// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Datagrams to the requirements' targets and what came back: queries by their ids, the client's
// ladder as waves. A query is unanswered where none of its wave was answered, as each try of the
// client has an id of its own and one answer is all that it waits for.

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "evidence/capture.h"
#include "evidence/capture_targets.h"
#include "evidence/dns_answer.h"
#include "evidence/frame.h"
#include "evidence/tallies.h"

namespace safeconduct {

// Where and when a packet was seen.
struct PacketPlace {
  CaptureTime time = 0;
  std::size_t packet = 0;
};

class DatagramFollow {
 public:
  DatagramFollow(CaptureTargets const& targets, Tallies& tallies, CaptureOptions const& options)
      : targets_(targets), tallies_(tallies), options_(options) {}

  void asked(std::uint32_t target, IpView const& ip, UdpView const& udp, PacketPlace at);
  void answered(std::uint32_t target, IpView const& ip, UdpView const& udp, PacketPlace at);
  void refused(std::uint32_t target, Address const& client, std::uint16_t port,
               IcmpHeard const& icmp, PacketPlace at);
  // Ends what has waited for long enough by then; at the end of the capture, all.
  void expire(CaptureTime now);
  void finish(CaptureTime last);

  // Did the client ask something of it by that port, and is not answered yet?
  bool waits(std::uint32_t target, Address const& client, std::uint16_t port);
  std::vector<DnsWave> waves() &&;
  std::size_t left_out() const { return left_out_; }

 private:
  // A client's port; or, for 'what' alone, all of its ports.
  struct Key {
    std::uint32_t target = 0;
    std::uint32_t client = 0;
    std::uint16_t port = 0;
    Asked what{};
    bool operator==(Key const&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(Key const& key) const;
  };
  struct Waiting {
    PacketPlace at;
    std::uint16_t id = 0;
    Asked what{};
    bool answered = false;
    std::uint32_t repeats = 0;  // of the same packet
    std::size_t wave = 0;       // place in waves_, plus one; 0: none
  };
  struct Port {
    Address client;
    std::vector<Waiting> waiting;  // oldest first
  };

  std::size_t wave_of(std::uint32_t target, Address const& client, DnsAsked const& asked,
                      PacketPlace at);
  Waiting* waiting_for(Key const& key, DnsAsked const& asked);
  void end_silent(Key const& key, Address const& client, Waiting const& waiting, Ending ending);
  bool answered_since(Key const& key, Asked what, CaptureTime time) const;
  void note_answer(std::uint32_t target, std::uint32_t client, Asked what, CaptureTime time);

  CaptureTargets const& targets_;
  Tallies& tallies_;
  CaptureOptions const& options_;
  std::unordered_map<Key, Port, KeyHash> ports_;               // 'what' is not told apart
  std::size_t waiting_ = 0;                                    // over all ports
  std::unordered_map<Key, CaptureTime, KeyHash> last_answer_;  // port is 0
  std::unordered_map<Key, std::size_t, KeyHash> last_wave_;    // the same
  std::vector<DnsWave> waves_;
  CaptureTime next_sweep_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace safeconduct
