// SPDX-License-Identifier: GPL-3.0-or-later
// Against a resolver of our own on the loopback; nothing else is asked.
#include "probe/dns_query.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace safeconduct::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The answer to a query: its question, then an A record 192.0.2.7 unless truncated.
Bytes answer_to(Bytes query, bool truncated) {
  query[2] = static_cast<std::uint8_t>(0x81 | (truncated ? 0x02 : 0));
  query[3] = 0x80;
  query[7] = truncated ? 0 : 1;
  query[11] = 0;                    // without OPT,
  query.resize(query.size() - 11);  // which is what ends a query
  if (!truncated)
    for (int const byte : {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 192, 0, 2, 7})
      query.push_back(static_cast<std::uint8_t>(byte));
  return query;
}

class Socket {
 public:
  explicit Socket(int type) : fd_(socket(AF_INET, type, 0)) {}
  Socket(Socket const&) = delete;
  Socket& operator=(Socket const&) = delete;
  ~Socket() { close(fd_); }

  std::uint16_t bind_to(std::uint16_t port) const {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int const on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    socklen_t size = sizeof at;
    REQUIRE(getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    return ntohs(at.sin_port);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Takes 'queries' datagrams and gives back for each what 'reply' makes of it.
class Resolver {
 public:
  using Reply = std::function<std::vector<Bytes>(Bytes const& query)>;
  Resolver(int queries, Reply reply)
      : port_(udp_.bind_to(0)), thread_([this, queries, reply = std::move(reply)] {
          for (int i = 0; i < queries; ++i) one(reply);
        }) {}
  Resolver(Resolver const&) = delete;
  Resolver& operator=(Resolver const&) = delete;
  ~Resolver() { thread_.join(); }

  DnsServer server() const { return {*parse_address("127.0.0.1"), port_}; }

 private:
  void one(Reply const& reply) const {
    Bytes query(2000);
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto const got = recvfrom(udp_.fd(), query.data(), query.size(), 0,
                              reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 12) return;
    query.resize(static_cast<std::size_t>(got));
    for (auto const& bytes : reply(query))
      sendto(udp_.fd(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }

  Socket udp_{SOCK_DGRAM};
  std::uint16_t port_;
  std::thread thread_;
};

DnsQuestion const kQuestion{"a.example", 1};

// Long where an answer comes, so that a busy machine fails nothing; short where none does.
DnsPatience const kLong{std::chrono::seconds(60), 1, std::chrono::seconds(60)};

std::string first_address(DnsReply const& reply) {
  auto const found = addresses_in(reply.message);
  return found.addresses.empty() ? "none" : to_string(found.addresses.front());
}

}  // namespace

TEST_CASE("dns_query: an answer over UDP is taken") {
  Resolver const resolver(
      1, [](Bytes const& query) { return std::vector<Bytes>{answer_to(query, false)}; });
  auto const reply = ask_dns(resolver.server(), kQuestion, kLong);
  CHECK(name(reply.outcome) == "answered");
  CHECK_FALSE(reply.over_tcp);
  CHECK(first_address(reply) == "192.0.2.7");
}

TEST_CASE("dns_query: answers of another id, to another question or of garbage are passed over") {
  Resolver const resolver(1, [](Bytes const& query) {
    auto const right = answer_to(query, false);
    auto other_id = right;
    other_id[0] = static_cast<std::uint8_t>(other_id[0] ^ 0xFF);
    auto other_question = right;
    other_question[13] = 'b';
    return std::vector<Bytes>{{1, 2, 3}, other_id, other_question, right};
  });
  auto const reply = ask_dns(resolver.server(), kQuestion, kLong);
  CHECK(name(reply.outcome) == "answered");
  CHECK(reply.message.questions[0].name == "a.example");
}

TEST_CASE("dns_query: silence is a timeout, and the question is asked again") {
  Resolver const resolver(2, [tries = 0](Bytes const& query) mutable {
    return ++tries == 1 ? std::vector<Bytes>{} : std::vector<Bytes>{answer_to(query, false)};
  });
  auto const reply = ask_dns(resolver.server(), kQuestion,
                             {std::chrono::milliseconds(1500), 40, std::chrono::seconds(60)});
  CHECK(name(reply.outcome) == "answered");
}

TEST_CASE("dns_query: a resolver that never answers is a timeout") {
  Socket const silent(SOCK_DGRAM);
  DnsServer const server{*parse_address("127.0.0.1"), silent.bind_to(0)};
  auto const reply =
      ask_dns(server, kQuestion, {std::chrono::milliseconds(20), 2, std::chrono::milliseconds(20)});
  CHECK(name(reply.outcome) == "timeout");
  CHECK(reply.detail == "no answer");
}

TEST_CASE("dns_query: only garbage is no answer, and not silence either") {
  Resolver const resolver(1, [](Bytes const&) { return std::vector<Bytes>{{1, 2, 3}}; });
  auto const reply = ask_dns(resolver.server(), kQuestion,
                             {std::chrono::milliseconds(300), 1, std::chrono::milliseconds(300)});
  // On a machine that is busy for so long, the garbage may be late.
  bool const right = reply.outcome == DnsOutcome::garbled || reply.outcome == DnsOutcome::timeout;
  CHECK(right);
  CHECK(reply.message.answers.empty());
}

TEST_CASE("dns_query: a port where nobody listens is unreachable") {
  std::uint16_t port = 0;
  {
    Socket const gone(SOCK_DGRAM);
    port = gone.bind_to(0);
  }
  auto const reply = ask_dns({*parse_address("127.0.0.1"), port}, kQuestion, kLong);
  CHECK(name(reply.outcome) == "unreachable");
}

TEST_CASE("dns_query: an answer that is cut short is asked for again over TCP") {
  Socket const tcp(SOCK_STREAM);
  auto const port = tcp.bind_to(0);
  REQUIRE(listen(tcp.fd(), 1) == 0);
  Socket const udp(SOCK_DGRAM);
  udp.bind_to(port);
  std::thread server([&] {
    Bytes query(2000);
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto const got = recvfrom(udp.fd(), query.data(), query.size(), 0,
                              reinterpret_cast<sockaddr*>(&from), &size);
    query.resize(static_cast<std::size_t>(got));
    auto const cut = answer_to(query, true);
    sendto(udp.fd(), cut.data(), cut.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    int const peer = accept(tcp.fd(), nullptr, nullptr);
    Bytes stream(2000);
    std::size_t have = 0;
    while (have < query.size() + 2) {
      auto const more = recv(peer, stream.data() + have, stream.size() - have, 0);
      if (more <= 0) break;
      have += static_cast<std::size_t>(more);
    }
    auto const whole =
        answer_to({stream.begin() + 2, stream.begin() + static_cast<std::ptrdiff_t>(have)}, false);
    std::uint8_t const length[] = {0, static_cast<std::uint8_t>(whole.size())};
    send(peer, length, 2, 0);
    send(peer, whole.data(), whole.size(), 0);
    close(peer);
  });
  auto const reply = ask_dns({*parse_address("127.0.0.1"), port}, kQuestion, kLong);
  server.join();
  CHECK(name(reply.outcome) == "answered");
  CHECK(reply.over_tcp);
  CHECK(first_address(reply) == "192.0.2.7");
}

TEST_CASE("dns_query: a name that cannot be asked for is an error of ours") {
  auto const reply = ask_dns({*parse_address("127.0.0.1"), 9}, {"a..b", 1}, kLong);
  CHECK(name(reply.outcome) == "local-error");
  CHECK(reply.detail == "'a..b' is no name to ask for");
}

}  // namespace safeconduct::test
