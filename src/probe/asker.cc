// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/asker.h"

#include <algorithm>
#include <utility>

#include "packet/field.h"
#include "probe/classify.h"
#include "probe/sockets.h"

namespace safeconduct {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kOwnPatience{700};  // for what comes from this host itself, or the next

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool cut_short(Heard const& heard) {
  if (heard.end != Heard::End::answered) return false;
  auto const message = decode_message(heard.answer);
  return message && message->truncated;
}

// The file by which an authority of the chain was added to this host.
std::string adder_of(std::vector<std::string> const& built,
                     std::vector<AddedAuthority> const& added) {
  for (auto const& one : added)
    if (std::ranges::find(built, one.key_hash) != built.end()) return one.file;
  return {};
}

}  // namespace

DnsQuestion txt_question(std::string const& name) {
  return {name, static_cast<std::uint16_t>(DnsType::txt)};
}

asio::awaitable<Heard> Asker::udp(WireTarget target, DnsQuestion question) {
  co_return co_await result_of<Heard>([&](HeardHandler done) {
    exchange_udp(io_, target,
                 {std::move(question), plan_.schedule.extended_dns, plan_.schedule.sends,
                  plan_.schedule.patience},
                 settings_.wire, std::move(done));
  });
}

asio::awaitable<Heard> Asker::stream(WireTarget target, StreamAsk ask) {
  ask.connect = plan_.schedule.connect;
  // As long as a question over UDP is waited for, with all its packets: who is slow is no tarpit.
  ask.patience = plan_.schedule.sends.back() + plan_.schedule.patience;
  ask.resets = plan_.schedule.resets;
  ask.reset_pause = plan_.schedule.reset_pause;
  ask.trust = settings_.trust;
  co_return co_await result_of<Heard>([&](HeardHandler done) {
    exchange_stream(io_, target, std::move(ask), settings_.wire, std::move(done));
  });
}

asio::awaitable<Heard> Asker::dns(WireTarget target, std::uint32_t protocol, DnsQuestion question) {
  StreamAsk ask;
  ask.speak = StreamAsk::Speak::dns;
  ask.question = question;
  if (protocol != l4::udp) {
    auto heard = co_await stream(target, ask);
    co_return heard;
  }
  auto heard = co_await udp(target, std::move(question));
  if (!cut_short(heard)) co_return heard;
  auto whole = co_await stream(target, std::move(ask));
  heard.sent += whole.sent;
  heard.last = whole.last;
  if (whole.end != Heard::End::answered) {
    heard.end = Heard::End::cut;
    co_return heard;
  }
  heard.answer = std::move(whole.answer);
  heard.whole_over_tcp = true;
  co_return heard;
}

asio::awaitable<Heard> Asker::txt(WireTarget target, std::uint32_t protocol, std::string name) {
  co_return co_await dns(target, protocol, txt_question(name));
}

asio::awaitable<Heard> Asker::conversation(ProbeTask task) {
  WireTarget const target{*task.dst, task.port};
  StreamAsk ask;
  ask.name = task.name;
  ask.path = task.http_path;
  switch (task.kind) {
    case ProbeKind::dns_txt:
    case ProbeKind::dnscrypt_cert: {
      auto heard = co_await txt(target, task.protocol, task.name);
      co_return heard;
    }
    case ProbeKind::tls:
    case ProbeKind::resolve_then_tls:
      ask.speak = StreamAsk::Speak::tls;
      break;
    case ProbeKind::http_get:
      ask.speak = StreamAsk::Speak::http;
      break;
    case ProbeKind::tcp:
    case ProbeKind::resolve_then_tcp:
    case ProbeKind::ike_sa_init:
      break;
  }
  auto heard = co_await stream(target, std::move(ask));
  co_return heard;
}

asio::awaitable<Observation> Asker::observe(ProbeTask task) {
  auto heard = co_await conversation(task);
  heard.own_icmp = heard.icmp && is_own_address(heard.icmp->by);
  if (heard.tls) heard.tls->added_by = adder_of(heard.tls->built, settings_.added);
  bool const ask_certificate =
      task.kind == ProbeKind::dns_txt && task.dns.public_key && heard.end == Heard::End::answered;
  if (!ask_certificate) co_return classify(task, heard, nullptr, now());
  auto const certificate = co_await txt({*task.dst, task.port}, task.protocol, task.dns.provider);
  co_return classify(task, heard, &certificate, now());
}

// A reset by this host's own output chain comes back over the loopback: a socket that is deaf to
// that hears nothing.
asio::awaitable<bool> Asker::resets_itself(ProbeTask task) {
  if (is_own_address(*task.dst)) co_return false;
  auto options = settings_.wire;
  options.deaf_to_itself = true;
  for (int i = 0; i < 2; ++i) {
    StreamAsk ask;
    ask.connect = kOwnPatience;
    auto const heard = co_await result_of<Heard>([&](HeardHandler done) {
      exchange_stream(io_, {*task.dst, task.port}, ask, options, std::move(done));
    });
    if (heard.end != Heard::End::silent) co_return false;
  }
  co_return true;
}

}  // namespace safeconduct
