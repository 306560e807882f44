// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/recent_packets.h"

#include <doctest/doctest.h>

#include "evidence/capture_sample.h"

namespace safeconduct::test {
namespace {

// Each packet once more, that much later, made over by 'change' from its IP header on.
template <class Change>
std::vector<Shot> doubled(std::vector<Shot> shots, std::int64_t later, Change const& change) {
  auto const once = shots;
  for (auto copy : once) {
    copy.time += later;
    copy.frame = ethernet(change(Octets(copy.frame.begin() + 14, copy.frame.end())));
    shots.push_back(std::move(copy));
  }
  std::ranges::stable_sort(shots, {}, &Shot::time);
  return shots;
}

Octets one_hop_on(Octets ip) {
  --ip[8];
  return ip;
}
Octets in_vxlan(Octets ip) {
  Octets packet(8);
  packet[0] = 8;
  for (auto const octet : ethernet(ip)) packet.push_back(octet);
  return udp_packet({"198.51.100.1", 60'000}, {"203.0.113.1", 4789}, packet);
}
// As the interface sends it: with a checksum.
Octets with_checksum(Octets ip) {
  auto const at = ip[9] == 6 ? 36U : 26U;
  ip[at] ^= 0x5AU;
  return ip;
}

struct Told {
  std::string requirement;
  std::string dst;
  Outcome outcome;
  std::string cause;
  std::size_t count;
  bool operator==(Told const&) const = default;
};
std::vector<Told> told(CaptureAccount const& account) {
  std::vector<Told> all;
  for (auto const& o : account.observations)
    all.push_back({o.requirement, o.dst ? to_string(*o.dst) : "", o.outcome, o.cause, o.count});
  return all;
}

}  // namespace

TEST_CASE(
    "recent_packets: a packet that is seen twice, on two interfaces or in a tunnel, is one try") {
  London const london;
  for (auto const& film : {dns_of_the_note(), gateway_of_the_note()}) {
    auto const once = account_of(film, london);
    REQUIRE_FALSE(once.observations.empty());
    for (auto const later : {kMilli / 20, 3 * kMilli}) {  // the answer came before the copy, too
      CAPTURE(later);
      for (auto const& change : {one_hop_on, in_vxlan, with_checksum}) {
        auto const twice = account_of(pcap(doubled(film.shots(), later, change)), london);
        CHECK(told(twice) == told(once));
        REQUIRE(twice.waves.size() == once.waves.size());
        for (std::size_t i = 0; i < once.waves.size(); ++i)
          CHECK(twice.waves[i].queries == once.waves[i].queries);
      }
    }
  }
}

TEST_CASE("recent_packets: the same question asked again later is another try") {
  London const london;
  Film film;
  auto const question =
      udp_packet({kClient, 5000}, {"208.67.222.222", 53}, dns_query(1, kDebug, 16));
  film.at(0, question).at(0.17, question).at(5, question);
  film.at(20, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  auto const seen = about(account_of(film, london), "dns-53-udp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().count == 3);
}

TEST_CASE(
    "recent_packets: of two answers within a millisecond that differ, the forged one counts") {
  London const london;
  Film film;
  film.at(0, udp_packet({kClient, 5000}, {"208.67.222.222", 53}, dns_query(1, kDebug, 16)));
  for (auto const* const line : {"I am another.", "server m84.lon"})
    film.at(0.02, udp_packet({"208.67.222.222", 53}, {kClient, 5000},
                             dns_txt_answer(1, kDebug, {line, "source 192.0.2.7:50000"})));
  auto const seen = about(account_of(film, london), "dns-53-udp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::intercepted);
}

TEST_CASE("recent_packets: what differs in a byte, an address or its length is another packet") {
  RecentPackets recent;
  auto const again = [&](Octets const& packet, CaptureTime time) {
    return recent.again(ip_view(packet).value(), time);
  };
  auto const packet = udp_packet({kClient, 5000}, {"192.0.2.1", 53}, octets("question"));
  CHECK_FALSE(again(packet, kTick));
  CHECK(again(packet, kTick));
  CHECK(again(packet, kTick + 9 * kMilli));
  CHECK(again(packet, kTick - 9 * kMilli));  // of another clock
  CHECK_FALSE(again(packet, kTick + 11 * kMilli));
  CHECK_FALSE(again(udp_packet({kClient, 5001}, {"192.0.2.1", 53}, octets("question")), kTick));
  CHECK_FALSE(again(udp_packet({kClient, 5000}, {"192.0.2.2", 53}, octets("question")), kTick));
  CHECK_FALSE(again(udp_packet({kClient, 5000}, {"192.0.2.1", 53}, octets("questiom")), kTick));
  CHECK_FALSE(again(udp_packet({kClient, 5000}, {"192.0.2.1", 53}, octets("questions")), kTick));
}

}  // namespace safeconduct::test
