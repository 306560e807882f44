// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "evidence/capture_sample.h"
#include "packet/field.h"

namespace safeconduct::test {
namespace {

void check_dns_of_the_note(CaptureAccount const& account) {
  for (auto const* const address : {"208.67.222.222", "208.67.220.220"}) {
    CAPTURE(address);
    for (auto const* const id : {"dns-443-udp", "dns-53-udp"}) {
      CAPTURE(id);
      auto const seen = about(account, id, address);
      REQUIRE(seen.size() == 1);
      auto const& o = seen.front();
      CHECK(o.outcome == Outcome::timeout);
      CHECK(o.cause == "silent");
      CHECK(o.question == "TXT debug.opendns.com");
      CHECK(to_string(o.src.value()) == kClient);
      CHECK_FALSE(o.verified);
    }
  }
  CHECK(about(account, "dns-443-udp", "208.67.222.222").front().count == 4);
  CHECK(about(account, "dns-53-udp", "208.67.222.222").front().count == 4);  // heartbeats too
  CHECK(about(account, "dns-53-udp", "208.67.220.220").front().count == 2);
  REQUIRE(account.waves.size() == 9);
  auto const& second = account.waves[2];
  CHECK(second.port == 443);
  CHECK(second.queries == 2);
  CHECK(second.name == kDebug);
  CHECK_FALSE(second.answered);
  CHECK(account.waves[4].port == 53);
  CHECK((account.waves[4].first - second.first + kMilli / 2) / kMilli == 5000);
  CHECK(account.waves[6].name == kProvider);
}

}  // namespace

TEST_CASE("capture: the tech note's DNS probes are silence, told apart by resolver and port") {
  London const london;
  auto const account = account_of(dns_of_the_note(), london);
  check_dns_of_the_note(account);
  CHECK(account.two_sided);
  CHECK(account.format == "pcap");
  CHECK(account.packets == 18);
  CHECK(account.notes.empty());
  auto const o = about(account, "dns-443-udp", "208.67.222.222").front();
  CHECK(evidence(o, "filter") == "ip.addr == 208.67.222.222 && udp.port == 443");
  CHECK(evidence(o, "capture") ==
        "goes on for 6.8 s after the last of them, to 2024-08-27T03:08:05Z");
  CHECK(o.evidence.front().packet == 5);
  CHECK(o.evidence.front().file == "client.pcap");
  CHECK(o.first == "2024-08-27T03:07:43Z");
}

TEST_CASE("capture: every form of capture file gives the same account") {
  London const london;
  auto const shots = dns_of_the_note().shots();
  for (bool const swapped : {false, true}) {
    CaptureStyle style;
    style.swapped = swapped;
    check_dns_of_the_note(account_of(pcap(shots, style), london));
    style.nanoseconds = true;
    check_dns_of_the_note(account_of(pcap(shots, style), london));
    style.nanoseconds = false;
    style.modified = true;
    check_dns_of_the_note(account_of(pcap(shots, style), london));
    for (std::uint8_t const resolution :
         {std::uint8_t{6}, std::uint8_t{9}, std::uint8_t{0x80 | 20}}) {
      CAPTURE(int{resolution});
      CaptureStyle ng;
      ng.swapped = swapped;
      ng.resolution = resolution;
      ng.offset = 3600;
      ng.unknown_blocks = true;
      check_dns_of_the_note(account_of(pcapng(shots, ng), london));
    }
  }
}

TEST_CASE("capture: sections and interfaces of different link types are one capture") {
  London const london;
  auto shots = dns_of_the_note().shots();
  for (std::size_t i = 0; i < shots.size(); i += 2) {  // every other one from a tunnel: raw IP
    shots[i].link = 101;
    shots[i].frame.erase(shots[i].frame.begin(), shots[i].frame.begin() + 14);
  }
  auto const half = static_cast<std::ptrdiff_t>(shots.size() / 2);
  auto file = pcapng({shots.begin(), shots.begin() + half});
  CaptureStyle swapped;
  swapped.swapped = true;
  auto const second = pcapng({shots.begin() + half, shots.end()}, swapped);
  file.insert(file.end(), second.begin(), second.end());
  auto const account = account_of(file, london);
  check_dns_of_the_note(account);
  CHECK((account.link_types == std::vector<std::string>{"raw IP", "Ethernet"}));
}

TEST_CASE("capture: the tech note's resets to the web gateway come from a device nearby") {
  London const london;
  auto const account = account_of(gateway_of_the_note(), london);
  auto const seen = about(account, "swg-443");
  REQUIRE(seen.size() == 1);
  auto const& o = seen.front();
  CHECK(o.outcome == Outcome::reset);
  CHECK(o.cause == "reset-before-target");
  CHECK(o.by == Teller::before_target);
  CHECK(o.detail ==
        "refused with a TCP reset 0.16 to 0.53 ms after the SYN, that a device before the target "
        "sent "
        "in its name");
  CHECK(o.name == kGatewayName);
  CHECK(o.count == 9);
  CHECK(o.rtt_ms.value() == doctest::Approx(0.16));
  CHECK(evidence(o, "rtt") == "0.16 ms to 0.53 ms from the SYN to its reset");
  CHECK(evidence(o, "window") ==
        "its window is that of the SYN (64240), as of a device that answers by turning the packet "
        "round");
  CHECK(evidence(o, "filter") ==
        "ip.addr == 18.135.112.200 && tcp.port == 443 && tcp.flags.reset == 1");
  REQUIRE(account.names.size() == 1);
  CHECK(account.names.front().name == kGatewayName);
  CHECK(to_string(account.names.front().addresses.front()) == kGateway);
}

TEST_CASE("capture: silence at the end of a capture decides nothing") {
  London const london;
  Film film;
  film.at(0, udp_packet({kClient, 5000}, {"208.67.222.222", 53}, dns_query(1, kDebug, 16)));
  film.at(4.9, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  auto seen = about(account_of(film, london), "dns-53-udp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::not_tested);
  CHECK(seen.front().cause == "capture-ends-too-soon");

  film.at(5.1, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  seen = about(account_of(film, london), "dns-53-udp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::timeout);
}

TEST_CASE("capture: silence in a capture of one direction decides nothing") {
  London const london;
  Film film;
  film.at(0, udp_packet({kClient, 5000}, {"208.67.222.222", 53}, dns_query(1, kDebug, 16)));
  film.at(1, tcp_packet({kClient, 5001}, {"146.112.63.3", 443}, {}));
  film.at(9, udp_packet({kClient, 5000}, {"10.20.0.1", 53}, dns_query(2, "a.example", 1)));
  auto const account = account_of(film, london);
  CHECK_FALSE(account.two_sided);
  for (auto const* const id : {"dns-53-udp", "sync-443"}) {
    auto const seen = about(account, id);
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().outcome == Outcome::unproven);
    CHECK(seen.front().cause == "one-sided");
  }
  REQUIRE(account.notes.size() == 1);
  CHECK(account.notes.front().code == code::kCaptureSight);
}

TEST_CASE("capture: a certificate that was asked for, and no answer in sight, is no answer") {
  London const london;
  Film film;
  film.at(0, udp_packet({kClient, 5000}, {"208.67.222.222", 53}, dns_query(1, kProvider, 16)));
  film.at(9, udp_packet({kClient, 5000}, {"10.20.0.1", 53}, dns_query(2, "a.example", 1)));
  auto seen = about(account_of(film, london), "dns-53-udp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::unproven);
  CHECK(seen.front().cause == "one-sided");

  film.at(9.1, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  seen = about(account_of(film, london), "dns-53-udp");  // both directions: it is silence
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::timeout);
  CHECK(seen.front().cause == "silent");
}

TEST_CASE("capture: a client that goes on without a SYN-ACK in sight was answered elsewhere") {
  London const london;
  Film film;
  film.at(0, tcp_packet({kClient, 5001}, {"146.112.63.3", 443}, {}));
  film.at(0.05, tcp_packet({kClient, 5001}, {"146.112.63.3", 443}, {kAck, 1001, 5001, 1000}));
  film.at(60, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  auto const seen = about(account_of(film, london), "sync-443");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::unproven);
  CHECK(seen.front().cause == "one-sided");
}

TEST_CASE("capture: SYNs that nobody answers are silence, however often they are sent") {
  London const london;
  Film film;
  for (double const at : {0.0, 1.0, 3.0, 7.0})
    film.at(at, tcp_packet({kClient, 5001}, {"146.112.63.3", 443}, {}));
  film.at(14, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  auto const seen = about(account_of(film, london), "sync-443");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::timeout);
  CHECK(seen.front().count == 1);
  CHECK(seen.front().question == "TLS sync.hydra.opendns.com");
}

TEST_CASE("capture: an ICMP error names who refuses, of UDP and TCP, IPv4 and IPv6") {
  London const london;
  Film film;
  auto const query = udp_packet({kClient, 5000}, {"208.67.222.222", 443}, dns_query(1, kDebug, 16));
  auto const syn = tcp_packet({kClient, 5001}, {"146.112.63.3", 443}, {});
  auto const six =
      udp_packet({"2001:db8::9", 5000}, {"2620:119:35::35", 53}, dns_query(1, kDebug, 16));
  film.at(0, query).at(0.002, icmp_error("10.20.0.1", kClient, 3, 13, query, 28));
  film.at(1, syn).at(1.002, icmp_error("10.20.0.1", kClient, 3, 13, syn, 28));
  film.at(2, six).at(2.002, icmp_error("2001:db8::1", "2001:db8::9", 1, 1, six));
  auto const account = account_of(film, london);
  struct Expected {
    char const* id;
    char const* offender;
  };
  for (auto const& [id, offender] :
       {Expected{"dns-443-udp", "10.20.0.1"}, Expected{"sync-443", "10.20.0.1"},
        Expected{"dns-53-udp", "2001:db8::1"}}) {
    CAPTURE(id);
    auto const seen = about(account, id);
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().outcome == Outcome::unreachable);
    CHECK(seen.front().cause == "admin-prohibited");
    CHECK(to_string(seen.front().offender.value()) == offender);
    CHECK(seen.front().by == Teller::before_target);
    CHECK(seen.front().rtt_ms.value() == doctest::Approx(2));
  }
}

TEST_CASE(
    "capture: a reset with the TTL and the time of the target's own packets is the target's") {
  London const london;
  Film film;
  film.at(0, tcp_packet({kClient, 5001}, {"67.215.92.201", 443}, {}));
  film.at(0.02, tcp_packet({"67.215.92.201", 443}, {kClient, 5001}, {kSynAck, 1, 1001, 1}, {}, 50));
  film.at(1, tcp_packet({"10.20.0.98", 5002}, {"67.215.92.201", 443}, {}));
  film.at(1.02,
          tcp_packet({"67.215.92.201", 443}, {"10.20.0.98", 5002}, {kRstAck, 0, 1001, 0}, {}, 50));
  film.at(2, tcp_packet({"10.20.0.97", 5002}, {"67.215.92.201", 443}, {}));
  film.at(2.02,
          tcp_packet({"67.215.92.201", 443}, {"10.20.0.97", 5002}, {kRstAck, 0, 1001, 0}, {}, 63));
  auto const seen = about(account_of(film, london), "api-443");
  std::vector<std::string> causes;
  for (auto const& o : seen) causes.push_back(o.cause);
  std::ranges::sort(causes);
  CHECK((causes ==
         std::vector<std::string>{"closed-at-target", "handshake-only", "reset-before-target"}));
}

TEST_CASE("capture: a look at the way is no try, and what it hears no refusal") {
  London const london;
  Film film;
  for (std::uint8_t ttl = 1; ttl <= 3; ++ttl) {
    auto const query =
        udp_packet({kClient, 5000}, {"208.67.222.222", 53}, dns_query(ttl, kDebug, 16), ttl);
    auto const syn = tcp_packet({kClient, 5001}, {"146.112.63.3", 443}, {}, {}, ttl);
    film.at(ttl, query).at(ttl + 0.01, icmp_error("10.20.0.1", kClient, 11, 0, query));
    film.at(ttl, syn).at(ttl + 0.01, icmp_error("10.20.0.1", kClient, 11, 0, syn));
  }
  film.at(30, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  CHECK(account_of(film, london).observations.empty());
}

TEST_CASE("capture: a packet with its whole TTL that runs out of it goes round in circles") {
  London const london;
  Film film;
  auto const query = udp_packet({kClient, 5000}, {"208.67.222.222", 443}, dns_query(1, kDebug, 16));
  film.at(0, query).at(0.002, icmp_error("10.20.0.1", kClient, 11, 0, query, 28));
  auto const seen = about(account_of(film, london), "dns-443-udp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::unreachable);
  CHECK(seen.front().cause == "time-exceeded");
}

TEST_CASE("capture: without times neither silence nor nearness is told") {
  London const london;
  CaptureStyle timeless;
  timeless.simple = true;
  auto account = account_of(pcapng(gateway_of_the_note().shots(), timeless), london);
  auto seen = about(account, "swg-443");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::reset);
  CHECK(seen.front().cause == "reset");
  CHECK_FALSE(account.first.has_value());
  account = account_of(pcapng(dns_of_the_note().shots(), timeless), london);
  for (auto const& o : account.observations) CHECK(o.outcome == Outcome::not_tested);
  CHECK(about(account, "dns-53-udp").size() == 2);
}

TEST_CASE("capture: a reset that begins at another TTL and travels as far is the target's") {
  London const london;
  Film film;
  film.at(0, tcp_packet({kClient, 5001}, {"67.215.92.201", 443}, {}));
  film.at(0.02, tcp_packet({"67.215.92.201", 443}, {kClient, 5001}, {kSynAck, 1, 1001, 1}, {}, 50));
  film.at(1, tcp_packet({"10.20.0.98", 5002}, {"67.215.92.201", 443}, {}));
  film.at(
      1.02,  // 255 - 14: as many hops
      tcp_packet({"67.215.92.201", 443}, {"10.20.0.98", 5002}, {kRstAck, 0, 1001, 64240}, {}, 241));
  auto const seen = about(account_of(film, london), "api-443");
  auto const o = std::ranges::find(seen, "closed-at-target", &Observation::cause);
  REQUIRE(o != seen.end());
  CHECK(evidence(*o, "window").empty());  // an echo: of no device before it, then
}

TEST_CASE("capture: what was lost and passed later is no block") {
  London const london;
  Film film;
  film.at(0, tcp_packet({kClient, 5001}, {"146.112.61.113", 443}, {}));
  film.at(40, tcp_packet({kClient, 5002}, {"146.112.61.113", 443}, {}));
  film.at(40.02, tcp_packet({"146.112.61.113", 443}, {kClient, 5002}, {kSynAck, 1, 1001, 1}));
  auto seen = about(account_of(film, london), "blockpage-dns");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::open);
  CHECK(evidence(seen.front(), "lost") == "1 other try came to nothing (silent)");

  // The other way round it is one.
  Film later;
  later.at(0, tcp_packet({kClient, 5002}, {"146.112.61.113", 443}, {}));
  later.at(0.02, tcp_packet({"146.112.61.113", 443}, {kClient, 5002}, {kSynAck, 1, 1001, 1}));
  later.at(40, tcp_packet({kClient, 5001}, {"146.112.61.113", 443}, {}));
  later.at(60, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  seen = about(account_of(later, london), "blockpage-dns");
  REQUIRE(seen.size() == 2);
  CHECK(std::ranges::count(seen, Outcome::timeout, &Observation::outcome) == 1);
}

TEST_CASE("capture: a name that its resolver does not know is told as such") {
  London const london;
  Film film;
  film.at(0, udp_packet({kClient, 51'000}, {"10.20.0.1", 53}, dns_query(9, kGatewayName, 1)));
  film.at(0.1, udp_packet({"10.20.0.1", 53}, {kClient, 51'000},
                          dns_address_answer(9, kGatewayName, {}, 3)));
  auto const seen = about(account_of(film, london), "swg-443");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::name_error);
  CHECK(seen.front().cause == "no-such-name");
  CHECK(evidence(seen.front(), "filter") == "dns.qry.name == \"" + std::string(kGatewayName) + '"');
}

TEST_CASE("capture: addresses that a name leads to are followed, wherever they are") {
  London const london;
  Film film;
  film.at(0, udp_packet({kClient, 51'000}, {"10.20.0.1", 53}, dns_query(9, kGatewayName, 1)));
  film.at(0.1, udp_packet({"10.20.0.1", 53}, {kClient, 51'000},
                          dns_address_answer(9, kGatewayName, {"3.9.9.9"})));
  film.at(1, tcp_packet({kClient, 5001}, {"3.9.9.9", 443}, {}));
  film.at(9, udp_packet({"10.20.0.1", 53}, {kClient, 5000}, dns_query(2, "a.example", 1)));
  auto const seen = about(account_of(film, london), "swg-443", "3.9.9.9");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().outcome == Outcome::timeout);
  CHECK(seen.front().name == kGatewayName);
}

TEST_CASE("capture: packets of others are none of its concern") {
  London const london;
  Film film;
  for (int i = 0; i < 100; ++i)
    film.at(i, tcp_packet({kClient, static_cast<std::uint16_t>(5000 + i)}, {"192.0.2.1", 443}, {}));
  auto const account = account_of(film, london);
  CHECK(account.observations.empty());
  CHECK(account.waves.empty());
  CHECK(account.packets == 100);
}

}  // namespace safeconduct::test
