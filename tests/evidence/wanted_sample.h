// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Resolvers and a gateway, wanted by a site.

#include <doctest/doctest.h>

#include <memory>
#include <string_view>
#include <vector>

#include "policy/read.h"
#include "policy/wanted.h"

namespace safeconduct::test {

struct WantedSample {
  std::vector<Policy> policies;
  IngressRanges ranges;
  Site site;
  Wanted wanted;

  WantedSample() {
    constexpr std::string_view kPolicy = R"(schema: policy/1
id: sample
requirements:
  - {id: dns-443, feature: dns-encrypted, level: required, expect: allow, protocol: udp, ports: [443], to: {addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"]}}
  - {id: dns-53, feature: dns, level: required, expect: allow, protocol: udp, ports: [53], to: {addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"]}}
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [198.51.100.0/24], names: ["*.gw.example", gw.example]}}
  - {id: others, feature: dns, level: required, expect: deny, protocol: udp, ports: [53], to: {anywhere_but: [192.0.2.1]}}
)";
    auto policy = read_policy("sample.yaml", kPolicy);
    REQUIRE_MESSAGE(policy.has_value(), (policy ? "" : to_message(policy.error())));
    policies.push_back(std::move(*policy));
    for (auto const* clients : {"10.0.0.0/8", "fd00::/8"})
      site.clients.push_back({*parse_prefix(clients), {}});
    auto made = safeconduct::wanted(policies, ranges, site, {2026, 11, 26});
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : to_message(made.error())));
    wanted = std::move(*made);
  }
  WantedSample(WantedSample const&) = delete;  // 'wanted' points into the rest
  WantedSample& operator=(WantedSample const&) = delete;
};

}  // namespace safeconduct::test
