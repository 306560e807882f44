// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/first_state.h"

#include <doctest/doctest.h>

// That the kernel says the same, its random rules show: trace is asked without a state there.
namespace safeconduct {
namespace {

Packet packet(std::uint32_t nfproto, std::uint32_t protocol) {
  Packet packet;
  packet.set(Field::nfproto, nfproto);
  packet.set(Field::l4proto, protocol);
  return packet;
}

CtState with_flags(std::uint32_t flags) {
  auto segment = packet(nfproto::ip4, l4::tcp);
  segment.set(Field::tcp_flags, flags);
  return first_state(segment);
}

CtState with_type(std::uint32_t nfproto, std::uint32_t protocol, std::uint32_t type) {
  auto message = packet(nfproto, protocol);
  message.set(Field::icmp_type, type);
  return first_state(message);
}

}  // namespace

TEST_CASE("first_state: a TCP connection begins with a SYN, or is taken up from a bare ACK") {
  using namespace tcp_flag;
  CHECK(with_flags(syn) == CtState::new_);
  CHECK(with_flags(syn | ece | cwr) == CtState::new_);
  CHECK(with_flags(ack) == CtState::new_);
  CHECK(with_flags(psh | ack) == CtState::new_);
  for (auto const flags : {syn | ack, rst, rst | ack, fin | ack, 0U})
    CHECK(with_flags(flags) == CtState::invalid);
}

TEST_CASE("first_state: of ICMP, questions begin a connection, errors and answers do not") {
  CHECK(with_type(nfproto::ip4, l4::icmp, 8) == CtState::new_);
  CHECK(with_type(nfproto::ip4, l4::icmp, 13) == CtState::new_);
  for (auto const type : {0U, 3U, 11U, 14U})
    CHECK(with_type(nfproto::ip4, l4::icmp, type) == CtState::invalid);
  CHECK(with_type(nfproto::ip6, l4::icmp6, 128) == CtState::new_);
  for (auto const type : {1U, 2U, 129U})
    CHECK(with_type(nfproto::ip6, l4::icmp6, type) == CtState::invalid);
}

TEST_CASE("first_state: ICMP in packets of the other family begins a connection by its type too") {
  CHECK(with_type(nfproto::ip6, l4::icmp, 8) == CtState::new_);
  CHECK(with_type(nfproto::ip6, l4::icmp, 3) == CtState::invalid);
  CHECK(with_type(nfproto::ip4, l4::icmp6, 128) == CtState::new_);
  for (auto const type : {1U, 129U, 136U})
    CHECK(with_type(nfproto::ip4, l4::icmp6, type) == CtState::invalid);
}

TEST_CASE("first_state: neighbour discovery is not tracked") {
  for (auto const type : {133U, 134U, 135U, 136U, 143U})
    CHECK(with_type(nfproto::ip6, l4::icmp6, type) == CtState::untracked);
}

TEST_CASE("first_state: of IPv6, a packet without a header of transport is invalid") {
  CHECK(first_state(packet(nfproto::ip6, 59)) == CtState::invalid);
  CHECK(first_state(packet(nfproto::ip4, 59)) == CtState::new_);
}

TEST_CASE("first_state: what a packet does not say is as in a first one") {
  for (auto const protocol : {l4::tcp, l4::udp, l4::icmp})
    CHECK(first_state(packet(nfproto::ip4, protocol)) == CtState::new_);
}

}  // namespace safeconduct
