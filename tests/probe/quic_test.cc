// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/quic.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

Hop router(unsigned ttl, std::string_view by) {
  Hop hop;
  hop.ttl = ttl;
  hop.what = Hop::What::expired;
  hop.by = parse_address(by);
  return hop;
}
Hop end(unsigned ttl, Hop::What what, std::string_view by = {}) {
  Hop hop;
  hop.ttl = ttl;
  hop.what = what;
  if (!by.empty()) hop.by = parse_address(by);
  return hop;
}

std::vector<Hop> const kDns{router(1, "10.20.0.1"), router(2, "10.30.0.2"),
                            end(3, Hop::What::answered)};

Observation answered() {
  Observation o;
  o.outcome = Outcome::open;
  o.detail = "answered";
  o.dst = parse_address("208.67.222.222");
  return o;
}

std::string told(Observation& o, std::vector<Hop> const& dns, std::vector<Hop> const& quic) {
  judge_quic(o, dns, quic);
  return o.evidence.empty() ? "" : o.evidence.back().text.english();
}

}  // namespace

TEST_CASE("quic: the packet has the form that servers answer, in a version that none speaks") {
  auto const packet = quic_packet(1);
  REQUIRE(packet.size() == 1200);
  CHECK((packet[0] & 0xC0U) == 0xC0U);
  for (std::size_t i = 1; i < 5; ++i) CHECK((packet[i] & 0x0FU) == 0x0AU);
  CHECK(packet[5] == 8);
  CHECK(packet[14] == 8);
  CHECK(packet[23] == 0);
  CHECK(((packet[24] & 0x3FU) << 8U | packet[25]) == 1200 - 26);
  CHECK(quic_packet(1) == packet);
  CHECK(quic_packet(2) != packet);
}

TEST_CASE("quic: lost where DNS on the same port goes on, it is blocked, and DNS passes") {
  auto o = answered();
  CHECK(told(o, kDns, {router(1, "10.20.0.1"), end(2, Hop::What::silent)}) ==
        "a packet in the form of QUIC is dropped behind hop 1 (10.20.0.1)");
  CHECK(o.outcome == Outcome::open);
  CHECK(o.detail ==
        "answered; UDP 443 passes for DNS, and what looks like QUIC is dropped behind hop 1 "
        "(10.20.0.1)");
  o = answered();
  CHECK(told(o, kDns, {router(1, "10.20.0.1"), end(2, Hop::What::unreachable, "10.30.0.2")}) ==
        "a packet in the form of QUIC is refused by 10.30.0.2");
}

TEST_CASE("quic: silence of a target that speaks none is no block") {
  auto o = answered();
  CHECK(
      told(o, kDns, {router(1, "10.20.0.1"), router(2, "10.30.0.2"), end(3, Hop::What::silent)}) ==
      "a packet in the form of QUIC passes as far as the way is known, to hop 2 (10.30.0.2); the "
      "target, which need not speak it, gives no answer");
  CHECK(o.detail == "answered");
  CHECK(told(o, {end(1, Hop::What::silent)}, {end(1, Hop::What::silent)}) ==
        "a packet in the form of QUIC gets no answer; whether it is dropped is not known, as no "
        "router on the way speaks");
  CHECK(told(o, kDns, {router(1, "10.20.0.1"), end(2, Hop::What::answered)}) ==
        "a packet in the form of QUIC is answered: QUIC passes");
  CHECK(told(o, kDns, {router(1, "10.20.0.1"), end(2, Hop::What::unreachable, "208.67.222.222")}) ==
        "a packet in the form of QUIC arrives: the target refuses it itself");
  CHECK(o.detail == "answered");
}

TEST_CASE("quic: where DNS is lost too, UDP 443 is shut as a whole, else it is DNS that is") {
  std::vector<Hop> const lost{router(1, "10.20.0.1"), end(2, Hop::What::silent)};
  auto o = answered();
  o.outcome = Outcome::timeout;
  o.detail = "silence";
  judge_quic(o, kDns, lost);
  CHECK(o.detail == "silence; what looks like QUIC is lost as well: UDP 443 is shut as a whole");
  o.detail = "silence";
  judge_quic(o, lost, {router(1, "10.20.0.1"), router(2, "10.30.0.2"), end(3, Hop::What::silent)});
  CHECK(o.detail ==
        "silence; what looks like QUIC goes further, to hop 2 (10.30.0.2): it is DNS that is "
        "dropped there, not UDP 443");
}

}  // namespace safeconduct::test
