// SPDX-License-Identifier: GPL-3.0-or-later
// read_capture: an account or a fault in words. Whatever the bytes, it stays within its bounds,
// says 'verified' of nothing but a signed DNSCrypt certificate, and points into the capture.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "evidence/capture.h"
#include "policy/read.h"

namespace sc = safeconduct;

namespace {

constexpr std::string_view kPolicy = R"(schema: policy/1
id: mine
requirements:
  - {id: dns, feature: dns, level: required, expect: allow, protocol: [udp, tcp], ports: [53, 443], to: {addresses: [208.67.222.222, "2620:119:35::35"]}, probe: {kind: dns-txt, name: debug.opendns.com., expect: {server: "*", source: "*", dnscrypt-provider: 2.dnscrypt-cert.opendns.com, dnscrypt-key: "B735:1140:206F:225D:3E2B:D822:D7FD:691E:A1C3:3CC8:D666:8D0C:BE04:BFAB:CA43:FB79"}}}
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [18.135.112.200], names: [gw.example, "*.gw.example"]}, probe: {kind: tls, name: gw.example, expect: {issuer: "*O=Cisco*"}}}
  - {id: any, feature: ztna, level: required, expect: allow, protocol: [tcp, udp], ports: [80, 4500], to: {anywhere: true}, probe: {kind: tcp}}
)";

struct Fixture {
  std::vector<sc::Policy> policies;
  sc::IngressRanges ranges;
  sc::Site site;
  sc::Wanted wishes;

  Fixture() {
    policies.push_back(sc::read_policy("mine", kPolicy).value());
    site.name = "here";
    site.clients = {{*sc::parse_prefix("10.0.0.0/8"), {}},
                    {*sc::parse_prefix("2001:db8::/32"), {}}};
    wishes = sc::wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
};

void check(sc::CaptureAccount const& account, sc::CaptureOptions const& options) {
  if (account.waves.size() > options.most_waves) std::abort();
  for (auto const& o : account.observations) {
    bool const proof = std::ranges::any_of(o.evidence, [](sc::Evidence const& one) {
      return one.kind == "certificate" && one.text.starts_with("valid, serial ");
    });
    if (o.verified && (o.outcome != sc::Outcome::open || o.cause != "verified" || !proof))
      std::abort();
    if (o.cause.empty() || o.detail.empty() || o.count == 0) std::abort();
    for (auto const& one : o.evidence)
      if (one.packet > account.packets || one.text.english().contains('\n')) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static Fixture const fixture;
  sc::CaptureOptions options;
  options.most_flows = 16;
  options.most_targets = 16;
  options.most_waves = 16;
  options.trust = "/nonexistent";
  std::size_t at = 0;
  sc::ByteSource const source = [&](std::span<std::uint8_t> buffer) -> sc::Result<std::size_t> {
    auto const count = std::min({buffer.size(), std::size_t{4096}, size - at});
    std::copy_n(data + at, count, buffer.begin());
    at += count;
    return count;
  };
  auto const account = sc::read_capture(source, "a.pcap", fixture.wishes, options);
  if (!account) {
    if (account.error().text.empty()) std::abort();
    return 0;
  }
  check(*account, options);
  return 0;
}
