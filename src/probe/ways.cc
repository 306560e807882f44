// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/ways.h"

#include <algorithm>
#include <random>
#include <utility>

#include "packet/field.h"
#include "probe/asker.h"
#include "probe/quic.h"

namespace safeconduct {
namespace {

using std::chrono::milliseconds;

// Linux sends an ICMP error a second to each host, after a burst of six, and others do alike.
constexpr milliseconds kPause{1100};
constexpr std::size_t kFast = 4;             // ways within such a burst
constexpr std::size_t kMost = 40;            // that are looked at
constexpr milliseconds kPatience{1000};      // for each hop
constexpr std::uint16_t kTracePort = 33434;  // where traceroute begins; nothing listens there

}  // namespace

bool Ways::full() const { return known_.size() >= kMost; }

bool Ways::has_room(Address const& target) {
  if (compared_.size() < kMost) compared_.insert(target);
  return compared_.contains(target);
}

PathAsk Ways::ask_like(ProbeTask const& task) const {
  PathAsk ask;
  ask.target = {*task.dst, task.port};
  ask.protocol = task.protocol;
  ask.question = txt_question(task.kind == ProbeKind::dns_txt ? task.name : "debug.opendns.com");
  ask.options = settings_.wire;
  ask.patience = std::min(kPatience, plan_.schedule.patience);
  return ask;
}

asio::awaitable<std::vector<Hop>> Ways::look(PathAsk ask) {
  // A payload of its own goes a way of its own.
  auto const kind = ask.payload.empty() ? ask.protocol : ~ask.protocol;
  std::tuple const key(ask.target.address, kind, ask.target.port);
  auto const known = known_.find(key);
  if (known != known_.end()) co_return known->second;
  if (full()) co_return std::vector<Hop>{};
  if (known_.size() >= kFast) co_await pause_until(next_);
  next_ = SteadyClock::now() + kPause;
  auto found = co_await result_of<std::vector<Hop>>(
      [&](std::function<void(std::vector<Hop>)> done) { find_path(io_, ask, std::move(done)); });
  known_[key] = found;
  co_return found;
}

asio::awaitable<std::vector<Hop>> Ways::of(ProbeTask task) {
  auto found = co_await look(ask_like(task));
  co_return found;
}

asio::awaitable<std::vector<Hop>> Ways::control(ProbeTask task) {
  auto ask = ask_like(task);
  ask.protocol = l4::udp;
  ask.target.port = kTracePort;
  auto found = co_await look(std::move(ask));
  co_return found;
}

asio::awaitable<std::vector<Hop>> Ways::quic(ProbeTask task) {
  auto ask = ask_like(task);
  ask.payload = quic_packet(std::random_device{}());
  auto found = co_await look(std::move(ask));
  co_return found;
}

asio::awaitable<Hop> Ways::quic_at(ProbeTask task, unsigned ttl) {
  auto ask = ask_like(task);
  ask.payload = quic_packet(std::random_device{}());
  auto const found = co_await look_at(std::move(ask), ttl);
  co_return found;
}

asio::awaitable<Hop> Ways::at(ProbeTask task, unsigned ttl) {
  auto const found = co_await look_at(ask_like(task), ttl);
  co_return found;
}

asio::awaitable<Hop> Ways::look_at(PathAsk ask, unsigned ttl) {
  ask.first = ttl;
  ask.most = ttl;
  auto const found = co_await result_of<std::vector<Hop>>(
      [&](std::function<void(std::vector<Hop>)> done) { find_path(io_, ask, std::move(done)); });
  co_return found.empty() ? Hop{} : found.back();
}

}  // namespace safeconduct
