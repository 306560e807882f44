// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/dns_follow.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "evidence/patience.h"

namespace safeconduct {
namespace {

// Two packets of one try of the client are 170 to 190 ms apart, its steps 5 s.
constexpr CaptureTime kWaveGap = 2 * kSecond;
constexpr std::size_t kMostAnswers = 131'072;
constexpr std::size_t kMostOfPort = 64;  // queries of one port that wait

double ms_between(CaptureTime from, CaptureTime to) { return static_cast<double>(to - from) / 1e6; }

Tally one(PacketPlace asked, PacketPlace ended) {
  return {1, asked.time, asked.time, ended.time, asked.packet, asked.packet, ended.packet};
}

}  // namespace

std::size_t DatagramFollow::KeyHash::operator()(Key const& key) const {
  std::uint64_t value = std::uint64_t{key.target} << 32U | key.client;
  value ^=
      (std::uint64_t{key.port} << 8U | static_cast<std::uint64_t>(key.what)) * 0xC2B2AE3D27D4EB4FU;
  value *= 0x9E3779B97F4A7C15U;
  return value ^ value >> 29U;
}

void DatagramFollow::asked(std::uint32_t target, IpView const& ip, UdpView const& udp,
                           PacketPlace at) {
  auto const& to = targets_.at(target);
  auto const asked = to.dns ? dns_asked(udp.data, to) : DnsAsked{};
  if (asked.response) return;
  auto const client = tallies_.number_of(ip.src);
  auto const wave = wave_of(target, ip.src, asked, at);
  if (waiting_ >= options_.most_flows || client == kManyClients) {
    ++left_out_;
    return;
  }
  Key const key{target, client, udp.sport, {}};
  auto& port = ports_[key];
  port.client = ip.src;
  for (auto& one : port.waiting) {
    if (one.id != asked.id || one.what != asked.what || one.answered) continue;
    ++one.repeats;
    one.at.time = at.time;  // waits from here on
    return;
  }
  if (port.waiting.size() >= kMostOfPort) {
    auto const& oldest = port.waiting.front();
    if (!oldest.answered) ++left_out_;
    port.waiting.erase(port.waiting.begin());
    --waiting_;
  }
  port.waiting.push_back({at, asked.id, asked.what, false, 0, wave});
  ++waiting_;
}

// The query that it answers. One that is no DNS at all answers whatever that port asked first.
DatagramFollow::Waiting* DatagramFollow::waiting_for(Key const& key, DnsAsked const& asked) {
  auto const found = ports_.find(key);
  if (found == ports_.end()) return nullptr;
  Waiting* any = nullptr;
  for (auto& one : found->second.waiting) {
    if (one.id == asked.id && one.what == asked.what) return &one;
    if (any == nullptr && !one.answered) any = &one;
  }
  return asked.what == Asked::opaque ? any : nullptr;
}

std::size_t DatagramFollow::wave_of(std::uint32_t target, Address const& client,
                                    DnsAsked const& asked, PacketPlace at) {
  if (asked.what != Asked::probe && asked.what != Asked::certificate) return 0;
  auto& last = last_wave_[{target, tallies_.number_of(client), 0, asked.what}];
  if (last != 0 && at.time - waves_[last - 1].last <= kWaveGap) {
    auto& wave = waves_[last - 1];
    wave.last = std::max(wave.last, at.time);
    ++wave.queries;
    return last;
  }
  if (waves_.size() >= options_.most_waves) {
    ++left_out_;
    return last = 0;
  }
  auto const& to = targets_.at(target);
  waves_.push_back({at.time, at.time, client, to.address, to.protocol, to.port, asked.name, 1,
                    false, at.packet});
  return last = waves_.size();
}

void DatagramFollow::answered(std::uint32_t target, IpView const& ip, UdpView const& udp,
                              PacketPlace at) {
  auto const& from = targets_.at(target);
  tallies_.heard_with_ttl(target, ip.ttl);
  auto const client = tallies_.number_of(ip.dst);
  DnsJudged judged{Ending::answered, {}};
  DnsAsked asked;
  if (from.dns) {
    asked = dns_asked(udp.data, from);
    if (asked.what != Asked::opaque && !asked.response) return;  // a query from this port
    judged = judge_dns_answer(udp.data, ip.short_of, from, at.time);
  }
  judged.told.ttl = ip.ttl;
  auto* const found = waiting_for({target, client, udp.dport, {}}, asked);
  note_answer(target, client, found == nullptr ? asked.what : found->what, at.time);
  if (found == nullptr) {
    tallies_.add(target, ip.dst, judged.ending, std::move(judged.told), one(at, at));
    return;
  }
  bool const in_the_clear = found->what != Asked::opaque && from.dns;
  if (in_the_clear && judged.ending == Ending::answered) {
    judged.ending = Ending::dns_foreign;
    judged.told.cause = "dns-garbled";
  }
  if (!found->answered) judged.told.rtt_ms = ms_between(found->at.time, at.time);
  found->answered = true;
  if (found->wave != 0) waves_[found->wave - 1].answered = true;
  tallies_.add(target, ip.dst, judged.ending, std::move(judged.told), one(found->at, at));
}

bool DatagramFollow::waits(std::uint32_t target, Address const& client, std::uint16_t port) {
  auto const found = ports_.find({target, tallies_.number_of(client), port, {}});
  if (found == ports_.end()) return false;
  return std::ranges::find(found->second.waiting, false, &Waiting::answered) !=
         found->second.waiting.end();
}

void DatagramFollow::refused(std::uint32_t target, Address const& client, std::uint16_t port,
                             IcmpHeard const& icmp, PacketPlace at) {
  Told told;
  told.icmp = icmp;
  // The quotation ends before the id: the oldest of that port that waits.
  auto const found = ports_.find({target, tallies_.number_of(client), port, {}});
  if (found != ports_.end()) {
    auto& waiting = found->second.waiting;
    auto const first = std::ranges::find(waiting, false, &Waiting::answered);
    if (first != waiting.end()) {
      told.rtt_ms = ms_between(first->at.time, at.time);
      tallies_.add(target, client, Ending::unreachable, std::move(told), one(first->at, at));
      waiting.erase(first);
      --waiting_;
      return;
    }
  }
  tallies_.add(target, client, Ending::unreachable, std::move(told), one(at, at));
}

void DatagramFollow::note_answer(std::uint32_t target, std::uint32_t client, Asked what,
                                 CaptureTime time) {
  if (last_answer_.size() >= kMostAnswers) return;
  last_answer_[{target, client, 0, what}] = time;
}

// A question of no importance may stay unanswered by itself (a name whose servers are down): it
// counts as answered where any other was.
bool DatagramFollow::answered_since(Key const& key, Asked what, CaptureTime time) const {
  auto const since = [&](Asked one) {
    auto const found = last_answer_.find({key.target, key.client, 0, one});
    return found != last_answer_.end() && found->second > time;
  };
  if (what != Asked::other) return since(what);
  return since(Asked::other) || since(Asked::probe) || since(Asked::certificate) ||
         since(Asked::opaque);
}

void DatagramFollow::end_silent(Key const& key, Address const& client, Waiting const& waiting,
                                Ending ending) {
  if (waiting.answered || answered_since(key, waiting.what, waiting.at.time)) return;
  if (waiting.wave != 0 && waves_[waiting.wave - 1].answered) return;
  if (waiting.what == Asked::certificate && ending == Ending::silent)
    ending = Ending::dns_no_certificate;
  auto tally = one(waiting.at, {waiting.at.time, 0});
  tally.count += waiting.repeats;
  tallies_.add(key.target, client, ending, {}, tally);
}

void DatagramFollow::expire(CaptureTime now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweep;
  for (auto it = ports_.begin(); it != ports_.end();) {
    auto& [key, port] = *it;
    waiting_ -= std::erase_if(port.waiting, [&](Waiting const& one) {
      if (now - one.at.time < kForgotten) return false;
      end_silent(key, port.client, one, Ending::silent);
      return true;
    });
    it = port.waiting.empty() ? ports_.erase(it) : std::next(it);
  }
}

void DatagramFollow::finish(CaptureTime last) {
  for (auto const& [key, port] : ports_)
    for (auto const& one : port.waiting)
      end_silent(key, port.client, one,
                 last - one.at.time >= kPatience ? Ending::silent : Ending::too_soon);
  ports_.clear();
  waiting_ = 0;
}

std::vector<DnsWave> DatagramFollow::waves() && {
  std::ranges::stable_sort(waves_, {}, &DnsWave::first);
  return std::move(waves_);
}

}  // namespace safeconduct
