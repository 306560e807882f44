// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cerrno>
#include <optional>
#include <random>

#include "probe/awaiting.h"
#include "probe/exchanges.h"
#include "probe/sockets.h"
#include "probe/tls_session.h"

namespace safeconduct {
namespace {

using boost::system::error_code;
using Clock = SteadyClock;
using Speak = StreamAsk::Speak;
constexpr std::size_t kMostTlsBytes = 256 * 1024;  // of a peer's handshake
constexpr std::size_t kMostHttpBytes = 64 * 1024;

// A connection, with what has become of it so far.
struct Stream {
  explicit Stream(asio::any_io_executor const& executor) : socket(executor), timer(executor) {}

  asio::ip::tcp::socket socket;
  asio::steady_timer timer;  // expires when we stop waiting
  Heard heard;
  Clock::time_point asked;

  // What an error of the socket means.
  void fail(error_code const& error) {
    heard.icmp = take_icmp(socket.native_handle());
    heard.error = error.value();
    if (heard.icmp) {
      heard.end = Heard::End::icmp;
    } else if (error == asio::error::connection_refused || error == asio::error::connection_reset ||
               error == asio::error::broken_pipe) {
      heard.end = Heard::End::reset;
    } else if (error == asio::error::eof) {
      heard.end = Heard::End::closed;
    } else {
      heard.end = Heard::End::local_error;
    }
    heard.rtt_ms = milliseconds_since(asked);
  }
  void went_silent() {
    heard.icmp = take_icmp(socket.native_handle());
    heard.end = heard.icmp ? Heard::End::icmp : Heard::End::silent;
  }
};

asio::awaitable<bool> connect(Stream& stream, WireTarget target, WireOptions options,
                              std::chrono::milliseconds patience) {
  using namespace asio::experimental::awaitable_operators;
  auto const endpoint = endpoint_of<asio::ip::tcp>(target);
  error_code error;
  stream.asked = Clock::now();
  stream.socket.open(endpoint.protocol(), error);
  if (!error)
    if (int const refused = prepare(stream.socket.native_handle(), target.address.family, options))
      error = error_code(refused, boost::system::system_category());
  if (error) {
    stream.heard.end = Heard::End::local_error;
    stream.heard.error = error.value();
    co_return false;
  }
  stream.timer.expires_after(patience);
  auto const first = co_await (stream.socket.async_connect(endpoint, kNoThrow) ||
                               stream.timer.async_wait(kNoThrow));
  stream.heard.src = own_address(stream.socket.native_handle());
  if (first.index() == 1) {
    stream.went_silent();
    co_return false;
  }
  error = std::get<0>(std::get<0>(first));
  if (error) {
    stream.fail(error);
    co_return false;
  }
  stream.heard.connected = true;
  stream.heard.connect_ms = milliseconds_since(stream.asked);
  stream.heard.rtt_ms = stream.heard.connect_ms;
  co_return true;
}

// All of it, or false: then 'heard' says why.
asio::awaitable<bool> write(Stream& stream, std::vector<std::uint8_t> bytes) {
  using namespace asio::experimental::awaitable_operators;
  auto const first = co_await (asio::async_write(stream.socket, asio::buffer(bytes), kNoThrow) ||
                               stream.timer.async_wait(kNoThrow));
  if (first.index() == 1) {
    stream.went_silent();
    co_return false;
  }
  auto const error = std::get<0>(std::get<0>(first));
  if (error) stream.fail(error);
  co_return !error;
}

// Some bytes, none where nothing more comes: then 'heard' says why.
asio::awaitable<std::vector<std::uint8_t>> read(Stream& stream) {
  using namespace asio::experimental::awaitable_operators;
  std::vector<std::uint8_t> bytes(16 * 1024);
  auto const first = co_await (stream.socket.async_read_some(asio::buffer(bytes), kNoThrow) ||
                               stream.timer.async_wait(kNoThrow));
  if (first.index() == 1) {
    stream.went_silent();
    co_return std::vector<std::uint8_t>{};
  }
  auto const error = std::get<0>(std::get<0>(first));
  if (error) {
    stream.fail(error);
    co_return std::vector<std::uint8_t>{};
  }
  bytes.resize(std::get<1>(std::get<0>(first)));
  co_return std::move(bytes);
}

void answered(Stream& stream) {
  stream.heard.end = Heard::End::answered;
  stream.heard.rtt_ms = milliseconds_since(stream.asked);
}

asio::awaitable<void> speak_dns(Stream& stream, DnsQuestion question) {
  auto const id = static_cast<std::uint16_t>(std::random_device{}());
  auto const query = encode_query(id, question);
  if (!query) {
    stream.heard.end = Heard::End::local_error;
    stream.heard.error = EINVAL;
    co_return;
  }
  std::vector<std::uint8_t> framed{static_cast<std::uint8_t>(query->size() >> 8U & 0xFFU),
                                   static_cast<std::uint8_t>(query->size() & 0xFFU)};
  framed.insert(framed.end(), query->begin(), query->end());
  bool const sent = co_await write(stream, std::move(framed));
  if (!sent) co_return;
  std::vector<std::uint8_t> got;
  while (got.size() < 2 || got.size() < 2 + (static_cast<std::size_t>(got[0]) << 8U | got[1])) {
    auto const more = co_await read(stream);
    if (more.empty()) {
      // Half an answer is something else than none.
      if (!got.empty()) stream.heard.end = Heard::End::cut;
      co_return;
    }
    got.insert(got.end(), more.begin(), more.end());
  }
  got.erase(got.begin(), got.begin() + 2);
  auto const message = decode_message(got);
  answered(stream);
  if (!message || !answers(*message, id, question)) {
    stream.heard.end = Heard::End::garbled;
    stream.heard.fault = message ? "an answer to another question" : message.error();
    co_return;
  }
  stream.heard.answer = std::move(got);
}

asio::awaitable<void> speak_http(Stream& stream, std::string host, std::string path) {
  auto const request = "GET " + (path.empty() ? "/" : path) + " HTTP/1.1\r\nHost: " + host +
                       "\r\nUser-Agent: safeconduct\r\nConnection: close\r\n\r\n";
  bool const sent =
      co_await write(stream, std::vector<std::uint8_t>(request.begin(), request.end()));
  if (!sent) co_return;
  // What was said by the end, or by the deadline, is the answer.
  auto& said = stream.heard.answer;
  auto bytes = co_await read(stream);
  if (bytes.empty()) co_return;
  auto const rtt = milliseconds_since(stream.asked);
  while (!bytes.empty() && said.size() < kMostHttpBytes) {
    said.insert(said.end(), bytes.begin(), bytes.end());
    bytes = co_await read(stream);
  }
  answered(stream);
  stream.heard.rtt_ms = rtt;
}

asio::awaitable<void> speak_tls(Stream& stream, std::string name, std::string trust) {
  if (!has_tls()) {
    stream.heard.end = Heard::End::local_error;
    stream.heard.error = ELIBACC;
    co_return;
  }
  TlsSession session(name, trust);
  std::size_t total = 0;
  auto step = session.advance({});
  while (true) {
    auto out = session.to_send();
    if (!out.empty()) {
      bool const sent = co_await write(stream, std::move(out));
      if (!sent) break;
    }
    if (step == TlsSession::Step::completed) {
      answered(stream);
      break;
    }
    if (step == TlsSession::Step::failed || total > kMostTlsBytes) {
      stream.heard.end = Heard::End::garbled;
      stream.heard.rtt_ms = milliseconds_since(stream.asked);
      break;
    }
    auto const bytes = co_await read(stream);
    if (bytes.empty()) break;
    if (total == 0)
      stream.heard.answer.assign(
          bytes.begin(),
          bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes.size(), 64)));
    total += bytes.size();
    step = session.advance(bytes);
  }
  stream.heard.tls = session.heard();
}

asio::awaitable<Heard> attempt(WireTarget target, StreamAsk ask, WireOptions options) {
  Stream stream(co_await asio::this_coro::executor);
  stream.heard.sent = 1;
  stream.heard.first = std::chrono::system_clock::now();
  bool const connected = co_await connect(stream, target, std::move(options), ask.connect);
  if (connected) {
    stream.asked = Clock::now();
    stream.timer.expires_after(ask.patience);
    if (ask.speak == Speak::handshake) {
      stream.heard.end = Heard::End::answered;
    } else if (ask.speak == Speak::dns) {
      co_await speak_dns(stream, ask.question);
    } else if (ask.speak == Speak::http) {
      co_await speak_http(stream, ask.name, ask.path);
    } else {
      co_await speak_tls(stream, ask.name, ask.trust);
    }
  }
  stream.heard.last = std::chrono::system_clock::now();
  co_return std::move(stream.heard);
}

asio::awaitable<void> tell(WireTarget target, StreamAsk ask, WireOptions options,
                           HeardHandler done) {
  auto heard = co_await attempt(target, ask, options);
  for (unsigned i = 1; i < ask.resets && heard.end == Heard::End::reset && !heard.connected; ++i) {
    co_await pause_until(Clock::now() + ask.reset_pause);
    auto next = co_await attempt(target, ask, options);
    next.first = heard.first;
    next.sent += heard.sent;
    heard = std::move(next);
  }
  done(std::move(heard));
}

}  // namespace

void exchange_stream(asio::io_context& io, WireTarget target, StreamAsk ask, WireOptions options,
                     HeardHandler done) {
  start(io, tell(target, std::move(ask), std::move(options), std::move(done)));
}

}  // namespace safeconduct
