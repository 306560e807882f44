// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "packet/field.h"
#include "policy/read.h"
#include "wire/public_address.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kHead = "schema: policy/1\nid: mine\nrequirements:\n";
constexpr std::string_view kKey =
    "B735:1140:206F:225D:3E2B:D822:D7FD:691E:A1C3:3CC8:D666:8D0C:BE04:BFAB:CA43:FB79";

// What is wanted points into the policy and the site.
struct Asked {
  std::vector<Policy> policies;
  IngressRanges ranges;
  Site site;
  Wanted wishes;
};

Asked asked(std::string const& requirements) {
  Asked all;
  all.policies.push_back(read_policy("mine.yaml", std::string(kHead) + requirements).value());
  all.site.name = "here";
  all.site.clients = {{*parse_prefix("10.0.0.0/8"), {}}, {*parse_prefix("fc00::/7"), {}}};
  return all;
}

ProbePlan plan(std::string const& requirements, PlanOptions const& options = {}) {
  auto all = asked(requirements);
  all.wishes = wanted(all.policies, all.ranges, all.site, {2026, 11, 26}).value();
  return plan_probes(all.wishes, options);
}

std::vector<std::string> lines(ProbePlan const& plan) {
  std::vector<std::string> texts;
  for (auto const& task : plan.tasks)
    texts.push_back(target_words(task).english() + ": " + question_text(task));
  return texts;
}

using Lines = std::vector<std::string>;

std::string dns(std::string const& expect = "") {
  return "  - {id: dns, feature: dns, level: required, expect: allow, protocol: [udp, tcp], ports: "
         "[53], to: {addresses: [192.0.2.1, \"2001:db8::1\"]}, probe: {kind: dns-txt, name: "
         "debug.example., expect: {server: \"*\"" +
         expect + "}}}\n";
}

}  // namespace

TEST_CASE("plan: each address, protocol and port of a requirement is a probe") {
  CHECK((lines(plan(dns())) == Lines{"udp 192.0.2.1 port 53: TXT debug.example",
                                     "tcp 192.0.2.1 port 53: TXT debug.example",
                                     "udp 2001:db8::1 port 53: TXT debug.example",
                                     "tcp 2001:db8::1 port 53: TXT debug.example"}));
}

TEST_CASE("plan: a family that is not asked about has no probes") {
  PlanOptions options;
  options.families = {Family::ip6};
  for (auto const& task : plan(dns(), options).tasks) CHECK(task.family == Family::ip6);
  CHECK(plan(dns(), options).tasks.size() == 2);
}

TEST_CASE("plan: the provider's key is read as it is published, and a wrong one is told") {
  auto const right =
      plan(dns(", dnscrypt-provider: 2.cert.example, dnscrypt-key: \"" + std::string(kKey) + "\""));
  REQUIRE(right.tasks[0].dns.public_key);
  CHECK(right.tasks[0].dns.public_key->front() == 0xB7);
  CHECK(right.tasks[0].dns.public_key->back() == 0x79);
  CHECK(right.tasks[0].dns.provider == "2.cert.example");
  auto const wrong = plan(dns(", dnscrypt-provider: 2.cert.example, dnscrypt-key: \"B735:11\""));
  CHECK_FALSE(wrong.tasks[0].dns.public_key);
  REQUIRE_FALSE(wrong.notes.empty());
  CHECK(wrong.notes[0].message ==
        "dns: dnscrypt-key is not 64 hexadecimal digits, and is not used");
}

TEST_CASE("plan: names are resolved by the policy's resolvers, or by the one that is named") {
  std::string const web =
      "  - {id: web, feature: pki, level: required, expect: allow, protocol: tcp, ports: [80, "
      "443], "
      "to: {names: [a.example]}, probe: {kind: resolve-then-tls, name: b.example}}\n";
  auto const made = plan(dns() + web);
  CHECK((made.resolvers ==
         std::vector<Address>{*parse_address("192.0.2.1"), *parse_address("2001:db8::1")}));
  auto const texts = lines(made);
  CHECK(std::ranges::count(texts, "tcp b.example port 443 (IPv4): TLS b.example") == 1);
  // What speaks TLS on 443 does not on 80.
  CHECK(std::ranges::count(texts, "tcp a.example port 80 (IPv6): handshake") == 1);
  CHECK(texts.size() == 12);
  PlanOptions options;
  options.asking = parse_address("192.0.2.53");
  CHECK(
      (plan(dns() + web, options).resolvers == std::vector<Address>{*parse_address("192.0.2.53")}));
}

TEST_CASE("plan: a range is not walked address by address, and a note says so") {
  auto const made = plan(
      "  - {id: sync, feature: sync, level: required, expect: allow, protocol: tcp, ports: "
      "[443], to: {addresses: [146.112.63.0/24], names: [s.example]}, probe: {kind: tls, name: "
      "s.example}}\n");
  CHECK((lines(made) == Lines{"tcp s.example port 443 (IPv4): TLS s.example",
                              "tcp s.example port 443 (IPv6): TLS s.example"}));
  REQUIRE_FALSE(made.notes.empty());
  CHECK(made.notes[0].message ==
        "sync: 146.112.63.0/24 is not probed address by address, only where its names lead");
}

TEST_CASE("plan: what must not pass, and what has no probe, is told and not sent") {
  auto const made = plan(dns() +
                         "  - {id: other, feature: dns, level: required, expect: deny, protocol: "
                         "udp, ports: [53], to: "
                         "{anywhere: true}}\n"
                         "  - {id: time, feature: va, level: required, expect: allow, protocol: "
                         "udp, ports: [123], to: "
                         "{addresses: [192.0.2.9]}}\n");
  CHECK(made.tasks.size() == 4);
  REQUIRE(made.notes.size() == 2);
  CHECK(made.notes[0].message == "other is about what must not pass: not probed");
  CHECK(made.notes[1].message == "time has no probe in its policy: not probed");
}

TEST_CASE("plan: as the client, two packets 180 ms apart without OPT, port 53 five seconds later") {
  PlanOptions options;
  options.as_client = true;
  auto const made = plan(dns(), options);
  using std::chrono::milliseconds;
  CHECK((made.schedule.sends == std::vector<milliseconds>{milliseconds(0), milliseconds(180)}));
  CHECK(made.schedule.sends.back() + made.schedule.patience == milliseconds(5000));
  CHECK_FALSE(made.schedule.extended_dns);
  for (auto const& task : made.tasks)
    CHECK(task.delay == milliseconds(task.protocol == l4::udp ? 5000 : 0));
}

TEST_CASE("plan: packets and duration are counted, answered or silent") {
  auto const made = plan(dns());
  CHECK(made.least_packets == 10);  // 2 x 1 over UDP, 2 x 4 over TCP
  CHECK(made.most_packets == 20);   // 2 x (3 + 1), 2 x 6
  CHECK(made.most_time > made.least_time);
}

TEST_CASE("plan: addresses that no service on the internet has are known") {
  for (auto const* text : {"10.1.2.3", "127.0.0.1", "192.168.1.1", "172.31.0.1", "100.64.0.1",
                           "169.254.1.1", "224.0.0.1", "255.255.255.255", "0.0.0.0", "::1",
                           "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1"})
    CHECK_FALSE(is_public(*parse_address(text)));
  for (auto const* text : {"208.67.222.222", "146.112.63.3", "2620:119:35::35", "172.32.0.1"})
    CHECK(is_public(*parse_address(text)));
}

}  // namespace safeconduct::test
