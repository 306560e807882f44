// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the tests of captures share: the shipped policy at a site in London, a capture as a source,
// and the two captures of the vendor's tech note 222351, rebuilt row by row.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "evidence/capture.h"
#include "policy/read.h"
#include "support/capture_bytes.h"

namespace safeconduct::test {

// What is wanted points into the policies and the site.
struct London {
  std::vector<Policy> policies;
  IngressRanges ranges;
  Site site;
  Wanted wishes;

  London() {
    policies.push_back(read_policy("policy", text("policies/secure-client-roaming.yaml")).value());
    ranges = read_ingress_ranges("ranges", text("ingress-ranges/cisco-secure-access.yaml")).value();
    site.name = "london";
    site.clients = {{*parse_prefix("10.0.0.0/8"), {}}, {*parse_prefix("2001:db8::/32"), {}}};
    site.settings.regions = {{"eu-west-2", {}}};
    wishes = wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
  London(London const&) = delete;
  London& operator=(London const&) = delete;

  static std::string text(std::string const& path) {
    std::ifstream in(std::string(SC_TEST_SOURCE_DIR) + '/' + path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

// In small pieces, so that packets lie across them.
inline ByteSource source_of(Octets bytes, std::size_t piece = 1000) {
  return [bytes = std::move(bytes), piece,
          at = std::size_t{0}](std::span<std::uint8_t> buffer) mutable -> Result<std::size_t> {
    auto const size = std::min({buffer.size(), piece, bytes.size() - at});
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, buffer.begin());
    at += size;
    return size;
  };
}

inline constexpr std::int64_t kMilli = 1'000'000;
inline constexpr std::int64_t kTick = 1'000'000'000;  // a second, in nanoseconds
// 2024-08-27 03:07:43.57 UTC, as in the tech note.
inline constexpr std::int64_t kNoteTime = 1'724'728'063'570 * kMilli;

// Frames in order of time; what is sent is seen on the client's own Ethernet.
class Film {
 public:
  explicit Film(std::int64_t start = kNoteTime) : start_(start) {}
  Film& at(double seconds, Octets const& ip) {
    shots_.push_back({start_ + static_cast<std::int64_t>(seconds * 1e9 + 0.5), ethernet(ip), 1, 0});
    return *this;
  }
  std::vector<Shot> shots() const {
    auto sorted = shots_;
    std::ranges::stable_sort(sorted, {}, &Shot::time);
    return sorted;
  }

 private:
  std::int64_t start_;
  std::vector<Shot> shots_;
};

inline CaptureAccount account_of(Octets bytes, London const& london) {
  return read_capture(source_of(std::move(bytes)), "client.pcap", london.wishes).value();
}
inline CaptureAccount account_of(Film const& film, London const& london) {
  return account_of(pcap(film.shots()), london);
}

inline std::vector<Observation> about(CaptureAccount const& account, std::string_view requirement,
                                      std::string_view address = {}) {
  std::vector<Observation> found;
  for (auto const& o : account.observations)
    if (o.requirement == requirement &&
        (address.empty() || (o.dst && to_string(*o.dst) == address)))
      found.push_back(o);
  return found;
}

inline std::string evidence(Observation const& o, std::string_view kind) {
  std::string text;
  for (auto const& one : o.evidence)
    if (one.kind == kind) text += (text.empty() ? "" : "; ") + one.text.english();
  return text;
}

inline constexpr std::string_view kClient = "10.20.0.99";
inline constexpr std::string_view kDebug = "debug.opendns.com";
inline constexpr std::string_view kProvider = "2.dnscrypt-cert.opendns.com";
inline constexpr std::string_view kGateway = "18.135.112.200";
inline constexpr std::string_view kGatewayName = "swg-url-proxy-https-sse.sigproxy.qq.opendns.com";

// The first capture of the note: probes for the resolvers, none of them answered. Beside them what
// else a client's capture has: a lookup at the resolver of the network, answered.
inline Film dns_of_the_note() {
  Film film;
  std::uint16_t id = 0x1000;
  std::uint16_t port = 50'000;
  auto const ask = [&](double at, std::string_view to, std::uint16_t dport, std::string_view name) {
    film.at(at, udp_packet({kClient, port++}, {to, dport}, dns_query(id++, name, 16)));
  };
  auto const stage = [&](double at, std::uint16_t dport, double again) {
    for (double const time : {at, at + again}) {
      ask(time, "208.67.222.222", dport, kDebug);
      ask(time + 0.001, "208.67.220.220", dport, kDebug);
    }
  };
  ask(-67.57, "208.67.222.222", 53, kDebug);  // a heartbeat every 40 s
  ask(-27.57, "208.67.222.222", 53, kDebug);
  film.at(-1, udp_packet({kClient, 49'999}, {"10.20.0.1", 53}, dns_query(7, "host.example", 1)));
  film.at(-0.99, udp_packet({"10.20.0.1", 53}, {kClient, 49'999},
                            dns_address_answer(7, "host.example", {"10.20.0.7"})));
  stage(0, 443, 0.17);
  stage(5.0, 53, 0.19);
  ask(11.3, "208.67.222.222", 443, kProvider);
  stage(14.97, 443, 0.17);
  film.at(22, udp_packet({kClient, 49'998}, {"10.20.0.1", 53}, dns_query(8, "host.example", 1)));
  return film;
}

// The second: the web gateway's name is resolved, and each SYN to its address is answered by a
// reset within 0.16 to 0.53 ms, with the window of the SYN. Three source ports, a SYN every half
// second, each with a sequence number of its own.
inline Film gateway_of_the_note() {
  Film film;
  film.at(-0.02, udp_packet({kClient, 51'000}, {"10.20.0.1", 53}, dns_query(9, kGatewayName, 1)));
  film.at(-0.01, udp_packet({"10.20.0.1", 53}, {kClient, 51'000},
                            dns_address_answer(9, kGatewayName, {std::string(kGateway)})));
  constexpr double kDelays[] = {0.000'16, 0.000'53, 0.000'31};
  std::uint32_t seq = 77'000;
  int turn = 0;
  for (std::uint16_t port = 52'001; port <= 52'003; ++port)
    for (double const again : {0.0, 0.51, 1.02}) {
      double const at = (port - 52'001) * 0.004 + again;
      seq += 12'345;
      film.at(at, tcp_packet({kClient, port}, {kGateway, 443}, {0x02, seq, 0, 64240}));
      film.at(at + kDelays[turn++ % 3],
              tcp_packet({kGateway, 443}, {kClient, port}, {kRstAck, 0, seq + 1, 64240}, {}, 128));
    }
  return film;
}

}  // namespace safeconduct::test
