// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/quic.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>

#include "probe/path.h"
#include "probe/way_wording.h"

namespace safeconduct {
namespace {

constexpr std::size_t kSize = 1200;  // bytes; servers do not answer to less (RFC 9000, 14.1)

Said router_words(std::vector<Hop> const& way, unsigned ttl) {
  auto const router = router_at(way, ttl);
  if (!router) return {wording::kHop, {std::to_string(ttl)}};
  return {wording::kHopAt, {std::to_string(ttl), to_string(*router)}};
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

void add(Observation& o, Said text) { o.evidence.push_back({"quic", std::move(text)}); }

void tell_blocked(Observation& o, Said const& how) {
  add(o, {wording::kQuicIs, {how}});
  if (passes(o)) {
    o.detail = {wording::kQuicIsAlone, {o.detail, how}};
  } else if (o.outcome == Outcome::timeout || o.outcome == Outcome::unreachable) {
    o.detail = {wording::kQuicLostToo, {o.detail}};
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
    return tell_blocked(o, {wording::kQuicRefused, {to_string(*by->by)}});
  if (end) {
    bool const answered =
        std::ranges::any_of(quic, [](Hop const& hop) { return hop.what == Hop::What::answered; });
    return add(o, answered ? wording::kQuicPasses : wording::kQuicArrives);
  }
  if (lost_on_the_way(o, dns, quic))
    return tell_blocked(o, far == 0 ? Said(wording::kQuicDroppedBefore, {router_words(dns, 1)})
                                    : Said(wording::kQuicDroppedBehind, {router_words(quic, far)}));
  if (far == 0) return add(o, wording::kQuicUnknown);
  add(o, {wording::kQuicPassesTo, {router_words(quic, far)}});
  if (o.outcome == Outcome::timeout && far > known_hops(dns, o.dst))
    o.detail = {wording::kQuicGoesFurther, {o.detail, router_words(quic, far)}};
}

}  // namespace safeconduct
