// SPDX-License-Identifier: GPL-3.0-or-later
// Captures of other projects: each is read, and what is counted in it is what tshark counts
// (capture_corpus.tsv names the commands).
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "evidence/capture_reader.h"
#include "evidence/capture_sample.h"
#include "evidence/frame.h"
#include "evidence/tcp_follow.h"
#include "packet/field.h"
#include "support/corpus.h"

namespace safeconduct::test {
namespace {

struct Counts {
  std::size_t packets = 0;
  std::size_t syn = 0;
  std::size_t unanswered = 0;  // connections
  std::size_t reset = 0;
  std::size_t queries = 0;  // of DNS, unanswered
  std::size_t unreachable = 0;
  bool operator==(Counts const&) const = default;
};

std::ostream& operator<<(std::ostream& out, Counts const& c) {
  return out << c.packets << " packets, " << c.syn << " syn, " << c.unanswered << " unanswered, "
             << c.reset << " reset, " << c.queries << " queries, " << c.unreachable
             << " unreachable";
}

struct Row {
  std::string file;
  Counts counts;
};

std::vector<Row> expected_counts() {
  std::vector<Row> rows;
  std::ifstream in(std::string(SC_TEST_SOURCE_DIR) + "/tests/evidence/capture_corpus.tsv");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    Row row;
    std::istringstream(line) >> row.counts.packets >> row.counts.syn >> row.counts.unanswered >>
        row.counts.reset >> row.counts.queries >> row.counts.unreachable >> row.file;
    rows.push_back(row);
  }
  return rows;
}

ByteSource file_source(std::filesystem::path const& path) {
  auto in = std::make_shared<std::ifstream>(path, std::ios::binary);
  return [in](std::span<std::uint8_t> buffer) -> Result<std::size_t> {
    in->read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    return static_cast<std::size_t>(in->gcount());
  };
}

// Every address and port is a target of this policy.
struct Anywhere {
  std::vector<Policy> policies;
  IngressRanges ranges;
  Site site;
  Wanted wishes;

  Anywhere() {
    policies.push_back(read_policy("all",
                                   "schema: policy/1\nid: all\nrequirements:\n"
                                   "  - {id: all, feature: swg, level: required, expect: allow, "
                                   "protocol: [tcp], ports: [1-65535], to: {anywhere: true}}\n"
                                   "  - {id: dns, feature: dns, level: required, expect: allow, "
                                   "protocol: [udp], ports: [53], to: {anywhere: true}, probe: "
                                   "{kind: dns-txt, name: debug.opendns.com.}}\n")
                           .value());
    site.name = "everywhere";
    site.clients = {{*parse_prefix("0.0.0.0/0"), {}}, {*parse_prefix("::/0"), {}}};
    wishes = wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
};

class Counting {
 public:
  explicit Counting(Wanted const& wishes)
      : targets_(wishes, 100'000),
        connections_(targets_, tallies_, options_, "/nonexistent"),
        datagrams_(targets_, tallies_, options_) {}

  Counts run(std::filesystem::path const& path) {
    auto reader = CaptureReader::open(file_source(path), path.filename()).value();
    CapturedPacket packet;
    while (reader.next(packet)) see(packet);
    CHECK(!reader.fault().has_value());
    counts_.packets = reader.packets();
    connections_.finish(last_);
    datagrams_.finish(last_);
    for (std::uint32_t i = 0; i < targets_.size(); ++i)
      for (auto const& group : tallies_.of(i)) add(i, group);
    return counts_;
  }

 private:
  void see(CapturedPacket const& packet) {
    last_ = std::max(last_, packet.time.value());
    auto const ip = ip_view(network_layer(packet.link, packet.bytes).ip);
    if (!ip) return;
    bool const error = ip->protocol == l4::icmp ? ip->payload.size() > 7 && ip->payload[0] == 3
                                                : ip->protocol == l4::icmp6 &&
                                                      ip->payload.size() > 7 && ip->payload[0] == 1;
    if (error) ++counts_.unreachable;
    if (ip->protocol == l4::udp)
      if (auto const udp = udp_view(ip->payload))
        see_udp(*ip, *udp, {packet.time.value(), packet.number});
    if (ip->protocol == l4::tcp)
      if (auto const tcp = tcp_view(ip->payload))
        see_tcp(*ip, *tcp, {packet.time.value(), packet.number});
  }

  void see_udp(IpView const& ip, UdpView const& udp, PacketPlace at) {
    bool const asks = udp.dport == 53;
    if (!asks && udp.sport != 53) return;
    auto const target =
        asks ? targets_.find(l4::udp, ip.dst, 53) : targets_.find(l4::udp, ip.src, 53);
    if (target == kNoTarget) return;
    if (asks) {
      datagrams_.asked(target, ip, udp, at);
    } else {
      datagrams_.answered(target, ip, udp, at);
    }
  }

  void see_tcp(IpView const& ip, TcpView const& tcp, PacketPlace at) {
    bool const syn = (tcp.flags & tcp_bit::kSyn) != 0;
    bool const ack = (tcp.flags & tcp_bit::kAck) != 0;
    if (syn && !ack) ++counts_.syn;
    if ((tcp.flags & tcp_bit::kRst) != 0) ++counts_.reset;
    // Who began it: the ports do not tell where all of them are wanted.
    auto const forth = std::tuple(ip.src, tcp.sport, ip.dst, tcp.dport);
    auto const back = std::tuple(ip.dst, tcp.dport, ip.src, tcp.sport);
    if (syn && !ack && !begun_.contains(back)) begun_.insert(forth);
    bool const from_client = begun_.contains(forth);
    if (!from_client && !begun_.contains(back)) return;
    auto const target = from_client ? targets_.find(l4::tcp, ip.dst, tcp.dport)
                                    : targets_.find(l4::tcp, ip.src, tcp.sport);
    if (target == kNoTarget) return;
    if (from_client) {
      connections_.from_client(target, ip, tcp, at);
    } else {
      connections_.from_server(target, ip, tcp, at);
    }
  }

  void add(std::uint32_t target, EndingGroup const& group) {
    bool const nothing = group.ending == Ending::silent || group.ending == Ending::too_soon ||
                         group.ending == Ending::one_way || group.ending == Ending::reset ||
                         group.ending == Ending::unreachable;
    if (!nothing) return;
    auto& count = targets_.at(target).protocol == l4::tcp ? counts_.unanswered : counts_.queries;
    for (auto const& [client, tally] : group.clients) count += tally.count;
  }

  CaptureOptions options_;
  CaptureTargets targets_;
  Tallies tallies_;
  TcpFollow connections_;
  DatagramFollow datagrams_;
  std::set<std::tuple<Address, std::uint16_t, Address, std::uint16_t>> begun_;
  Counts counts_;
  CaptureTime last_ = 0;
};

}  // namespace

TEST_CASE("capture_corpus: every capture is counted as tshark counts it") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  Anywhere const everything;
  auto const rows = expected_counts();
  REQUIRE(rows.size() == 63);
  for (auto const& row : rows) {
    CAPTURE(row.file);
    CHECK(Counting(everything.wishes).run(*corpus / "pcap" / row.file) == row.counts);
  }
}

}  // namespace safeconduct::test
