// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>

#include "policy/read.h"

namespace safeconduct::test {
namespace {

Policy read(std::string_view text) {
  auto policy = read_policy("p.yaml", text);
  REQUIRE_MESSAGE(policy, (policy ? "" : to_message(policy.error())));
  return std::move(*policy);
}

Requirement read_one(std::string const& lines) {
  auto policy =
      read("schema: policy/1\nid: p\nrequirements:\n  - id: r\n    feature: dns\n" + lines);
  REQUIRE(policy.requirements.size() == 1);
  return std::move(policy.requirements.front());
}

std::string const kRest = "    level: required\n    expect: allow\n";

Prefix prefix(std::string_view text) { return parse_prefix(text).value(); }

}  // namespace

TEST_CASE("policy_yaml: every key of a requirement is kept, with the places that matter") {
  auto const policy = read(R"(schema: policy/1
id: branch
title: A policy
description: |
  Of two
  lines.
sources:
  tn: {title: "A note", url: "https://example.net/", retrieved: 2026-11-23}
requirements:
  - id: dns-53
    title: Plain DNS
    feature: dns
    level: conditional
    expect: allow
    protocol: [udp, tcp]
    ports: [53, 8080-8090]
    to: {addresses: [192.0.2.1, "2001:db8::/32"], names: [Example.NET.]}
    any_of: transport
    breaks: [dns.Open]
    impact: Nothing works.
    constraints: [no-redirect, no-dns-inspection]
    probe: {kind: dns-txt, name: debug.opendns.com., expect: {server: "*"}}
    sources: [tn]
    confidence: first-party
    notes: None.
)");
  CHECK(policy.id == "branch");
  CHECK(policy.title == "A policy");
  CHECK(policy.description == "Of two\nlines.");
  CHECK((policy.at == Location{"p.yaml", 2, 5}));
  REQUIRE(policy.sources.size() == 1);
  CHECK((policy.sources[0] == Source{"tn", "A note", "https://example.net/", Date{2026, 11, 23}, "",
                                     Location{"p.yaml", 8, 3}}));
  REQUIRE(policy.requirements.size() == 1);

  Requirement expected;
  expected.id = "dns-53";
  expected.title = "Plain DNS";
  expected.feature = Feature::dns;
  expected.level = Level::conditional;
  expected.expect = Expect::allow;
  expected.protocols = {17, 6};
  expected.ports = {{53, 53}, {8080, 8090}};
  expected.to = ToListed{
      {{prefix("192.0.2.1"), {"p.yaml", 17, 22}}, {prefix("2001:db8::/32"), {"p.yaml", 17, 33}}},
      {{"example.net", {"p.yaml", 17, 59}}}};
  expected.any_of = "transport";
  expected.breaks = {{"dns.Open", {"p.yaml", 19, 14}}};
  expected.impact = "Nothing works.";
  expected.constraints = {Constraint::no_redirect, Constraint::no_dns_inspection};
  expected.probe = Probe{
      ProbeKind::dns_txt, "debug.opendns.com.", {{"server", "*"}}, Location{"p.yaml", 22, 12}};
  expected.sources = {{"tn", {"p.yaml", 23, 15}}};
  expected.confidence = Confidence::first_party;
  expected.notes = "None.";
  expected.at = {"p.yaml", 10, 9};
  CHECK((policy.requirements[0] == expected));
}

TEST_CASE("policy_yaml: the example of the contract is read as it stands") {
  auto const policy =
      read(R"(schema: policy/1                       # policies/secure-client-roaming.yaml
id: secure-client-roaming
title: Cisco Secure Client, roaming module
requirements:
  - id: dns-53-udp
    title: Plain DNS to the OpenDNS resolvers
    feature: dns                       # dns, dns-encrypted, swg, sync, update, pki, ipsec, ztna, vpn, blockpage, ncsi, va
    level: required                    # required, recommended, conditional
    expect: allow                      # or deny: e.g. DNS to any other resolver
    protocol: udp                      # udp, tcp, or a list
    ports: [53]
    to: {addresses: [208.67.222.222, 208.67.220.220, "2620:119:35::35", "2620:119:53::53"]}
    any_of: dns-transport              # one member of the group keeps the service up; each one's loss has its own effect
    breaks: [dns.Open]
    constraints: [no-redirect]         # no-redirect, no-tls-decryption, no-dns-inspection, no-quic-block
    probe: {kind: dns-txt, name: debug.opendns.com.}
    sources: [tn-unprot]
  - id: swg-443
    feature: swg
    level: required
    expect: allow
    protocol: tcp
    ports: [443]
    to: {ingress: swg}                 # the ranges of the site's regions that carry this service
    breaks: [swg.CloudServiceUnavailable]
    probe: {kind: resolve-then-tls, name: swg-url-proxy-https-sse.sigproxy.qq.opendns.com}
)");
  REQUIRE(policy.requirements.size() == 2);
  CHECK(std::get<ToListed>(policy.requirements[0].to).addresses.size() == 4);
  CHECK(std::get<ToIngress>(policy.requirements[1].to).service == Feature::swg);
  CHECK_FALSE(policy.requirements[0].confidence);
}

TEST_CASE("policy_yaml: a destination is a list, an ingress service, or anywhere") {
  std::string const lead = kRest + "    protocol: tcp\n    ports: [443]\n    to: ";
  auto const listed = read_one(lead + "{names: [\"*.ztna.sse.cisco.com\"]}\n");
  CHECK(std::get<ToListed>(listed.to).names.front().value == "*.ztna.sse.cisco.com");
  auto const ingress = read_one(lead + "{ingress: swg, names: [a.example]}\n");
  CHECK(std::get<ToIngress>(ingress.to).names.size() == 1);
  auto const anywhere = read_one(lead + "{anywhere: true}\n");
  CHECK(std::get<ToAnywhere>(anywhere.to).but.empty());
  auto const but = read_one(lead + "{anywhere_but: [10.0.0.0/8]}\n");
  CHECK(std::get<ToAnywhere>(but.to).but.front().value == prefix("10.0.0.0/8"));
}

TEST_CASE("policy_yaml: one protocol, port or constraint may stand without brackets") {
  auto const one = read_one(kRest +
                            "    protocol: tcp\n    ports: 8080-8090\n"
                            "    constraints: no-redirect\n    to: {anywhere: true}\n");
  CHECK((one.ports == std::vector<PortInterval>{{8080, 8090}}));
  CHECK((one.constraints == std::vector{Constraint::no_redirect}));
}

TEST_CASE("policy_yaml: a protocol without ports needs none") {
  auto const esp = read_one(kRest + "    protocol: esp\n    to: {anywhere: true}\n");
  CHECK((esp.protocols == std::vector<std::uint32_t>{50}));
  CHECK(esp.ports.empty());
}

TEST_CASE("policy_yaml: the keys of sources are free where the file has no table of them") {
  auto const text = kRest + "    protocol: esp\n    to: {anywhere: true}\n    sources: [x]\n";
  CHECK(read_one(text).sources.front().value == "x");
}

TEST_CASE("policy_yaml: more ports than can be proven one by one are refused") {
  std::string text = kRest + "    protocol: tcp\n    to: {anywhere: true}\n    ports: [1";
  for (int port = 3; port < 2005; port += 2) text += ", " + std::to_string(port);
  auto const policy = read_policy(
      "p.yaml",
      "schema: policy/1\nid: p\nrequirements:\n  - id: r\n    feature: dns\n" + text + "]\n");
  REQUIRE_FALSE(policy);
  CHECK(policy.error().text == "more than 1000 ports");
}

}  // namespace safeconduct::test
