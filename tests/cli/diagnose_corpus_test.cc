// SPDX-License-Identifier: GPL-3.0-or-later
// The whole of a diagnosis over captures of other projects, where every address and port is asked
// about: it comes to an end with a report; and of their packets in one direction alone it makes no
// failure. (Answers to whoever does not begin anything in the capture are left in it.)
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "evidence/bundle.h"
#include "evidence/capture_reader.h"
#include "evidence/frame.h"
#include "evidence/tunnel.h"
#include "packet/field.h"
#include "policy/read.h"
#include "report/diagnosis_report.h"
#include "support/capture_bytes.h"
#include "support/corpus.h"
#include "verify/diagnosis.h"

namespace safeconduct::test {
namespace {

namespace fs = std::filesystem;

struct Everything {
  std::vector<Policy> policies;
  IngressRanges ranges;
  Site site;
  Wanted wishes;

  Everything() {
    policies.push_back(
        read_policy(
            "all",
            "schema: policy/1\nid: all\nrequirements:\n"
            "  - {id: all, feature: swg, level: required, expect: allow, protocol: [tcp], "
            "ports: [1-65535], to: {anywhere: true}, probe: {kind: tls, name: gw.example}}\n"
            "  - {id: dns, feature: dns, level: required, expect: allow, protocol: [udp], "
            "ports: [53], to: {anywhere: true}, probe: {kind: dns-txt, name: "
            "debug.opendns.com.}}\n")
            .value());
    site.name = "everywhere";
    site.clients = {{*parse_prefix("0.0.0.0/0"), {}}, {*parse_prefix("::/0"), {}}};
    wishes = wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
};

std::string bytes_of(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> captures_in(fs::path const& folder) {
  std::vector<fs::path> found;
  for (auto const& one : fs::recursive_directory_iterator(folder)) {
    auto const bytes = one.is_regular_file() ? bytes_of(one.path()) : std::string();
    auto const* const at = reinterpret_cast<std::uint8_t const*>(bytes.data());
    if (is_capture({at, std::min<std::size_t>(bytes.size(), 4)})) found.push_back(one.path());
  }
  std::ranges::sort(found);
  return found;
}

Diagnosis diagnosis_of(std::string const& bytes, Wanted const& wishes) {
  std::istringstream in(bytes);
  Bundle bundle;
  read_evidence("a.pcap", in, wishes, {}, bundle);
  DiagnosisInput input;
  for (auto const& capture : bundle.captures)
    input.observations.insert(input.observations.end(), capture.observations.begin(),
                              capture.observations.end());
  auto diagnosis = diagnosed(wishes, std::move(input));
  diagnosis.incomplete = bundle.incomplete;
  diagnosis.result.causes = diagnosed_causes(diagnosis);
  diagnosis.result.notes.insert(diagnosis.result.notes.end(), bundle.notes.begin(),
                                bundle.notes.end());
  return diagnosis;
}

// The packets of a capture, and what of them is IP, however deep.
template <class Look>
void for_each_packet(std::string const& bytes, Look const& look) {
  std::istringstream in(bytes);
  auto reader = CaptureReader::open(byte_source(pieces_of(in)), "a.pcap").value();
  CapturedPacket packet;
  while (reader.next(packet)) {
    std::vector<IpView> layers;
    auto inside = network_layer(packet.link, packet.bytes);
    while (auto const ip = ip_view(inside.ip)) {
      layers.push_back(*ip);
      inside = carried(*ip);
    }
    look(packet, layers);
  }
}

// Without all that comes to whoever begins a connection or asks.
std::string one_side_of(std::string const& bytes) {
  std::set<Address> clients;
  for_each_packet(bytes, [&](CapturedPacket const&, std::vector<IpView> const& layers) {
    for (auto const& ip : layers) {
      auto const tcp = ip.protocol == l4::tcp ? tcp_view(ip.payload) : std::nullopt;
      auto const udp = ip.protocol == l4::udp ? udp_view(ip.payload) : std::nullopt;
      bool const begins = tcp && (tcp->flags & (tcp_bit::kSyn | tcp_bit::kAck)) == tcp_bit::kSyn;
      if (begins || (udp && udp->dport == 53)) clients.insert(ip.src);
    }
  });
  std::vector<Shot> shots;
  for_each_packet(bytes, [&](CapturedPacket const& packet, std::vector<IpView> const& layers) {
    bool const back =
        std::ranges::any_of(layers, [&](IpView const& ip) { return clients.contains(ip.dst); });
    if (!back && !layers.empty())
      shots.push_back({packet.time.value_or(0), Octets(packet.bytes.begin(), packet.bytes.end()),
                       packet.link, static_cast<std::uint32_t>(packet.original)});
  });
  // Time goes on, so that silence would count.
  if (!shots.empty())
    shots.push_back({shots.back().time + 60'000'000'000,
                     ethernet(udp_packet({"192.0.2.9", 9}, {"192.0.2.10", 9}, {})), 1, 0});
  auto const all = pcapng(shots);
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("diagnose_corpus: every capture comes to a report, and one side of it to no failure") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  Everything const everything;
  auto const captures = captures_in(*corpus / "pcap");
  REQUIRE(captures.size() >= 63);
  std::size_t speaking = 0;
  std::size_t undecided = 0;
  for (auto const& path : captures) {
    CAPTURE(path.string());
    auto const bytes = bytes_of(path);
    auto const whole = diagnosis_of(bytes, everything.wishes);
    if (!whole.result.requirements.empty()) ++speaking;
    CHECK(text_diagnosis(whole, {}).contains("everywhere") == false);  // named by its caller
    CHECK(json_diagnosis(whole, {}).ends_with("}\n"));
    auto const half = diagnosis_of(one_side_of(bytes), everything.wishes);
    for (auto const& requirement : half.result.requirements)
      for (auto const& seen : requirement.seen) {
        auto const& o = seen.observation;
        if (verdict_of(o) == Verdict::undecided) ++undecided;
        CAPTURE(o.requirement);
        CAPTURE((o.dst ? to_string(*o.dst) : o.name));
        CAPTURE(o.dport);
        CAPTURE(o.cause);
        CHECK(verdict_of(o) != Verdict::blocked);
        CHECK(verdict_of(o) != Verdict::intercepted);
      }
  }
  CHECK(speaking >= 40);
  CHECK(undecided >= 40);
}

}  // namespace safeconduct::test
