// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// TCP connections to the requirements' targets: how far each came, and what ended it. Of what is
// said no more is kept than tells who speaks.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "evidence/capture.h"
#include "evidence/capture_targets.h"
#include "evidence/dns_follow.h"
#include "evidence/frame.h"
#include "evidence/tallies.h"

namespace safeconduct {

// The first bytes of one direction, put in order.
class FirstBytes {
 public:
  explicit FirstBytes(std::size_t most) : most_(most) {}
  // At that distance from the first byte. False: nothing new at the front.
  bool put(std::size_t offset, ByteView data);
  ByteView front() const { return {bytes_.data(), whole_}; }
  std::size_t room() const { return bytes_.capacity(); }

 private:
  struct Piece {
    std::size_t first = 0;
    std::size_t last = 0;  // one past it
  };
  std::size_t most_;
  std::size_t whole_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<Piece> ahead_;  // that stand beyond a gap
};

class TcpFollow {
 public:
  TcpFollow(CaptureTargets& targets, Tallies& tallies, CaptureOptions const& options,
            std::string trust)
      : targets_(targets), tallies_(tallies), options_(options), trust_(std::move(trust)) {}

  void from_client(std::uint32_t target, IpView const& ip, TcpView const& tcp, PacketPlace at);
  void from_server(std::uint32_t target, IpView const& ip, TcpView const& tcp, PacketPlace at);
  void refused(std::uint32_t target, Address const& client, std::uint16_t port,
               IcmpHeard const& icmp, PacketPlace at);
  // Did the client send it a SYN by that port, and is not answered yet?
  bool waits(std::uint32_t target, Address const& client, std::uint16_t port);
  void expire(CaptureTime now);
  void finish(CaptureTime last);
  std::size_t left_out() const { return left_out_; }
  // The shortest time from a SYN to its SYN-ACK, over all targets.
  std::optional<double> fastest_ms() const { return fastest_ms_; }

 private:
  struct Key {
    std::uint32_t target = 0;
    std::uint32_t client = 0;
    std::uint16_t port = 0;
    bool operator==(Key const&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(Key const& key) const;
  };
  struct Said {
    FirstBytes client{4096};
    FirstBytes server{16384};
  };
  struct Flow {
    Address client;
    std::uint32_t isn = 0;         // of the client's SYN
    std::uint32_t server_isn = 0;  // of the SYN-ACK
    std::uint32_t syns = 0;
    std::uint16_t window = 0;  // of the SYN
    bool syn = false;
    bool syn_ack = false;
    bool client_on = false;    // it went on after its SYN: somebody answered
    bool server_seen = false;  // any packet of it
    bool server_said = false;  // at least one byte
    bool client_asked = false;
    bool client_closed = false;
    bool done = false;     // told; what comes after is not looked at
    std::uint8_t ttl = 0;  // of the SYN-ACK, or the server's first data
    PacketPlace first;     // packet of it
    PacketPlace last_syn;
    PacketPlace answer;     // SYN-ACK
    PacketPlace last_ask;   // data of the client
    PacketPlace heard;      // the server's first data
    PacketPlace closed_at;  // by the client
    PacketPlace last;
    std::optional<IcmpHeard> icmp;
    PacketPlace icmp_at;
    std::unique_ptr<Said> said;
  };

  Flow* flow_of(std::uint32_t target, Address const& client, std::uint16_t port, PacketPlace at);
  void tell(Key const& key, Flow& flow, Ending ending, Told told, PacketPlace end);
  void reset(Key const& key, Flow& flow, IpView const& ip, TcpView const& tcp, PacketPlace at);
  void hear(Key const& key, Flow& flow, IpView const& ip, TcpView const& tcp, PacketPlace at);
  bool judge_said(Key const& key, Flow& flow, bool at_end);
  static bool begins_tls(Flow const& flow);
  bool judge_tls(Key const& key, Flow& flow, bool at_end);
  bool judge_dns(Key const& key, Flow& flow);
  bool judge_http(Key const& key, Flow& flow);
  void end(Key const& key, Flow& flow, CaptureTime now);

  CaptureTargets& targets_;
  Tallies& tallies_;
  CaptureOptions const& options_;
  std::string trust_;
  std::unordered_map<Key, Flow, KeyHash> flows_;
  std::size_t said_ = 0;  // flows whose bytes are kept
  CaptureTime next_sweep_ = 0;
  std::size_t left_out_ = 0;
  std::optional<double> fastest_ms_;
};

}  // namespace safeconduct
