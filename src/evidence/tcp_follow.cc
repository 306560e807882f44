// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/tcp_follow.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "evidence/dns_answer.h"
#include "evidence/patience.h"
#include "evidence/tls_bytes.h"
#include "packet/field.h"
#include "wire/tls_certificate.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostSaid = 1'024;  // flows whose first bytes are kept at one time: 20 MiB
constexpr std::size_t kMostAhead = 8;     // pieces beyond a gap

double ms_between(CaptureTime from, CaptureTime to) { return static_cast<double>(to - from) / 1e6; }

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}  // namespace

bool FirstBytes::put(std::size_t offset, ByteView data) {
  if (offset >= most_ || data.empty()) return false;
  auto const end = std::min(most_, offset + data.size());
  if (end <= whole_) return false;
  if (bytes_.size() < end) bytes_.resize(end);
  std::ranges::copy(data.first(end - offset), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  if (offset > whole_) {
    if (ahead_.size() < kMostAhead) ahead_.push_back({offset, end});
    return false;
  }
  whole_ = end;
  for (bool grown = true; grown;) {
    grown = false;
    for (auto const& piece : ahead_)
      if (piece.first <= whole_ && piece.last > whole_) {
        whole_ = piece.last;
        grown = true;
      }
  }
  std::erase_if(ahead_, [&](Piece const& piece) { return piece.last <= whole_; });
  return true;
}

std::size_t TcpFollow::KeyHash::operator()(Key const& key) const {
  std::uint64_t value = std::uint64_t{key.target} << 32U | key.client;
  value ^= std::uint64_t{key.port} * 0xC2B2AE3D27D4EB4FU;
  value *= 0x9E3779B97F4A7C15U;
  return value ^ value >> 29U;
}

TcpFollow::Flow* TcpFollow::flow_of(std::uint32_t target, Address const& client, std::uint16_t port,
                                    PacketPlace at) {
  Key const key{target, tallies_.number_of(client), port};
  if (auto const found = flows_.find(key); found != flows_.end()) return &found->second;
  if (flows_.size() >= options_.most_flows || key.client == kManyClients) {
    ++left_out_;
    return nullptr;
  }
  auto& flow = flows_[key];
  flow.client = client;
  flow.first = at;
  return &flow;
}

void TcpFollow::from_client(std::uint32_t target, IpView const& ip, TcpView const& tcp,
                            PacketPlace at) {
  auto* const flow = flow_of(target, ip.src, tcp.sport, at);
  if (flow == nullptr) return;
  Key const key{target, tallies_.number_of(ip.src), tcp.sport};
  bool const syn = (tcp.flags & tcp_bit::kSyn) != 0;
  if (syn) {
    // The same port with another number: a try of its own (Windows tries again after a reset).
    if (flow->syns != 0 && (tcp.seq != flow->isn || flow->done)) {
      if (!flow->done) end(key, *flow, at.time);
      if (flow->said) --said_;
      *flow = {};
      flow->client = ip.src;
      flow->first = at;
    }
    flow->syn = true;
    flow->isn = tcp.seq;
    flow->window = tcp.window;
    ++flow->syns;
    flow->last_syn = at;
    flow->last = at;
    return;
  }
  flow->last = at;
  if (flow->done) return;
  bool const over = (tcp.flags & (tcp_bit::kFin | tcp_bit::kRst)) != 0;
  if ((tcp.flags & tcp_bit::kRst) == 0) flow->client_on = true;
  if (!tcp.data.empty()) {
    flow->client_asked = true;
    flow->last_ask = at;
    bool const begun_before = !flow->syn && !flow->syn_ack;
    if (begun_before && tls_client_side(tcp.data).hello) {  // its numbers tell those of both sides
      flow->syn_ack = true;
      flow->isn = tcp.seq - 1;
      flow->server_isn = tcp.ack - 1;
      flow->answer = at;
    }
    if (!flow->said && (flow->syn || flow->syn_ack) && said_ < kMostSaid) {
      flow->said = std::make_unique<Said>();
      ++said_;
    }
    if (flow->said) {
      flow->said->client.put(tcp.seq - flow->isn - 1, tcp.data);
      // Its alert may be the answer to what was heard before.
      if (flow->server_said && judge_said(key, *flow, false)) return;
    }
  }
  if (over) {
    if (!flow->client_closed) flow->closed_at = at;
    flow->client_closed = true;
    if (flow->server_said || !flow->client_on) end(key, *flow, at.time);
  }
}

void TcpFollow::from_server(std::uint32_t target, IpView const& ip, TcpView const& tcp,
                            PacketPlace at) {
  auto* const flow = flow_of(target, ip.dst, tcp.dport, at);
  if (flow == nullptr) return;
  Key const key{target, tallies_.number_of(ip.dst), tcp.dport};
  flow->last = at;
  flow->server_seen = true;
  if (flow->done) return;
  if ((tcp.flags & tcp_bit::kRst) != 0) return reset(key, *flow, ip, tcp, at);
  if ((tcp.flags & tcp_bit::kSyn) != 0) {
    if (flow->syn_ack) return;
    flow->syn_ack = true;
    flow->server_isn = tcp.seq;
    flow->answer = at;
    flow->ttl = ip.ttl;
    tallies_.heard_with_ttl(target, ip.ttl);
    if (flow->syns == 1) {
      auto const rtt = ms_between(flow->last_syn.time, at.time);
      fastest_ms_ = std::min(fastest_ms_.value_or(rtt), rtt);
    }
    return;
  }
  if (!tcp.data.empty()) hear(key, *flow, ip, tcp, at);
  if (flow->done) return;
  if ((tcp.flags & tcp_bit::kFin) != 0) {
    if (flow->server_said) return end(key, *flow, at.time);
    if (!flow->syn && !flow->syn_ack) return;  // the end of one whose beginning was not seen
    Told told;
    told.ttl = ip.ttl;
    tell(key, *flow, flow->client_asked ? Ending::closed : Ending::handshake, std::move(told), at);
  }
}

void TcpFollow::reset(Key const& key, Flow& flow, IpView const& ip, TcpView const& tcp,
                      PacketPlace at) {
  if (flow.server_said) return end(key, flow, at.time);
  // A reset in the middle of what was not seen to begin says nothing of the way.
  if (!flow.syn && !flow.syn_ack) {
    flow.done = true;
    return;
  }
  Told told;
  told.ttl = ip.ttl;
  if (flow.syn_ack || flow.client_on) {
    auto const from = flow.client_asked ? flow.last_ask : flow.answer;
    if (from.packet != 0) told.rtt_ms = ms_between(from.time, at.time);
    if (flow.client_closed && !flow.client_asked)
      return tell(key, flow, Ending::handshake, std::move(told), at);
    return tell(key, flow, Ending::reset_later, std::move(told), at);
  }
  told.rtt_ms = ms_between(flow.last_syn.time, at.time);
  told.window = tcp.window;
  told.window_echoed = tcp.window != 0 && tcp.window == flow.window;
  tell(key, flow, Ending::reset, std::move(told), at);
}

void TcpFollow::hear(Key const& key, Flow& flow, IpView const& ip, TcpView const& tcp,
                     PacketPlace at) {
  if (!flow.server_said) {
    flow.server_said = true;
    flow.heard = at;
    if (!flow.syn_ack) flow.ttl = ip.ttl;
    tallies_.heard_with_ttl(key.target, ip.ttl);
  }
  if (!flow.said && flow.syn_ack && said_ < kMostSaid) {
    flow.said = std::make_unique<Said>();
    ++said_;
  }
  if (!flow.said || !flow.syn_ack) return;
  if (flow.said->server.put(tcp.seq - flow.server_isn - 1, tcp.data)) judge_said(key, flow, false);
}

bool TcpFollow::waits(std::uint32_t target, Address const& client, std::uint16_t port) {
  auto const found = flows_.find({target, tallies_.number_of(client), port});
  return found != flows_.end() && found->second.syn && !found->second.syn_ack &&
         !found->second.done;
}

void TcpFollow::refused(std::uint32_t target, Address const& client, std::uint16_t port,
                        IcmpHeard const& icmp, PacketPlace at) {
  auto* const flow = flow_of(target, client, port, at);
  if (flow == nullptr || flow->done || flow->syn_ack || flow->server_said) return;
  if (!flow->icmp) flow->icmp_at = at;
  flow->icmp = icmp;
  flow->last = at;
}

// ---- what was said

bool TcpFollow::judge_said(Key const& key, Flow& flow, bool at_end) {
  auto const& target = targets_.at(key.target);
  if (target.dns && (target.port == 53 || !begins_tls(flow))) return judge_dns(key, flow);
  if (target.port == 80) return judge_http(key, flow);
  return judge_tls(key, flow, at_end);
}

bool TcpFollow::begins_tls(Flow const& flow) {
  return tls_client_side(flow.said->client.front()).hello;
}

bool TcpFollow::judge_dns(Key const& key, Flow& flow) {
  auto const bytes = flow.said->server.front();
  if (bytes.size() < 2) return false;
  std::size_t const length = std::size_t{bytes[0]} << 8U | bytes[1];
  if (bytes.size() - 2 < length) return false;
  auto judged =
      judge_dns_answer(bytes.subspan(2, length), false, targets_.at(key.target), flow.heard.time);
  judged.told.ttl = flow.ttl;
  if (flow.client_asked) judged.told.rtt_ms = ms_between(flow.last_ask.time, flow.heard.time);
  tell(key, flow, judged.ending, std::move(judged.told), flow.heard);
  return true;
}

bool TcpFollow::judge_http(Key const& key, Flow& flow) {
  auto const text = text_of(flow.said->server.front());
  if (text.size() < 13) return false;
  Told told;
  told.ttl = flow.ttl;
  if (!text.starts_with("HTTP/")) {
    tell(key, flow, Ending::answered, std::move(told), flow.heard);
    return true;
  }
  told.text = printable(text.substr(0, std::min<std::size_t>(text.find('\r'), 64)));
  told.cause = told.text.substr(0, 12);
  tell(key, flow, text[9] == '2' ? Ending::http_fine : Ending::http_other, std::move(told),
       flow.heard);
  return true;
}

bool TcpFollow::judge_tls(Key const& key, Flow& flow, bool at_end) {
  using What = TlsServerSide::What;
  auto const client = tls_client_side(flow.said->client.front());
  auto const server = tls_server_side(flow.said->server.front());
  Told told;
  told.ttl = flow.ttl;
  told.version = server.version;
  told.server_name = client.server_name;
  auto const say = [&](Ending ending) {
    tell(key, flow, ending, std::move(told), flow.heard);
    return true;
  };
  switch (server.what) {
    case What::too_few:
      return false;
    case What::no_tls:
      told.text = printable(text_of(flow.said->server.front().first(
          std::min<std::size_t>(flow.said->server.front().size(), 16))));
      return say(Ending::tls_none);
    case What::alert:
      told.text = alert_text(server.alert);
      told.cause = told.text;
      return say(Ending::tls_failed);
    case What::hello:
      if (!at_end) return false;
      told.text = "its certificate is not in the capture";
      return say(Ending::tls_hidden);
    case What::hidden:
      return say(Ending::tls_hidden);
    case What::resumed:
      told.text = "an earlier session was resumed, which shows no certificate";
      return say(Ending::tls_hidden);
    case What::certificates:
      break;
  }
  auto const leaf = read_tls_certificate(server.chain.front());
  if (!leaf) {
    told.text = "what it sends as its certificate is none";
    return say(Ending::tls_failed);
  }
  bool const refused = client.alert && distrusts(*client.alert);
  // The client says soon whether it takes it.
  if (!refused && !at_end && flow.last_ask.packet <= flow.heard.packet) return false;
  told.certificate = leaf->subject;
  told.issuer = leaf->issuer;
  told.key_hash = leaf->key_hash;
  told.self_issued = leaf->subject == leaf->issuer;
  told.name_matches = is_for_host(server.chain.front(), client.server_name);
  told.trusted = leads_to_trusted(server.chain, trust_, flow.heard.time / kSecond);
  if (refused) told.text = alert_text(*client.alert);
  return say(refused ? Ending::tls_rejected : Ending::tls_named);
}

// ---- ends

void TcpFollow::tell(Key const& key, Flow& flow, Ending ending, Told told, PacketPlace end) {
  Tally tally;
  tally.count = 1;
  tally.first = flow.first.time;
  tally.last = flow.syns != 0 ? flow.last_syn.time : flow.first.time;
  tally.end = end.time;
  tally.first_packet = flow.first.packet;
  tally.last_packet = flow.syns != 0 ? flow.last_syn.packet : flow.first.packet;
  tally.end_packet = end.packet;
  tallies_.add(key.target, flow.client, ending, std::move(told), tally);
  flow.done = true;
  if (flow.said) {
    flow.said.reset();
    --said_;
  }
}

// What is not yet told, told now: nothing more comes, or the capture ends.
void TcpFollow::end(Key const& key, Flow& flow, CaptureTime now) {
  if (flow.done) return;
  Told told;
  if (flow.ttl != 0) told.ttl = flow.ttl;
  if (flow.server_said) {
    if (flow.said && judge_said(key, flow, true)) return;
    return tell(key, flow, Ending::answered, std::move(told), flow.heard);
  }
  bool const waited = now - flow.last.time >= kPatience;
  if (flow.syn_ack) {
    if (!flow.client_asked) return tell(key, flow, Ending::handshake, std::move(told), flow.answer);
    // It began before the capture did, and of the other side there is nothing: not even that what
    // was asked arrived.
    if (!flow.server_seen) return tell(key, flow, Ending::one_way, std::move(told), flow.last_ask);
    auto const waited_until = flow.client_closed ? flow.closed_at.time : now;
    bool const asked_for_long = waited_until - flow.last_ask.time >= kPatience;
    return tell(key, flow, asked_for_long ? Ending::tarpit : Ending::handshake, std::move(told),
                flow.last_ask);
  }
  if (flow.icmp) {
    told.icmp = flow.icmp;
    auto const asked = flow.syn ? flow.last_syn : flow.first;
    if (flow.icmp_at.time >= asked.time) told.rtt_ms = ms_between(asked.time, flow.icmp_at.time);
    return tell(key, flow, Ending::unreachable, std::move(told), flow.icmp_at);
  }
  if (flow.client_on && flow.syn)
    return tell(key, flow, Ending::one_way, std::move(told), flow.last);
  flow.done = true;
  if (!flow.syn) return;  // one side of a connection whose beginning was not seen
  flow.done = false;
  tell(key, flow, waited ? Ending::silent : Ending::too_soon, std::move(told),
       {flow.last_syn.time, 0});
}

void TcpFollow::expire(CaptureTime now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweep;
  for (auto it = flows_.begin(); it != flows_.end();) {
    auto& [key, flow] = *it;
    if (now - flow.last.time < kForgotten) {
      ++it;
      continue;
    }
    end(key, flow, now);
    if (flow.said) --said_;
    it = flows_.erase(it);
  }
}

void TcpFollow::finish(CaptureTime last) {
  for (auto& [key, flow] : flows_) end(key, flow, last);
  flows_.clear();
  said_ = 0;
}

}  // namespace safeconduct
