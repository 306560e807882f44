// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/conversation.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <stdexcept>

#include "support/cables.h"

namespace safeconduct::testing {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(std::string const& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

// The kernel's form of an endpoint; big enough for both families.
struct SocketAddress {
  sockaddr_in6 storage{};
  socklen_t size = sizeof(sockaddr_in6);

  SocketAddress() = default;
  explicit SocketAddress(Endpoint const& endpoint) {
    std::array<std::uint8_t, 16> bytes{};
    auto bits = endpoint.address.bits;
    for (auto i = address_bits(endpoint.address.family) / 8; i > 0; --i, bits >>= 8) {
      bytes[i - 1] = static_cast<std::uint8_t>(bits);
    }
    if (endpoint.address.family == Family::ip6) {
      storage.sin6_family = AF_INET6;
      storage.sin6_port = htons(endpoint.port);
      std::memcpy(&storage.sin6_addr, bytes.data(), 16);
    } else {
      sockaddr_in in{};
      in.sin_family = AF_INET;
      in.sin_port = htons(endpoint.port);
      std::memcpy(&in.sin_addr, bytes.data(), 4);
      std::memcpy(&storage, &in, sizeof in);
      size = sizeof in;
    }
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }

  Endpoint endpoint() const {
    Endpoint out;
    std::array<std::uint8_t, 16> bytes{};
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in);
    bool const v6 = in.sin_family == AF_INET6;
    out.address.family = v6 ? Family::ip6 : Family::ip4;
    out.port = ntohs(in.sin_port);
    if (v6) {
      std::memcpy(bytes.data(), &storage.sin6_addr, 16);
    } else {
      std::memcpy(bytes.data(), &in.sin_addr, 4);
    }
    for (std::size_t i = 0; i < address_bits(out.address.family) / 8; ++i) {
      out.address.bits = out.address.bits << 8 | bytes[i];
    }
    return out;
  }
};

Endpoint local_endpoint(int fd) {
  SocketAddress name;
  ::getsockname(fd, name.get(), &name.size);
  return name.endpoint();
}

OwnedFd open_socket(Family family, Transport transport) {
  auto const kind = transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM;
  OwnedFd fd(
      ::socket(family == Family::ip6 ? AF_INET6 : AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) fail("socket");
  // No SO_REUSEADDR: with it, two UDP sockets that ask for any free port may be given the same one.
  int const on = 1;
  if (family == Family::ip6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (transport == Transport::tcp) {
    // Closing resets: no TIME_WAIT, so that the same ports can be taken by the next run.
    linger const at_once{1, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  return fd;
}

}  // namespace

std::string to_string(Endpoint const& endpoint) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  SocketAddress const name(endpoint);
  sockaddr_in in{};
  std::memcpy(&in, &name.storage, sizeof in);
  bool const v6 = in.sin_family == AF_INET6;
  void const* bytes = &name.storage.sin6_addr;
  if (!v6) bytes = &in.sin_addr;
  ::inet_ntop(in.sin_family, bytes, text.data(), text.size());
  auto const port = std::to_string(endpoint.port);
  return v6 ? "[" + std::string(text.data()) + "]:" + port : text.data() + (":" + port);
}

Exchange exchange(Transport transport, std::string_view from, std::string_view to,
                  std::uint16_t to_port) {
  return {transport, wire_address(from), 0, wire_address(to), to_port};
}

std::string_view name(End end) {
  switch (end) {
    case End::ok:
      return "ok";
    case End::wrong_peer:
      return "wrong peer";
    case End::refused:
      return "refused";
    case End::no_answer:
      return "no answer";
  }
  std::abort();  // not an End
}

std::string to_string(ExchangeResult const& result) {
  std::string text(name(result.end));
  if (result.end != End::refused) return text;
  if (!result.by_icmp) return text + ": tcp-reset";
  return text + ": icmp " + std::to_string(result.icmp_type) + "/" +
         std::to_string(result.icmp_code);
}

struct Conversation::World {
  // A socket that waits for requests, or an accepted connection.
  struct Service {
    OwnedFd fd;
    Host host = Host::server;
    Transport transport = Transport::udp;
    bool listening = true;
  };
  struct Attempt {
    OwnedFd fd;
    bool ended = false;
    bool asked = false;  // the request is sent
  };

  ConversationPlan plan;
  Cables cables;
  ConnectionTable connections{cables.gateway};
  LoadedRules rules{cables.gateway};
  std::optional<ConnectionTable> edge_connections;
  std::optional<LoadedRules> edge_rules;
  std::vector<Service> services;
  std::uint32_t next_number = 1;

  explicit World(ConversationPlan wanted) : plan(std::move(wanted)), cables(plan) {
    if (cables.edge) {
      edge_connections.emplace(*cables.edge);
      edge_rules.emplace(*cables.edge);
    }
    for (auto const& address : plan.server_addresses)
      serve(cables.server, Host::server, address, plan.server_ports);
    auto const& g = plan.gateway;
    for (auto const& address : {g.inside_ip4, g.outside_ip4, g.inside_ip6, g.outside_ip6}) {
      serve(cables.gateway, Host::gateway, address, plan.gateway_ports);
    }
    await_readiness();
    if (plan.discovery)  // what they have found so far, they found without rules
      for (auto const* space : {&cables.client, &cables.gateway, &cables.server})
        space->ip(6, "neigh flush all\n");
  }

  // The kernel finishes some of the cables in the background: a link that comes up, the local route
  // of an IPv6 address. There are no rules yet, so what can talk now is ready.
  void await_readiness() {
    std::vector<Exchange> all;
    auto const add = [&](std::string const& to, std::vector<std::uint16_t> const& ports) {
      if (ports.empty()) return;
      for (auto const& from : plan.client_addresses) {
        if (from.contains(':') != to.contains(':')) continue;
        all.push_back(exchange(Transport::udp, from, to, ports.front()));
      }
    };
    for (auto const& to : plan.server_addresses) add(to, plan.server_ports);
    auto const& g = plan.gateway;
    for (auto const& to : {g.inside_ip4, g.outside_ip4, g.inside_ip6, g.outside_ip6}) {
      add(to, plan.gateway_ports);
    }
    auto const deadline = Clock::now() + std::chrono::seconds(10);
    for (;;) {
      auto const tried = run(all, std::chrono::milliseconds(20));
      bool const ready = std::ranges::all_of(
          tried, [](ExchangeResult const& result) { return result.end == End::ok; });
      if (ready) return;
      if (Clock::now() > deadline)
        throw std::runtime_error("the namespaces do not hear each other");
    }
  }

  void serve(Namespace const& space, Host host, std::string const& address,
             std::vector<std::uint16_t> const& ports) {
    space.run([&] {
      for (auto const port : ports) {
        for (auto const transport : {Transport::udp, Transport::tcp}) {
          Endpoint const at{wire_address(address), port};
          SocketAddress name(at);
          Service service{open_socket(at.address.family, transport), host, transport, true};
          if (::bind(service.fd.get(), name.get(), name.size) != 0) fail("bind " + to_string(at));
          if (transport == Transport::tcp && ::listen(service.fd.get(), 1024) != 0) fail("listen");
          services.push_back(std::move(service));
        }
      }
    });
  }

  // One run.
  std::span<Exchange const> exchanges;
  std::vector<Attempt> attempts;
  std::vector<ExchangeResult> results;
  std::uint32_t first_number = 0;

  void finish(std::size_t i, End end) {
    results[i].end = end;
    attempts[i].ended = true;
  }

  // What the error queue knows of an ICMP error: type and code as they were on the wire.
  bool read_icmp(std::size_t i) {
    std::array<char, 256> payload;
    std::array<std::uint8_t, 512> ancillary;
    iovec piece{payload.data(), payload.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    if (::recvmsg(attempts[i].fd.get(), &message, MSG_ERRQUEUE) < 0) return false;
    for (auto* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      bool const v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
      bool const v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;
      if (!v4 && !v6) continue;
      sock_extended_err error{};
      std::memcpy(&error, CMSG_DATA(c), sizeof error);
      if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
      auto& result = results[i];
      result.by_icmp = true;
      result.icmp_type = error.ee_type;
      result.icmp_code = error.ee_code;
      if (result.error == 0) result.error = static_cast<int>(error.ee_errno);
      return true;
    }
    return false;
  }

  void refuse(std::size_t i, int error) {
    results[i].error = error;
    (void)read_icmp(i);
    finish(i, End::refused);
  }

  void begin(std::size_t i) {
    auto const& wanted = exchanges[i];
    auto& attempt = attempts[i];
    bool const v6 = wanted.to.family == Family::ip6;
    attempt.fd = open_socket(wanted.to.family, wanted.transport);
    int const on = 1;
    ::setsockopt(attempt.fd.get(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR,
                 &on, sizeof on);
    SocketAddress from(Endpoint{wanted.from, wanted.from_port});
    if (::bind(attempt.fd.get(), from.get(), from.size) != 0) {
      fail("bind " + to_string(Endpoint{wanted.from, wanted.from_port}));
    }
    SocketAddress to(Endpoint{wanted.to, wanted.to_port});
    if (wanted.transport == Transport::tcp) {
      if (::connect(attempt.fd.get(), to.get(), to.size) != 0 && errno != EINPROGRESS)
        refuse(i, errno);
      return;
    }
    auto const number = first_number + static_cast<std::uint32_t>(i);
    attempt.asked = true;
    if (::sendto(attempt.fd.get(), &number, sizeof number, 0, to.get(), to.size) < 0)
      refuse(i, errno);
  }

  void advance_tcp(std::size_t i, short events) {
    auto& attempt = attempts[i];
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(attempt.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return refuse(i, error);
    if (!attempt.asked) {
      if ((events & POLLOUT) == 0) return;
      auto const number = first_number + static_cast<std::uint32_t>(i);
      results[i].connected = attempt.asked = true;
      if (::send(attempt.fd.get(), &number, sizeof number, MSG_NOSIGNAL) < 0)
        return refuse(i, errno);
      return;
    }
    std::uint32_t reply = 0;
    auto const n = ::recv(attempt.fd.get(), &reply, sizeof reply, 0);
    if (n < 0) {
      if (errno != EAGAIN) refuse(i, errno);
      return;
    }
    SocketAddress peer;
    ::getpeername(attempt.fd.get(), peer.get(), &peer.size);
    results[i].client_saw = peer.endpoint();
    finish(i, n == sizeof reply ? End::ok : End::no_answer);
  }

  void advance_udp(std::size_t i) {
    std::uint32_t reply = 0;
    SocketAddress peer;
    auto const n =
        ::recvfrom(attempts[i].fd.get(), &reply, sizeof reply, 0, peer.get(), &peer.size);
    if (n < 0) {
      if (errno != EAGAIN) return refuse(i, errno);
      if (read_icmp(i)) finish(i, End::refused);
      return;
    }
    auto const answering = peer.endpoint();
    results[i].client_saw = answering;
    bool const asked = answering == Endpoint{exchanges[i].to, exchanges[i].to_port};
    finish(i, asked ? End::ok : End::wrong_peer);
  }

  void note(std::uint32_t number, Host host, Endpoint const& from, Endpoint const& at) {
    auto const i = std::size_t{number - first_number};
    if (i >= results.size()) return;  // of an earlier run
    results[i].reached = host;
    results[i].server_saw = from;
    results[i].asked_at = at;
  }

  // False where the connection is over.
  bool serve_once(std::size_t s) {
    auto const host = services[s].host;
    auto const fd = services[s].fd.get();
    if (services[s].transport == Transport::tcp && services[s].listening) {
      for (;;) {
        OwnedFd accepted(::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!accepted) return true;
        linger const at_once{1, 0};
        ::setsockopt(accepted.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        services.push_back({std::move(accepted), host, Transport::tcp, false});
      }
    }
    for (;;) {
      std::uint32_t number = 0;
      SocketAddress peer;
      auto const n = ::recvfrom(fd, &number, sizeof number, 0, peer.get(), &peer.size);
      bool const stream = services[s].transport == Transport::tcp;
      if (n < 0)
        return errno == EAGAIN || !stream;  // a UDP socket outlives the ICMP errors it hears of
      if (n != sizeof number) return !stream;
      if (stream) ::getpeername(fd, peer.get(), &(peer.size = sizeof peer.storage));
      note(number, host, peer.endpoint(), local_endpoint(fd));
      if (stream) {
        ::send(fd, &number, sizeof number, MSG_NOSIGNAL);
      } else {
        ::sendto(fd, &number, sizeof number, 0, peer.get(), peer.size);
      }
    }
  }

  void turn(Clock::time_point deadline) {
    std::vector<pollfd> fds;
    std::vector<std::size_t> owners;
    fds.reserve(services.size() + attempts.size());
    for (auto const& service : services) fds.push_back({service.fd.get(), POLLIN, 0});
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      if (attempts[i].ended) continue;
      auto const wanted = attempts[i].asked ? POLLIN : POLLOUT;
      fds.push_back({attempts[i].fd.get(), static_cast<short>(wanted), 0});
      owners.push_back(i);
    }
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (::poll(fds.data(), fds.size(), static_cast<int>(std::max<long>(0, left.count()))) <= 0)
      return;
    auto const services_now = services.size();
    std::vector<bool> over(services_now, false);
    for (std::size_t s = 0; s < services_now; ++s) {
      if (fds[s].revents != 0) over[s] = !serve_once(s);
    }
    for (std::size_t k = 0; k < owners.size(); ++k) {
      auto const events = fds[services_now + k].revents;
      if (events == 0) continue;
      if (exchanges[owners[k]].transport == Transport::tcp) {
        advance_tcp(owners[k], events);
      } else {
        advance_udp(owners[k]);
      }
    }
    for (auto s = services_now; s > 0; --s) {
      if (over[s - 1]) services.erase(services.begin() + static_cast<std::ptrdiff_t>(s - 1));
    }
  }

  std::vector<ExchangeResult> run(std::span<Exchange const> wanted,
                                  std::chrono::milliseconds patience) {
    exchanges = wanted;
    attempts = std::vector<Attempt>(wanted.size());
    results = std::vector<ExchangeResult>(wanted.size());
    first_number = next_number;
    next_number += static_cast<std::uint32_t>(wanted.size());
    cables.client.run([&] {
      for (std::size_t i = 0; i < wanted.size(); ++i) begin(i);
    });
    auto const deadline = Clock::now() + patience;
    while (Clock::now() < deadline && !std::ranges::all_of(attempts, &Attempt::ended))
      turn(deadline);
    attempts.clear();
    std::erase_if(services, [](Service const& service) { return !service.listening; });
    return std::move(results);
  }
};

Conversation::Conversation(ConversationPlan plan)
    : world_(std::make_unique<World>(std::move(plan))) {}
Conversation::~Conversation() = default;
Conversation::Conversation(Conversation&&) noexcept = default;
Conversation& Conversation::operator=(Conversation&&) noexcept = default;

std::string Conversation::load_nft(std::string_view text) { return world_->rules.load_nft(text); }
std::string Conversation::load_iptables(std::string_view text, Family family, Backend backend) {
  return world_->rules.load_iptables(text, family, backend);
}
std::string Conversation::load_ipset(std::string_view text) {
  return world_->rules.load_ipset(text);
}

void Conversation::flush() {
  if (!world_->rules.clear()) throw std::runtime_error("the gateway's rules cannot be cleared");
  world_->connections.forget_all();
  if (!world_->edge_rules) return;
  if (!world_->edge_rules->clear()) throw std::runtime_error("the edge's rules cannot be cleared");
  world_->edge_connections->forget_all();
}

LoadedRules& Conversation::edge_rules() { return world_->edge_rules.value(); }

std::vector<ExchangeResult> Conversation::run(std::span<Exchange const> exchanges,
                                              std::chrono::milliseconds patience) {
  return world_->run(exchanges, patience);
}

ExchangeResult Conversation::run_one(Exchange const& exchange) {
  return run(std::span(&exchange, 1)).front();
}

Namespace const& Conversation::gateway_space() const { return world_->cables.gateway; }

}  // namespace safeconduct::testing
