// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cerrno>
#include <optional>
#include <random>

#include "probe/awaiting.h"
#include "probe/exchanges.h"
#include "probe/sockets.h"

namespace safeconduct {
namespace {

using boost::system::error_code;
using Clock = SteadyClock;
constexpr int kMostStrays = 64;  // datagrams that are no answer to us, before we stop listening

// The state of one question: what was sent when, and what came.
struct Question {
  UdpAsk ask;
  Heard heard;
  std::vector<std::uint16_t> ids;
  std::vector<Clock::time_point> times;
  int strays = 0;
  bool over = false;

  void end(Heard::End how, int error = 0) {
    heard.end = how;
    heard.error = error;
    over = true;
  }
};

void take(Question& question, std::span<std::uint8_t const> bytes,
          std::optional<std::uint8_t> ttl) {
  if (!question.ask.payload.empty()) {
    question.heard.answer.assign(bytes.begin(), bytes.end());
    question.heard.rtt_ms = milliseconds_since(question.times.back());
    question.heard.ttl = ttl;
    return question.end(Heard::End::answered);
  }
  auto const message = decode_message(bytes);
  for (std::size_t i = 0; message && i < question.ids.size(); ++i) {
    if (!answers(*message, question.ids[i], question.ask.question)) continue;
    question.heard.answer.assign(bytes.begin(), bytes.end());
    question.heard.rtt_ms = milliseconds_since(question.times[i]);
    question.heard.ttl = ttl;
    return question.end(Heard::End::answered);
  }
  question.heard.fault = message ? "an answer to another question" : message.error();
  if (++question.strays >= kMostStrays) question.end(Heard::End::garbled);
}

// Everything that the socket has for us.
void read_all(Question& question, int socket) {
  std::array<std::uint8_t, 65535> buffer;
  while (!question.over) {
    auto const icmp = take_icmp(socket);
    if (icmp) {
      question.heard.icmp = icmp;
      question.heard.rtt_ms = milliseconds_since(question.times.back());
      return question.end(Heard::End::icmp);
    }
    auto const received = receive(socket, buffer);
    if (received.error == EAGAIN || received.error == EWOULDBLOCK || received.error == EINTR)
      return;
    if (received.error != 0) continue;  // of an ICMP error: it is in the queue
    take(question, std::span(buffer).first(received.size), received.ttl);
  }
}

// One packet of it; empty: the name is none to ask for.
std::vector<std::uint8_t> packet_of(Question const& question, std::uint16_t id) {
  if (!question.ask.payload.empty()) return question.ask.payload;
  auto query = encode_query(id, question.ask.question, question.ask.extended);
  if (!query) return {};
  return {query->begin(), query->end()};
}

// Sends one packet of it.
void send_one(Question& question, asio::ip::udp::socket& socket, std::mt19937& random) {
  auto const id = static_cast<std::uint16_t>(random());
  auto const query = packet_of(question, id);
  if (query.empty()) {
    question.heard.fault = "'" + question.ask.question.name + "' is no name to ask for";
    return question.end(Heard::End::local_error, EINVAL);
  }
  question.ids.push_back(id);
  question.times.push_back(Clock::now());
  if (question.heard.sent == 0) question.heard.first = std::chrono::system_clock::now();
  error_code error;
  socket.send(asio::buffer(query), 0, error);
  if (!error) {
    ++question.heard.sent;
    return;
  }
  read_all(question, socket.native_handle());  // an ICMP error of the packet before
  if (!question.over) question.end(Heard::End::local_error, error.value());
}

asio::awaitable<void> listen_until(Question& question, asio::ip::udp::socket& socket,
                                   Clock::time_point until) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(socket.get_executor());
  while (!question.over && Clock::now() < until) {
    timer.expires_at(until);
    auto const first = co_await (socket.async_wait(asio::ip::udp::socket::wait_read, kNoThrow) ||
                                 timer.async_wait(kNoThrow));
    if (first.index() == 1) break;
    read_all(question, socket.native_handle());
  }
}

asio::awaitable<Heard> ask(WireTarget target, UdpAsk asked, WireOptions options) {
  Question question;
  question.ask = std::move(asked);
  auto& heard = question.heard;
  std::mt19937 random(std::random_device{}());
  asio::ip::udp::socket socket(co_await asio::this_coro::executor);
  auto const endpoint = endpoint_of<asio::ip::udp>(target);
  error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.non_blocking(true, error);
  if (!error)
    if (int const refused = prepare(socket.native_handle(), target.address.family, options))
      error = error_code(refused, boost::system::system_category());
  if (!error) socket.connect(endpoint, error);
  heard.first = std::chrono::system_clock::now();
  if (error) {
    heard.last = heard.first;
    question.end(Heard::End::local_error, error.value());
    co_return std::move(heard);
  }
  heard.src = own_address(socket.native_handle());
  auto const start = Clock::now();
  auto const& sends = question.ask.sends;
  for (std::size_t i = 0; i < sends.size() && !question.over; ++i) {
    send_one(question, socket, random);
    auto const until =
        start + (i + 1 < sends.size() ? sends[i + 1] : sends.back() + question.ask.patience);
    if (!question.over) co_await listen_until(question, socket, until);
  }
  if (!question.over && !heard.fault.empty()) question.end(Heard::End::garbled);
  heard.last = std::chrono::system_clock::now();
  co_return std::move(heard);
}

asio::awaitable<void> tell(WireTarget target, UdpAsk asked, WireOptions options,
                           HeardHandler done) {
  auto heard = co_await ask(target, std::move(asked), std::move(options));
  done(std::move(heard));
}

}  // namespace

void exchange_udp(asio::io_context& io, WireTarget target, UdpAsk ask, WireOptions options,
                  HeardHandler done) {
  start(io, tell(target, std::move(ask), std::move(options), std::move(done)));
}

}  // namespace safeconduct
