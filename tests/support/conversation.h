// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "support/kernel_oracle.h"

// Real UDP and TCP sockets that talk through a gateway with a rule set: three network namespaces,
//
//   client --up0======lan0-- gateway --wan0======up0-- server
//
// joined by veth pairs; with an edge, a second gateway stands before the server. The server owns
// the public addresses it is asked to own, in its namespace only: nothing leaves this machine.
// Neighbours are fixed entries, so no ARP or neighbour discovery has to pass the rules, but where
// the plan asks for it.
namespace safeconduct::testing {

struct ConversationPlan {
  // Host addresses, both families mixed.
  std::vector<std::string> client_addresses = {"10.1.2.3", "fd00:1::3"};
  std::vector<std::string> server_addresses = {"208.67.222.222", "2620:119:35::35", "198.51.100.7",
                                               "2001:db8:7::7"};
  std::vector<std::uint16_t> server_ports = {53, 443};  // UDP and TCP, on each of its addresses
  std::vector<std::uint16_t> gateway_ports;  // the same on each of the gateway's own addresses
  // Names, and the gateway's own addresses. inside_prefixes are routed to the client, all else to
  // the server.
  Gateway gateway;
  // A second one beyond it; its inside_prefixes are routed to the first. No rules at first.
  std::optional<Gateway> edge = std::nullopt;
  // IPv6 neighbours find each other, through the gateway's rules; without an edge only.
  bool discovery = false;
};

struct Endpoint {
  Address address;
  std::uint16_t port = 0;

  auto operator<=>(Endpoint const&) const = default;
};
std::string to_string(Endpoint const& endpoint);

enum class Transport : std::uint8_t { udp, tcp };

// One request and its reply. Two exchanges of one run must not share transport, source, port and
// destination.
struct Exchange {  // NOLINT(clang-analyzer-optin.performance.Padding): in the order one says it
  Transport transport = Transport::udp;
  Address from;
  std::uint16_t from_port = 0;  // 0: any free one
  Address to;
  std::uint16_t to_port = 53;
};
// Exchange udp/tcp from texts; see wire_address.
Exchange exchange(Transport transport, std::string_view from, std::string_view to,
                  std::uint16_t to_port);

enum class End : std::uint8_t {
  ok,          // the reply came, from the address that was asked
  wrong_peer,  // UDP: a reply came from another address than was asked; a connected socket would
               // not see it
  refused,     // a TCP reset, or an ICMP error
  no_answer,   // nothing within the patience
};
std::string_view name(End end);

enum class Host : std::uint8_t { server, gateway };

struct ExchangeResult {
  End end = End::no_answer;
  bool connected =
      false;  // TCP: the handshake was completed (the request or its reply may be lost still)
  // refused: what connect(2) or recv(2) gave (ECONNREFUSED, EHOSTUNREACH, EACCES...), and the ICMP
  // error behind it; no ICMP: a TCP reset.
  int error = 0;
  bool by_icmp = false;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::optional<Endpoint>
      client_saw;  // where the reply came from (TCP: the peer of the connection)
  // Told by whoever read the request, even where the reply was lost:
  std::optional<Host> reached;
  std::optional<Endpoint>
      server_saw;  // the source of the request: differs from the client's after snat
  std::optional<Endpoint> asked_at;  // its destination as it arrived: differs after dnat, redirect
};
// "ok", "refused: tcp-reset", "refused: icmp 3/13", "no answer", "wrong peer": for messages.
std::string to_string(ExchangeResult const& result);

class Conversation {
 public:
  // About 60 ms. Throws std::runtime_error where it cannot be set up; see netns_ready.
  explicit Conversation(ConversationPlan plan = {});
  ~Conversation();
  Conversation(Conversation&&) noexcept;
  Conversation& operator=(Conversation&&) noexcept;

  // Into the gateway. As LoadedRules.
  std::string load_nft(std::string_view text);
  std::string load_iptables(std::string_view text, Family family, Backend backend = Backend::nft);
  std::string load_ipset(std::string_view text);
  // Those of the edge, which has to be in the plan.
  LoadedRules& edge_rules();
  // No rules, no connections. Throws where something resists: then take a new Conversation.
  void flush();

  // All at the same time; ends as soon as each has ended, and after 'patience' at the latest.
  // Results in the order of the exchanges. Keep patience under the second after which TCP would try
  // again.
  std::vector<ExchangeResult> run(
      std::span<Exchange const> exchanges,
      std::chrono::milliseconds patience = std::chrono::milliseconds(250));
  std::vector<ExchangeResult> run(
      std::vector<Exchange> const& exchanges,
      std::chrono::milliseconds patience = std::chrono::milliseconds(250)) {
    return run(std::span<Exchange const>(exchanges), patience);
  }
  ExchangeResult run_one(Exchange const& exchange);

  Namespace const& gateway_space() const;

 private:
  struct World;
  std::unique_ptr<World> world_;
};

}  // namespace safeconduct::testing
