// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/reader.h"
#include "policy/read.h"
#include "verify/verify.h"

// A site small enough to see through: two resolvers' worth of DNS, one gateway address, clients
// 10.20.0.0/16 behind lan0, the service behind wan0.
namespace safeconduct::test {

inline constexpr std::string_view kPolicy = R"(schema: policy/1
id: small
title: DNS and web
requirements:
  - id: encrypted
    title: Encrypted DNS
    feature: dns-encrypted
    level: required
    expect: allow
    protocol: udp
    ports: [443]
    to: {addresses: [208.67.222.222]}
  - id: plain
    title: Plain DNS
    feature: dns
    level: required
    expect: allow
    protocol: udp
    ports: [53]
    to: {addresses: [208.67.222.222]}
  - id: web
    title: Web gateway
    feature: swg
    level: required
    expect: allow
    protocol: tcp
    ports: [443]
    to: {ingress: swg}
)";

inline constexpr std::string_view kDenyPolicy = R"(schema: policy/1
id: enforce
title: DNS to nobody else
requirements:
  - id: others
    title: DNS to anyone else
    feature: dns
    level: required
    expect: deny
    protocol: udp
    ports: [53]
    to: {anywhere_but: [208.67.222.222/32]}
)";

inline constexpr std::string_view kRanges = R"(schema: ingress-ranges/1
provider: small
cloud: commercial
version: "2026112300"
complete: true
regions:
  - id: london
    name: London
    country: "GB"
    ranges:
      - {prefix: 18.135.112.200/32, service: swg}
)";

struct DeviceText {
  std::string name;
  std::string text;  // nft or iptables-save
  std::string enter = "lan0";
  std::string leave = "wan0";
};

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(to_message(result.error()));
  return std::move(*result);
}

inline DeviceRules device_rules(DeviceText const& device) {
  std::vector<SourceText> const sources{
      {device.name + ".rules", std::make_shared<std::string const>(device.text)}};
  std::vector<std::string> const names{device.enter, device.leave};
  return {device.name, device.enter, device.leave, must(read_device(sources, names))};
}

inline CheckInput input(std::vector<DeviceText> const& devices, std::string_view policy = kPolicy,
                        std::string const& more_of_site = "") {
  CheckInput in;
  in.policies.push_back(must(read_policy("policy.yaml", policy)));
  in.ranges = must(read_ingress_ranges("ranges.yaml", kRanges));
  in.site = must(read_site("site.yaml",
                           "schema: site/1\nsite: branch\nclients: [10.20.0.0/16]\n"
                           "provider: small\nregions: [london]\npolicies: [small]\n" +
                               more_of_site));
  in.as_of = {2026, 11, 23};
  for (auto const& device : devices) in.devices.push_back(device_rules(device));
  return in;
}

// The same with clients, resolvers and a web gateway that have IPv6 addresses alone.
inline CheckInput ip6_site(std::vector<DeviceText> const& devices) {
  std::string policy(kPolicy);
  std::string const resolver = "208.67.222.222";
  for (auto at = policy.find(resolver); at != std::string::npos; at = policy.find(resolver, at))
    policy.replace(at, resolver.size(), "\"2620:119:35::35\"");
  auto in = input(devices, policy);
  in.site = must(read_site("site.yaml",
                           "schema: site/1\nsite: branch\nclients: [\"2001:db8:20::/48\"]\n"
                           "provider: small\nregions: [london]\npolicies: [small]\n"));
  std::string ranges(kRanges);
  std::string const four = "18.135.112.200/32";
  ranges.replace(ranges.find(four), four.size(), "\"2a04:e4c7::/48\"");
  in.ranges = must(read_ingress_ranges("ranges.yaml", ranges));
  return in;
}

inline CheckResult checked(CheckInput const& in) { return must(verify(in)); }

// One forward chain with these rules.
inline std::string forward(std::string const& rules, std::string const& policy = "drop") {
  return "table inet filter {\n  chain forward {\n    type filter hook forward priority filter; "
         "policy " +
         policy + ";\n" + rules + "  }\n}\n";
}

inline Finding const& finding(CheckResult const& result, std::string_view id) {
  auto const found = std::ranges::find(result.findings, id, &Finding::requirement);
  REQUIRE(found != result.findings.end());
  return *found;
}

}  // namespace safeconduct::test
