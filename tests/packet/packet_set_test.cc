// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/packet_set.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace safeconduct::test {
namespace {

// A world of four values in each of three dimensions: 64 packets, a set is a 64-bit word.
constexpr std::array kSmall{Field::daddr, Field::dport, Field::saddr};

Box box(std::array<ValueInterval, 3> sides) {
  Box out;
  for (std::size_t i = 0; i < kFlowDimensions; ++i) out.sides[i] = {0, 0};
  for (std::size_t i = 0; i < kSmall.size(); ++i) out.at(kSmall[i]) = sides[i];
  return out;
}

Box point(unsigned packet) {
  Bits128 const a = packet & 3U;
  Bits128 const b = packet >> 2 & 3U;
  Bits128 const c = packet >> 4 & 3U;
  return box({{{a, a}, {b, b}, {c, c}}});
}

std::uint64_t word(PacketSet const& set) {
  std::uint64_t out = 0;
  for (unsigned packet = 0; packet < 64; ++packet)
    if (set.contains(point(packet))) out |= std::uint64_t{1} << packet;
  return out;
}

std::uint64_t word(std::vector<Box> const& boxes) {
  std::uint64_t out = 0;
  for (unsigned packet = 0; packet < 64; ++packet)
    for (auto const& b : boxes)
      if (intersection(b, point(packet))) out |= std::uint64_t{1} << packet;
  return out;
}

PacketSet set_of(std::uint64_t packets) {
  std::vector<Box> boxes;
  for (unsigned packet = 0; packet < 64; ++packet)
    if ((packets >> packet & 1U) != 0) boxes.push_back(point(packet));
  return PacketSet(std::move(boxes));
}

class Lots {
 public:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() >> 8) % n; }
  Box box() {
    std::array<ValueInterval, 3> sides;
    for (auto& side : sides) {
      Bits128 const first = below(4);
      side = {first, first + below(static_cast<std::uint32_t>(4 - first))};
    }
    return test::box(sides);
  }
  std::vector<Box> boxes(std::uint32_t most) {
    std::vector<Box> out;
    for (auto n = below(most + 1); n > 0; --n) out.push_back(box());
    return out;
  }

 private:
  std::minstd_rand engine_{17};  // NOLINT(bugprone-random-generator-seed): the same on every run
};

bool disjoint(std::vector<Box> const& boxes) {
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t j = i + 1; j < boxes.size(); ++j)
      if (intersection(boxes[i], boxes[j])) return false;
  return true;
}

}  // namespace

TEST_CASE("packet_set: equal sets compare equal, however they were cut") {
  Lots lots;
  for (int n = 0; n < 500; ++n) {
    auto boxes = lots.boxes(5);
    PacketSet const set(boxes);
    auto const packets = word(boxes);
    REQUIRE(word(set) == packets);
    REQUIRE((set == set_of(packets)));  // from single packets
    std::ranges::reverse(boxes);
    std::vector<Box> pieces = boxes;  // overlapping, in another order, some twice
    for (auto const& b : boxes) subtract(b, lots.box(), pieces);
    REQUIRE((PacketSet(pieces) == set));
    REQUIRE((PacketSet(set.boxes()) == set));
    REQUIRE(disjoint(set.boxes()));
    REQUIRE(set.empty() == (packets == 0));
  }
}

TEST_CASE("packet_set: the laws of sets hold") {
  Lots lots;
  PacketSet const all({box({{{0, 3}, {0, 3}, {0, 3}}})});
  for (int n = 0; n < 400; ++n) {
    PacketSet const a(lots.boxes(4));
    PacketSet const b(lots.boxes(4));
    auto const x = word(a);
    auto const y = word(b);
    REQUIRE(word(a | b) == (x | y));
    REQUIRE(word(a & b) == (x & y));
    REQUIRE(word(a - b) == (x & ~y));
    REQUIRE((((a - b) & b) == PacketSet()));
    REQUIRE((((a - b) | (a & b)) == a));
    REQUIRE(((a | b) == (b | a)));
    REQUIRE(((a & b) == (b & a)));
    REQUIRE((all - (a | b) == ((all - a) & (all - b))));
    REQUIRE((all - (a & b) == ((all - a) | (all - b))));
  }
}

TEST_CASE(
    "packet_set: what a box overlaps, and how many boxes a set is, as if it were spelled out") {
  std::mt19937 random(20261128);
  for (int round = 0; round < 300; ++round) {
    std::vector<Box> some;
    for (unsigned packet = 0; packet < 64; ++packet)
      if (random() % 3 == 0) some.push_back(point(packet));
    PacketSet const set(some);
    CHECK(set.box_count() == set.boxes().size());
    auto const other = point(random() % 64);
    CHECK(set.overlaps(other) == set.contains(other));
    auto wide = other;
    wide.at(Field::saddr) = {0, 3};
    auto const boxes = set.boxes();
    CHECK(set.overlaps(wide) == std::ranges::any_of(boxes, [&](Box const& one) {
            return intersection(one, wide).has_value();
          }));
  }
}

// Spelled out, it would be a thousand million boxes.
TEST_CASE("packet_set: products of many values are worked on as such") {
  std::vector<Box> even;
  std::vector<Box> odd;
  for (std::uint32_t i = 0; i < 1U << 15U; ++i) {
    auto client = Box::all();
    client.at(Field::saddr) = {Bits128{2 * i}, Bits128{2 * i}};
    even.push_back(client);
    auto server = Box::all();
    server.at(Field::daddr) = {Bits128{2 * i + 1}, Bits128{2 * i + 1}};
    odd.push_back(server);
  }
  PacketSet const clients(even);
  PacketSet const servers(odd);
  auto const both = clients & servers;
  CHECK(both.products().size() == 1);
  CHECK(both.box_count() == std::size_t{1} << 30U);
  CHECK(((clients | servers) - clients) == servers - both);
}

TEST_CASE("packet_set: what is left of a box after another is disjoint and exact") {
  Lots lots;
  for (int n = 0; n < 3'000; ++n) {
    auto const a = lots.box();
    auto const b = lots.box();
    std::vector<Box> rest;
    subtract(a, b, rest);
    REQUIRE(disjoint(rest));
    REQUIRE(word(rest) == (word(std::vector{a}) & ~word(std::vector{b})));
  }
}

TEST_CASE("packet_set: the whole world can be taken apart and put together, to the last value") {
  PacketSet const all({Box::all()});
  CHECK((all - all).empty());
  CHECK(all.products().size() == 1);
  Box corner = Box::all();
  for (auto& side : corner.sides) side.first = side.last;
  PacketSet const last({corner});
  auto const rest = all - last;
  CHECK_FALSE(rest.contains(corner));
  CHECK((rest & last).empty());
  CHECK(((rest | last) == all));
  Box first = Box::all();
  for (auto& side : first.sides) side.last = side.first;
  CHECK((((all - PacketSet({first})) | PacketSet({first})) == all));
}

TEST_CASE("packet_set: neighbours of the same kind are one product") {
  PacketSet const set({box({{{0, 0}, {0, 1}, {2, 3}}}), box({{{1, 1}, {0, 1}, {2, 3}}}),
                       box({{{3, 3}, {0, 1}, {2, 3}}})});
  REQUIRE(set.products().size() == 1);
  ValueSet const sides = set.products().front().sides[0];
  CHECK((sides == ValueSet(std::vector<ValueInterval>{{0, 1}, {3, 3}})));
}

}  // namespace safeconduct::test
