// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/sample_result.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kClients = "10.20.0.0/16";

Finding blocked_dns() {
  auto finding = sample_finding("dns-53-udp", "Plain DNS to the OpenDNS resolvers", "dns");
  finding.any_of = "dns-transport";
  finding.breaks = {"dns.Open"};
  finding.impact = "Clients without encrypted DNS lose DNS protection.";
  finding.verdict = Verdict::blocked;
  finding.code = code::kBlocked;
  auto const rule = sample_rule(14, "udp dport 53 drop");
  for (auto const* resolver : {"208.67.220.220", "208.67.222.222"}) {
    finding.flows.push_back(sample_flow(
        l4::udp, resolver,
        with_witness(dropped(sample_part(Verdict::blocked, kClients, resolver, 53, rule)),
                     sample_packet(l4::udp, "10.20.0.1", 40000, resolver, 53))));
  }
  return finding;
}

Finding lost_answers() {
  auto finding = sample_finding("dns-53-tcp", "DNS over TCP to the OpenDNS resolvers", "dns");
  finding.verdict = Verdict::partial;
  finding.code = code::kReplyLost;
  auto passes = sample_part(Verdict::allowed, kClients, "208.67.220.220", 53,
                            sample_rule(12, "tcp dport 53 accept"));
  finding.flows.push_back(sample_flow(l4::tcp, "208.67.220.220", passes));
  auto policy = sample_rule(9, "type filter hook forward priority filter; policy drop;");
  policy.policy = true;
  auto lost = dropped(sample_part(Verdict::blocked, kClients, "208.67.222.222", 53, policy));
  lost.leg = Leg::reply;
  lost.way = std::vector<std::string>{"inet filter/forward", "inet filter/answers"};
  lost.witness = sample_packet(l4::tcp, "208.67.222.222", 53, "10.20.0.1", 40000);
  lost.witness->set(Field::tcp_flags, tcp_flag::syn | tcp_flag::ack);
  lost.witness_in = "wan0";
  lost.witness_out = "lan0";
  lost.witness_state = CtState::established;
  finding.flows.push_back(sample_flow(l4::tcp, "208.67.222.222", lost));
  return finding;
}

Finding refused_gateway() {
  auto finding = sample_finding("swg-443", "Secure web gateway", "swg");
  finding.breaks = {"swg.CloudServiceUnavailable"};
  finding.verdict = Verdict::blocked;
  finding.code = code::kBlocked;
  auto part = refused(
      sample_part(
          Verdict::blocked, kClients, "18.135.112.200", 443,
          sample_rule(21, "ip daddr 18.135.112.200 tcp dport 443 reject with tcp reset", "web")),
      RejectWith::tcp_reset);
  part.way = std::vector<std::string>{"inet filter/forward", "inet filter/web"};
  finding.flows.push_back(sample_flow(
      l4::tcp, "18.135.112.200",
      with_witness(part, sample_packet(l4::tcp, "10.20.0.1", 40000, "18.135.112.200", 443))));
  finding.flows.back().region = "eu-west-2";
  return finding;
}

Finding rate_limited_sync() {
  auto finding = sample_finding("sync-443", "Registration and settings", "sync");
  finding.verdict = Verdict::undecided;
  finding.code = code::kUndecided;
  auto part = sample_part(Verdict::undecided, kClients, "146.112.63.0/24", 443,
                          sample_rule(17, "limit rate over 5/second drop"));
  part.undecided_by = {"limit rate over 5/second"};
  part.also = {sample_rule(18, "tcp dport 443 accept")};
  finding.flows.push_back(sample_flow(l4::tcp, "146.112.63.0/24", part));
  FlowResult unresolved;
  unresolved.protocol = l4::tcp;
  unresolved.src = addresses(kClients);
  unresolved.dport = PortSet({443, 443});
  unresolved.destination_name = "disthost.umbrella.com";
  unresolved.doubt = Doubt::other_family;
  unresolved.reason = "no address is known for this name";
  finding.flows.push_back(unresolved);
  return finding;
}

Finding allowed_pki() {
  auto finding = sample_finding("pki-80", "Revocation lists", "pki");
  finding.verdict = Verdict::allowed;
  finding.holds = true;
  finding.flows.push_back(
      sample_flow(l4::tcp, "192.0.2.10",
                  sample_part(Verdict::allowed, kClients, "192.0.2.10", 80,
                              sample_rule(25, "tcp dport { 80, 443 } accept"))));
  return finding;
}

}  // namespace

CheckResult sample_result() {
  CheckResult result;
  result.site = "london-branch";
  result.verdict = Verdict::blocked;
  result.status = {
      .dns = DnsState::open,
      .dns_text = "Unprotected",
      .web = WebState::unavailable,
      .web_text = "Cloud Service Unavailable",
      .fail_open = true,
      .dns_by_family = {{Family::ip4, DnsState::open}, {Family::ip6, DnsState::encrypted}}};
  result.summary = {.allowed = 1, .blocked = 2, .partial = 1, .undecided = 1};
  result.findings = {blocked_dns(), lost_answers(), refused_gateway(), rate_limited_sync(),
                     allowed_pki()};
  result.notes = {{std::string(code::kIncompleteRanges),
                   "cisco-secure-access lists some of its ranges only.",
                   {"ingress-ranges/cisco-secure-access.yaml", 4, 11}}};
  result.inputs = {"gateway.nft: 14 rules in 4 chains, all of them understood"};
  result.regions = {"eu-west-2"};
  return result;
}

ReportContext sample_context() {
  ReportContext context;
  context.version = "0.1.0";
  context.devices = {{"gateway", {"gateway.nft"}}};
  return context;
}

}  // namespace safeconduct::test
