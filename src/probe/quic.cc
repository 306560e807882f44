// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/quic.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>

#include "probe/path.h"

namespace safeconduct {
namespace {

constexpr std::size_t kSize = 1200;  // bytes; servers do not answer to less (RFC 9000, 14.1)

std::string router_text(std::vector<Hop> const& way, unsigned ttl) {
  auto const router = router_at(way, ttl);
  return "hop " + std::to_string(ttl) + (router ? " (" + to_string(*router) + ')' : "");
}

// Its own way's end, where that is no answer of the target.
Hop const* refusal(Observation const& o, std::vector<Hop> const& quic) {
  for (auto const& hop : quic)
    if (hop.what == Hop::What::unreachable) return hop.by == o.dst ? nullptr : &hop;
  return nullptr;
}

bool passes(Observation const& o) {
  return o.outcome == Outcome::open || o.outcome == Outcome::unproven ||
         o.outcome == Outcome::intercepted;
}

void add(Observation& o, std::string text) { o.evidence.push_back({"quic", std::move(text)}); }

void tell_blocked(Observation& o, std::string const& how) {
  add(o, "a packet in the form of QUIC is " + how);
  if (passes(o)) {
    o.detail += "; UDP 443 passes for DNS, and what looks like QUIC is " + how;
  } else if (o.outcome == Outcome::timeout || o.outcome == Outcome::unreachable) {
    o.detail += "; what looks like QUIC is lost as well: UDP 443 is shut as a whole";
  }
}

}  // namespace

std::vector<std::uint8_t> quic_packet(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> packet{0xC0, 0x1A, 0x2A, 0x3A, 0x4A};  // long header, Initial; version
  auto const some = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      packet.push_back(static_cast<std::uint8_t>(random() & 0xFFU));
  };
  constexpr std::uint8_t kIdSize = 8;
  for (int i = 0; i < 2; ++i) {  // of the server, of the client
    packet.push_back(kIdSize);
    some(kIdSize);
  }
  packet.push_back(0);  // no token
  auto const rest = kSize - packet.size() - 2;
  packet.push_back(static_cast<std::uint8_t>(0x40U | rest >> 8U));  // a length of two bytes
  packet.push_back(static_cast<std::uint8_t>(rest & 0xFFU));
  some(rest);
  return packet;
}

bool lost_on_the_way(Observation const& o, std::vector<Hop> const& dns,
                     std::vector<Hop> const& quic) {
  return !end_of_path(quic) && known_hops(dns, o.dst) > known_hops(quic, o.dst);
}

void judge_quic(Observation& o, std::vector<Hop> const& dns, std::vector<Hop> const& quic) {
  if (quic.empty()) return;
  auto const far = known_hops(quic, o.dst);
  auto const end = end_of_path(quic);
  if (auto const* const by = refusal(o, quic); by != nullptr)
    return tell_blocked(o, "refused by " + to_string(*by->by));
  if (end) {
    bool const answered =
        std::ranges::any_of(quic, [](Hop const& hop) { return hop.what == Hop::What::answered; });
    return add(o, answered ? "a packet in the form of QUIC is answered: QUIC passes"
                           : "a packet in the form of QUIC arrives: the target refuses it itself");
  }
  if (lost_on_the_way(o, dns, quic))
    return tell_blocked(o, far == 0 ? "dropped before " + router_text(dns, 1)
                                    : "dropped behind " + router_text(quic, far));
  if (far == 0)
    return add(o,
               "a packet in the form of QUIC gets no answer; whether it is dropped is not "
               "known, as no router on the way speaks");
  add(o, "a packet in the form of QUIC passes as far as the way is known, to " +
             router_text(quic, far) + "; the target, which need not speak it, gives no answer");
  if (o.outcome == Outcome::timeout && far > known_hops(dns, o.dst))
    o.detail += "; what looks like QUIC goes further, to " + router_text(quic, far) +
                ": it is DNS that is dropped there, not UDP 443";
}

}  // namespace safeconduct
