// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/dns_query.h"

#include <array>
#include <boost/asio.hpp>
#include <cstdlib>
#include <optional>
#include <random>

namespace safeconduct {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLargestMessage = 65535;  // bytes, over TCP
constexpr int kMostStrays = 64;  // datagrams that are no answer to us, before we stop listening

asio::ip::address asio_address(Address const& address) {
  if (address.family == Family::ip4)
    return asio::ip::address_v4(static_cast<std::uint32_t>(address.bits));
  asio::ip::address_v6::bytes_type bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(address.bits >> (120U - 8U * i) & Bits128{0xFF});
  return asio::ip::address_v6(bytes);
}

// Runs what was started, to its end or to the deadline; then it is cancelled. Handlers store what
// came of them, so none is left when this returns.
template <class Socket>
bool in_time(asio::io_context& io, Socket& socket, Clock::time_point deadline) {
  io.restart();
  io.run_until(deadline);
  if (io.stopped()) return true;
  error_code ignored;
  socket.close(ignored);
  io.run();
  return false;
}

DnsReply failed(DnsOutcome outcome, std::string detail) {
  return {outcome, {}, false, std::move(detail)};
}

DnsReply failed(error_code const& error) {
  bool const nobody = error == asio::error::connection_refused ||
                      error == asio::error::connection_reset ||
                      error == asio::error::host_unreachable;
  return failed(nobody ? DnsOutcome::unreachable : DnsOutcome::local_error, error.message());
}

class Exchange {
 public:
  Exchange(DnsServer const& server, DnsQuestion const& question, DnsPatience const& patience)
      : address_(asio_address(server.address)),
        port_(server.port),
        question_(question),
        patience_(patience),
        id_(static_cast<std::uint16_t>(std::random_device{}())) {}

  DnsReply run() {
    auto const query = encode_query(id_, question_);
    if (!query)
      return failed(DnsOutcome::local_error, "'" + question_.name + "' is no name to ask for");
    query_ = *query;
    DnsReply reply = failed(DnsOutcome::timeout, "no answer");
    for (int i = 0; i < patience_.tries; ++i) {
      auto next = over_udp();
      // Silence after something was heard does not make it unheard.
      if (next.outcome != DnsOutcome::timeout || reply.outcome == DnsOutcome::timeout)
        reply = std::move(next);
      if (reply.outcome == DnsOutcome::answered || reply.outcome == DnsOutcome::local_error) break;
    }
    if (reply.outcome == DnsOutcome::answered && reply.message.truncated) return over_tcp();
    return reply;
  }

 private:
  DnsReply over_udp() {
    asio::io_context io;
    asio::ip::udp::socket socket(io);
    error_code error;
    // Connected: the kernel drops what others send, and hands us ICMP errors.
    socket.connect({address_, port_}, error);
    if (error) return failed(error);
    auto const deadline = Clock::now() + patience_.udp;
    socket.send(asio::buffer(query_), 0, error);
    if (error) return failed(error);
    std::string fault;
    for (int i = 0; i < kMostStrays; ++i) {
      std::optional<error_code> done;
      std::size_t size = 0;
      socket.async_receive(asio::buffer(buffer_), [&](error_code const& e, std::size_t n) {
        done = e;
        size = n;
      });
      if (!in_time(io, socket, deadline)) break;
      if (*done) return failed(*done);
      auto message = decode_message(std::span(buffer_).first(size));
      if (message && answers(*message, id_, question_))
        return {DnsOutcome::answered, std::move(*message), false, {}};
      fault = message ? "an answer to another question" : message.error();
    }
    if (!fault.empty()) return failed(DnsOutcome::garbled, fault);
    return failed(DnsOutcome::timeout, "no answer");
  }

  DnsReply over_tcp() {
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    auto const deadline = Clock::now() + patience_.tcp;
    std::optional<error_code> done;
    auto const store = [&](error_code const& e, std::size_t = 0) { done = e; };
    auto const came = [&]() -> std::optional<DnsReply> {
      if (!in_time(io, socket, deadline))
        return failed(DnsOutcome::timeout, "no answer over TCP, after one that was cut short");
      if (*done) return failed(*done);
      return std::nullopt;
    };
    socket.async_connect({address_, port_}, [&](error_code const& e) { done = e; });
    if (auto reply = came()) return *reply;
    std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(query_.size() >> 8U & 0xFFU),
                                       static_cast<std::uint8_t>(query_.size() & 0xFFU)};
    std::array<asio::const_buffer, 2> const out{asio::buffer(length), asio::buffer(query_)};
    asio::async_write(socket, out, store);
    if (auto reply = came()) return *reply;
    asio::async_read(socket, asio::buffer(length), store);
    if (auto reply = came()) return *reply;
    auto const size = static_cast<std::size_t>(length[0]) << 8U | length[1];
    asio::async_read(socket, asio::buffer(buffer_.data(), size), store);
    if (auto reply = came()) return *reply;
    auto message = decode_message(std::span(buffer_).first(size));
    if (!message) return failed(DnsOutcome::garbled, message.error());
    if (!answers(*message, id_, question_))
      return failed(DnsOutcome::garbled, "an answer to another question");
    return {DnsOutcome::answered, std::move(*message), true, {}};
  }

  asio::ip::address address_;
  std::uint16_t port_;
  DnsQuestion const& question_;
  DnsPatience const& patience_;
  std::uint16_t id_;
  std::vector<std::uint8_t> query_;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kLargestMessage);
};

}  // namespace

std::string_view name(DnsOutcome outcome) {
  switch (outcome) {
    case DnsOutcome::answered:
      return "answered";
    case DnsOutcome::timeout:
      return "timeout";
    case DnsOutcome::unreachable:
      return "unreachable";
    case DnsOutcome::garbled:
      return "garbled";
    case DnsOutcome::local_error:
      return "local-error";
  }
  std::abort();  // not a DnsOutcome
}

DnsReply ask_dns(DnsServer const& server, DnsQuestion const& question,
                 DnsPatience const& patience) {
  return Exchange(server, question, patience).run();
}

}  // namespace safeconduct
