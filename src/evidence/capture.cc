// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/codes.h"
#include "evidence/capture_judge.h"
#include "evidence/capture_reader.h"
#include "evidence/capture_targets.h"
#include "evidence/dns_follow.h"
#include "evidence/frame.h"
#include "evidence/hosts_seen.h"
#include "evidence/name_lookups.h"
#include "evidence/note_wording.h"
#include "evidence/recent_packets.h"
#include "evidence/tallies.h"
#include "evidence/tcp_follow.h"
#include "evidence/tls_bytes.h"
#include "evidence/tunnel.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr std::uint16_t kDnsPort = 53;
// A look at the way (traceroute) sends packets that are not meant to arrive, of TTL 1 to 30; others
// begin at 64 at least.
constexpr std::uint8_t kLookAtTheWay = 30;
constexpr std::size_t kMostLinkTypes = 16;  // that are told
constexpr std::size_t kMostUnreadKinds = 16;
constexpr int kMostTunnels = 3;  // one within the other

// Packets of a kind that is not read.
struct Unread {
  std::string kind;  // "in tunnels of a kind that is not read (PPTP)"
  std::size_t packets = 0;
  std::size_t first = 0;
};

class Watching {
 public:
  Watching(std::string const& file, Wanted const& wanted, CaptureOptions const& options)
      : wanted_(wanted),
        targets_(wanted, options.most_targets),
        names_(targets_),
        datagrams_(targets_, tallies_, options),
        connections_(targets_, tallies_, options, options.trust) {
    account_.file = file;
    account_.gateways = options.gateways.size();
    for (auto const& one : options.gateways)
      targets_.know(one.address, one.name, {one.requirement});
  }

  void see(CapturedPacket const& packet) {
    note_time(packet);
    note_link(packet.link);
    if (!is_link_read(packet.link))
      return unread(packet.number, "of a link type that is not read", link_name(packet.link));
    timed_ = packet.time.has_value();
    PacketPlace const at{now_, packet.number};
    auto inside = network_layer(packet.link, packet.bytes);
    for (int tunnels = 0; inside.unread.empty(); ++tunnels) {
      auto const ip = ip_view(inside.ip);
      if (!ip) return;
      if (tunnels > kMostTunnels) {
        inside.unread = "too many, one within the other";
        break;
      }
      see_ip(*ip, at);
      inside = carried(*ip);
    }
    unread(packet.number, "in tunnels of a kind that is not read", inside.unread);
  }

  CaptureAccount finish(CaptureReader const& reader) {
    account_.format = reader.is_pcapng() ? "pcapng" : "pcap";
    account_.packets = reader.packets();
    account_.cut = reader.fault().has_value();
    datagrams_.finish(last_);
    connections_.finish(last_);
    account_.observations =
        judge_capture({wanted_, targets_, tallies_, names_, hosts_, account_.file,
                       account_.first.value_or(0), last_, connections_.fastest_ms()});
    account_.names = targets_.learnt();
    note_sight();
    note_rest(reader);
    account_.waves = std::move(datagrams_).waves();
    return std::move(account_);
  }

 private:
  void see_ip(IpView const& ip, PacketPlace at) {
    hosts_.came(ip.dst, ip.src);
    switch (ip.protocol) {
      case l4::udp:
        return see_udp(ip, at);
      case l4::tcp:
        return see_tcp(ip, at);
      case l4::icmp:
      case l4::icmp6:
        return see_icmp(ip, at);
      default:
        return;
    }
  }

  void note_time(CapturedPacket const& packet) {
    if (!packet.time) return;  // it came with those before it
    account_.first = std::min(account_.first.value_or(*packet.time), *packet.time);
    last_ = account_.last ? std::max(last_, *packet.time) : *packet.time;
    account_.last = last_;
    now_ = *packet.time;
    datagrams_.expire(last_);
    connections_.expire(last_);
  }

  void unread(std::size_t number, std::string_view what, std::string_view kind) {
    ++account_.unread;
    auto text = std::string(what) + " (" + std::string(kind) + ')';
    auto found = std::ranges::find(unread_, text, &Unread::kind);
    if (found == unread_.end()) {
      if (unread_.size() >= kMostUnreadKinds) {
        found = unread_.end() - 1;
        found->kind = "of further kinds that are not read";
      } else {
        found = unread_.insert(found, {std::move(text), 0, number});
      }
    }
    ++found->packets;
  }

  // Once more the same packet? Without times that is not told.
  bool again(IpView const& ip) { return timed_ && recent_.again(ip, now_); }

  void note_link(std::uint32_t link) {
    if (link == last_link_) return;
    last_link_ = link;
    if (account_.link_types.size() >= kMostLinkTypes) return;
    auto name = link_name(link);
    if (std::ranges::find(account_.link_types, name) == account_.link_types.end())
      account_.link_types.push_back(std::move(name));
  }

  void see_udp(IpView const& ip, PacketPlace at) {
    auto const udp = udp_view(ip.payload);
    if (!udp) return;
    bool const dns =
        (udp->sport == kDnsPort || udp->dport == kDnsPort) && targets_.wants_any_name();
    bool const ours = targets_.may_be_port(l4::udp, udp->sport, udp->dport) &&
                      targets_.may_be_address(ip.src, ip.dst);
    bool const on_the_way = ip.ttl <= kLookAtTheWay;
    if ((!dns && !ours) || (!on_the_way && again(ip))) return;
    if (dns) names_.see(ip, *udp, at);
    if (!ours) return;
    auto const to = targets_.find(l4::udp, ip.dst, udp->dport);
    bool const back = to == kNoTarget || udp->sport < udp->dport;
    auto const from = back ? targets_.find(l4::udp, ip.src, udp->sport) : kNoTarget;
    if (from != kNoTarget) return datagrams_.answered(from, ip, *udp, at);
    if (to != kNoTarget && !on_the_way) datagrams_.asked(to, ip, *udp, at);
  }

  void see_tcp(IpView const& ip, PacketPlace at) {
    auto const tcp = tcp_view(ip.payload);
    if (!tcp || !targets_.may_be_port(l4::tcp, tcp->sport, tcp->dport)) return;
    learn_from_hello(ip, *tcp, at);
    if (!targets_.may_be_address(ip.src, ip.dst)) return;
    // Where both ends are targets, the one of the lower port is the server.
    auto const to = targets_.find(l4::tcp, ip.dst, tcp->dport);
    bool const back = to == kNoTarget || tcp->sport < tcp->dport;
    auto const from = back ? targets_.find(l4::tcp, ip.src, tcp->sport) : kNoTarget;
    bool const way_only = from == kNoTarget && ip.ttl <= kLookAtTheWay;
    if ((from == kNoTarget && to == kNoTarget) || way_only || again(ip)) return;
    if (from != kNoTarget) return connections_.from_server(from, ip, *tcp, at);
    connections_.from_client(to, ip, *tcp, at);
  }

  // A name that was resolved before the capture began is told by the client's hello.
  void learn_from_hello(IpView const& ip, TcpView const& tcp, PacketPlace at) {
    bool const hello =
        tcp.data.size() > 5 && tcp.data[0] == 0x16 && tcp.data[1] == 3 && tcp.data[5] == 1;
    if (!hello || !targets_.wants_any_name() || !targets_.is_wanted_port(l4::tcp, tcp.dport))
      return;
    auto const side = tls_client_side(tcp.data);
    if (!side.server_name.empty() && targets_.wants(side.server_name))
      targets_.learn(side.server_name, {ip.dst}, at.time, at.packet);
  }

  void see_icmp(IpView const& ip, PacketPlace at) {
    auto const error = icmp_error_view(ip);
    if (!error) return;
    auto const& quoted = error->quoted;
    constexpr std::uint8_t kFragmentationNeeded = 4;
    bool const size_only =
        ip.family == Family::ip4 && error->type == 3 && error->code == kFragmentationNeeded;
    if (size_only || (quoted.protocol != l4::udp && quoted.protocol != l4::tcp)) return;
    if (!targets_.may_be_port(quoted.protocol, error->sport, error->dport)) return;
    auto const to = targets_.find(quoted.protocol, quoted.dst, error->dport);
    if (to == kNoTarget) return;
    if (again(ip)) return;
    IcmpHeard const heard{error->type, error->code, ip.src};
    bool const waits = quoted.protocol == l4::udp
                           ? datagrams_.waits(to, quoted.src, error->sport)
                           : connections_.waits(to, quoted.src, error->sport);
    if (is_time_exceeded(heard) && !waits) return;  // the way was looked at; else it is a loop
    if (quoted.protocol == l4::udp)
      datagrams_.refused(to, quoted.src, error->sport, heard, at);
    else
      connections_.refused(to, quoted.src, error->sport, heard, at);
  }

  // ---- notes

  void note(std::string_view code, Said text) {
    account_.notes.push_back({std::string(code), std::move(text), {account_.file, 0, 0}});
  }

  void note_sight() {
    std::size_t one_sided = 0;
    std::size_t strangers = 0;
    auto const clients = tallies_.clients();
    for (auto const& client : clients) {
      if (!hosts_.anything_to(client)) ++one_sided;
      if (!is_client(client)) ++strangers;
    }
    account_.two_sided = one_sided < clients.size();
    if (one_sided != 0)
      note(code::kCaptureSight,
           {wording::kNothingToSome, {std::to_string(one_sided), std::to_string(clients.size())}});
    if (strangers != 0 && strangers == clients.size())
      note(code::kCaptureSight, {strangers > 1 ? wording::kStrangers : wording::kStranger,
                                 {to_string(clients.front())}});
  }

  bool is_client(Address const& address) const {
    for (auto const& one : wanted_.requirements)
      for (auto const& flow : one.flows)
        if (flow.family == address.family && flow.src.contains(address.bits)) return true;
    return false;
  }

  void note_rest(CaptureReader const& reader) {
    if (auto const& fault = reader.fault())
      note(code::kCaptureCut, {wording::kReadUpTo, {fault->text}});
    for (auto const& one : unread_)
      note(code::kCaptureUnread,
           {one.packets == 1 ? wording::kOnePacketUnread : wording::kPacketsUnread,
            {one.kind, std::to_string(one.first), std::to_string(one.packets)}});
    auto const flows = datagrams_.left_out() + connections_.left_out() + tallies_.left_out();
    if (flows != 0)
      note(code::kCaptureFull, {wording::kTooManyConnections, {std::to_string(flows)}});
    if (targets_.left_out() != 0)
      note(code::kCaptureFull, {wording::kTooManyAddresses, {std::to_string(targets_.left_out())}});
  }

  Wanted const& wanted_;
  CaptureAccount account_;
  CaptureTargets targets_;
  Tallies tallies_;
  NameLookups names_;
  HostsSeen hosts_;
  DatagramFollow datagrams_;
  TcpFollow connections_;
  CaptureTime now_ = 0;
  CaptureTime last_ = 0;
  std::uint32_t last_link_ = 0xFFFFFFFF;
  std::vector<Unread> unread_;
  RecentPackets recent_;
  bool timed_ = false;  // the packet at hand
};

}  // namespace

bool is_capture(std::span<std::uint8_t const> start) {
  if (start.size() < 4) return false;
  std::uint32_t const magic = std::uint32_t{start[0]} << 24U | std::uint32_t{start[1]} << 16U |
                              std::uint32_t{start[2]} << 8U | std::uint32_t{start[3]};
  switch (magic) {
    case 0xA1B2C3D4:  // pcap, microseconds
    case 0xD4C3B2A1:
    case 0xA1B23C4D:  // nanoseconds
    case 0x4D3CB2A1:
    case 0xA1B2CD34:  // Kuznetzov's, with more in each header
    case 0x34CDB2A1:
    case 0x0A0D0D0A:  // pcapng
      return true;
    default:
      return false;
  }
}

Result<CaptureAccount> read_capture(ByteSource const& source, std::string const& file,
                                    Wanted const& wanted, CaptureOptions const& options) {
  SC_TRY(reader, CaptureReader::open(source, file));
  Watching watching(file, wanted, options);
  CapturedPacket packet;
  while (reader.next(packet)) watching.see(packet);
  auto const& fault = reader.fault();
  if (fault && reader.packets() == 0) return std::unexpected(*fault);
  return watching.finish(reader);
}

}  // namespace safeconduct
