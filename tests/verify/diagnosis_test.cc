// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/diagnosis.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "packet/field.h"
#include "policy/read.h"

namespace safeconduct::test {
namespace {

struct Sample {
  std::vector<Policy> policies;
  IngressRanges ranges;
  Site site;
  Wanted wanted;

  Sample() {
    constexpr std::string_view kPolicy = R"(schema: policy/1
id: sample
requirements:
  - {id: dns-443, feature: dns-encrypted, level: required, expect: allow, protocol: udp, ports: [443], to: {addresses: [192.0.2.1, 192.0.2.2]}}
  - {id: dns-53, feature: dns, level: required, expect: allow, protocol: udp, ports: [53], to: {addresses: [192.0.2.1, 192.0.2.2]}}
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [198.51.100.7]}}
)";
    policies.push_back(read_policy("sample.yaml", kPolicy).value());
    site.clients.push_back({*parse_prefix("10.0.0.0/8"), {}});
    wanted = safeconduct::wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
  Sample(Sample const&) = delete;
  Sample& operator=(Sample const&) = delete;
};

Observation seen(std::string requirement, std::string_view dst, int port, Outcome outcome,
                 std::string last = "2024-08-27T01:00:00Z") {
  Observation o;
  o.protocol = requirement == "web" ? l4::tcp : l4::udp;
  o.requirement = std::move(requirement);
  o.outcome = outcome;
  o.cause = outcome == Outcome::open ? "answered" : "no-answer";
  o.dst = parse_address(dst);
  o.dport = static_cast<std::uint16_t>(port);
  o.first = o.last = std::move(last);
  o.count = 1;
  return o;
}

std::vector<Observation> dns(Outcome encrypted, Outcome plain) {
  std::vector<Observation> all;
  for (auto const* one : {"192.0.2.1", "192.0.2.2"}) {
    all.push_back(seen("dns-443", one, 443, encrypted));
    all.push_back(seen("dns-53", one, 53, plain));
  }
  return all;
}

Diagnosis diagnosis_of(std::vector<Observation> observations,
                       std::vector<StateChange> timeline = {},
                       std::optional<bool> fail_open = std::nullopt) {
  Sample const sample;
  auto result = diagnosed(sample.wanted, {std::move(observations), std::move(timeline), fail_open});
  result.result.causes = diagnosed_causes(result);
  return result;
}

std::vector<std::string> codes(Diagnosis const& diagnosis) {
  std::vector<std::string> all;
  for (auto const& one : diagnosis.result.causes) all.push_back(one.code + ' ' + one.likelihood);
  return all;
}

using Strings = std::vector<std::string>;

Strings english(std::vector<Said> const& all) {
  Strings texts;
  for (auto const& one : all) texts.push_back(one.english());
  return texts;
}

}  // namespace

TEST_CASE("diagnosis: the port ladder gives the client's status") {
  CHECK(diagnosis_of(dns(Outcome::open, Outcome::open)).result.status.dns == DnsState::encrypted);
  CHECK(diagnosis_of(dns(Outcome::timeout, Outcome::open)).result.status.dns ==
        DnsState::transparent);
  CHECK(diagnosis_of(dns(Outcome::timeout, Outcome::timeout)).result.status.dns == DnsState::open);
}

TEST_CASE("diagnosis: what is not seen is neither open nor lost") {
  // One resolver of two, at one port of two.
  auto const diagnosis = diagnosis_of({seen("dns-443", "192.0.2.1", 443, Outcome::timeout)});
  CHECK(diagnosis.result.status.dns == DnsState::unknown);
  CHECK(diagnosis.result.status.dns_text == "cannot be told from what was seen");
  auto const& notes = diagnosis.result.notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].code == "SC968");
  CHECK(notes[0].message ==
        "required, and nothing in the evidence speaks of it: undecided: dns-53, web");
  // All that was seen is fine: not ready.
  CHECK(diagnosis_of({seen("web", "198.51.100.7", 443, Outcome::open)}).result.verdict ==
        Verdict::undecided);
}

TEST_CASE("diagnosis: of a target that was answered and then lost, the end counts") {
  auto observations = dns(Outcome::timeout, Outcome::timeout);
  for (auto const* one : {"192.0.2.1", "192.0.2.2"})
    observations.push_back(seen("dns-53", one, 53, Outcome::open, "2024-08-27T00:59:00Z"));
  auto const diagnosis = diagnosis_of(observations);
  CHECK(diagnosis.result.status.dns == DnsState::open);
  CHECK(diagnosis.result.verdict == Verdict::blocked);
}

TEST_CASE("diagnosis: what says nothing of the firewall does not hide how it ended") {
  auto observations = dns(Outcome::timeout, Outcome::timeout);
  for (auto const* one : {"192.0.2.1", "192.0.2.2"})
    observations.push_back(seen("dns-53", one, 53, Outcome::open, "2024-08-27T00:59:00Z"));
  observations.insert(observations.begin(),
                      seen("dns-53", "192.0.2.1", 53, Outcome::not_tested, "2024-08-27T00:00:00Z"));
  observations.front().cause = "no-address-of-the-family";
  CHECK(diagnosis_of(observations).result.status.dns == DnsState::open);
}

TEST_CASE("diagnosis: times of different clocks are not compared, and the failure stands") {
  auto observations = dns(Outcome::open, Outcome::open);
  for (auto o : dns(Outcome::timeout, Outcome::timeout)) {
    o.reported = true;
    o.last = "2024-08-26T10:00:00";
    observations.push_back(o);
  }
  CHECK(diagnosis_of(observations).result.status.dns == DnsState::open);
}

TEST_CASE("diagnosis: the client's own word goes before what is concluded") {
  StateChange open;
  open.subject = "DNS over IPv4";
  open.state = "Open";
  StateChange web;
  web.subject = "web";
  web.state = "CloudServiceUnavailable";
  auto const diagnosis = diagnosis_of(dns(Outcome::open, Outcome::open), {open, web}, true);
  auto const& status = diagnosis.result.status;
  CHECK(status.dns == DnsState::open);
  CHECK(status.dns_text == "Unprotected");
  CHECK(status.web_text == "Cloud Service Unavailable");
  CHECK(status.fail_open == true);
}

TEST_CASE("diagnosis: what was lost for a while was lost all the same") {
  std::vector<StateChange> timeline(4);
  timeline[0].subject = timeline[1].subject = "DNS over IPv4";
  timeline[2].subject = timeline[3].subject = "web";
  timeline[0].state = "Open";
  timeline[1].state = "Unknown";
  timeline[2].state = "CloudServiceUnavailable";
  timeline[3].state = "Protected";
  auto const diagnosis = diagnosis_of(dns(Outcome::open, Outcome::open), timeline);
  CHECK(diagnosis.result.status.dns == DnsState::open);
  CHECK(diagnosis.result.status.dns_text == "Unprotected for a while");
  CHECK(diagnosis.result.status.web_text == "Cloud Service Unavailable for a while");
}

TEST_CASE("diagnosed_causes: silence alone is never likely a firewall") {
  auto all = dns(Outcome::timeout, Outcome::timeout);
  all.push_back(seen("web", "198.51.100.7", 443, Outcome::timeout));
  auto const diagnosis = diagnosis_of(all);
  CHECK(codes(diagnosis) ==
        Strings{"firewall-on-the-way possible", "no-network possible", "geo-restriction possible"});
  for (auto const& one : diagnosis.result.causes) {
    CHECK_FALSE(one.speaks_for.empty());
    if (one.code == "firewall-on-the-way") CHECK_FALSE(one.speaks_against.empty());
  }
}

TEST_CASE("diagnosed_causes: what may be behind it is said in Japanese, too") {
  auto all = dns(Outcome::timeout, Outcome::open);
  all.push_back(seen("web", "198.51.100.7", 443, Outcome::timeout));
  all.push_back(seen("web", "198.51.100.8", 443, Outcome::tls_intercepted));
  std::vector<StateChange> backed_off(1);
  backed_off[0].state = "DisabledDueToVPN";
  backed_off[0].evidence = {{"log", "OnBackoffStateChange: VPN", "Umbrella.txt", 9}};
  for (auto const& diagnosis : {diagnosis_of(all, backed_off, true),
                                diagnosis_of(dns(Outcome::timeout, Outcome::timeout))}) {
    CHECK_FALSE(diagnosis.result.causes.empty());
    for (auto const& one : diagnosis.result.causes) {
      CAPTURE(one.code);
      CHECK(one.text.translated());
      for (auto const& against : one.speaks_against) CHECK(against.translated());
    }
    for (auto const& note : diagnosis.result.notes) CHECK(note.message.translated());
  }
}

TEST_CASE("diagnosed_causes: encrypted DNS alone is lost to a rule against QUIC") {
  CHECK(codes(diagnosis_of(dns(Outcome::timeout, Outcome::open))) ==
        Strings{"quic-block likely", "firewall-on-the-way likely"});
}

TEST_CASE("diagnosed_causes: the gateway alone is lost: a firewall, or a country under sanctions") {
  auto all = dns(Outcome::open, Outcome::open);
  all.push_back(seen("web", "198.51.100.7", 443, Outcome::timeout));
  auto const diagnosis = diagnosis_of(all);
  CHECK(codes(diagnosis) == Strings{"firewall-on-the-way likely", "geo-restriction possible"});
  CHECK(diagnosis.result.causes.back().speaks_against.empty());
}

TEST_CASE("diagnosed_causes: who refuses it near the client is named before all") {
  auto reset = seen("web", "198.51.100.7", 443, Outcome::reset);
  reset.by = Teller::before_target;
  CHECK(codes(diagnosis_of({reset})) == Strings{"firewall-near-the-client likely"});
  reset.by = Teller::this_host;
  CHECK(codes(diagnosis_of({reset})) == Strings{"firewall-near-the-client certain"});
  reset.by = Teller::target;
  CHECK(codes(diagnosis_of({reset})).empty());
}

TEST_CASE("diagnosed_causes: answers that the client does not take point at the answers") {
  auto all = dns(Outcome::open, Outcome::open);
  auto rejected = seen("dns-443", "192.0.2.1", 443, Outcome::timeout, "2024-08-27T01:00:00");
  rejected.reported = true;
  all.push_back(rejected);
  CHECK(codes(diagnosis_of(all)) ==
        Strings{"firewall-on-the-way likely", "answers-not-taken possible"});
  all.back() = seen("dns-53", "192.0.2.1", 53, Outcome::intercepted);
  CHECK(codes(diagnosis_of(all)) == Strings{"interception likely"});
}

TEST_CASE(
    "diagnosed_causes: a VPN in the way is one that the agent speaks of, and no other silence") {
  auto const lost = seen("web", "198.51.100.7", 443, Outcome::timeout);
  StateChange backed_off;
  backed_off.subject = "web";
  backed_off.state = "DisabledDueToVPN";
  backed_off.evidence = {{"log", "OnBackoffStateChange: VPN", "Umbrella.txt", 9}};
  auto const with = diagnosis_of({lost}, {backed_off});
  auto const vpn = std::ranges::find(with.result.causes, "vpn", &ProbableCause::code);
  REQUIRE(vpn != with.result.causes.end());
  CHECK(vpn->likelihood == "possible");
  CHECK(english(vpn->speaks_for) == Strings{"Umbrella.txt: OnBackoffStateChange: VPN"});
  CHECK_FALSE(vpn->speaks_against.empty());  // a trusted network is as good a reason
  auto failed = backed_off;
  failed.state = "CloudServiceUnavailable";
  for (auto const& without : {diagnosis_of({lost}), diagnosis_of({lost}, {failed})})
    CHECK(std::ranges::find(without.result.causes, "vpn", &ProbableCause::code) ==
          without.result.causes.end());
}

TEST_CASE(
    "diagnosed_causes: a proxy in the way is told by its certificate or its silence after the "
    "handshake") {
  for (auto const outcome : {Outcome::tls_intercepted, Outcome::tarpit}) {
    auto const with = diagnosis_of({seen("web", "198.51.100.7", 443, outcome)});
    auto const proxy = std::ranges::find(with.result.causes, "proxy", &ProbableCause::code);
    REQUIRE(proxy != with.result.causes.end());
    CHECK(proxy->likelihood == "possible");
    CHECK(english(proxy->speaks_for) ==
          Strings{"tcp 198.51.100.7 port 443: " + std::string(name(outcome))});
  }
  for (auto const outcome : {Outcome::open, Outcome::timeout, Outcome::reset, Outcome::unreachable,
                             Outcome::unproven, Outcome::not_tested}) {
    CAPTURE(name(outcome));
    auto const without = diagnosis_of({seen("web", "198.51.100.7", 443, outcome)});
    CHECK(std::ranges::find(without.result.causes, "proxy", &ProbableCause::code) ==
          without.result.causes.end());
  }
}

TEST_CASE("differences: what another day shows differently is listed, both ways") {
  auto const before = dns(Outcome::open, Outcome::open);
  auto now = dns(Outcome::timeout, Outcome::open);
  now.push_back(seen("web", "198.51.100.7", 443, Outcome::open));
  now.erase(now.begin() + 1);  // nothing of one resolver at port 53
  std::vector<std::string> found;
  for (auto const& one : differences(before, now))
    found.push_back(one.requirement + ' ' + to_string(*one.dst) + ' ' + one.before.english() + '>' +
                    one.now.english());
  CHECK(found == Strings{"dns-443 192.0.2.1 open>timeout", "dns-443 192.0.2.2 open>timeout",
                         "web 198.51.100.7 >open", "dns-53 192.0.2.1 open>"});
  CHECK(differences(before, before).empty());
}

}  // namespace safeconduct::test
