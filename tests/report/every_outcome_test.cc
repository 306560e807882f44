// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/every_outcome.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "report/known.h"
#include "report/sample_result.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kClients = "10.20.0.0/16";
constexpr std::string_view kResolver = "208.67.222.222";
constexpr std::string_view kGateway = "18.135.112.200";
constexpr std::string_view kSync = "146.112.63.9";

std::string turned(std::string text) { return std::string(kTurned) + std::move(text); }

Finding found(std::string id, std::string title, Verdict verdict, std::string_view code) {
  auto finding = sample_finding(std::move(id), std::move(title), "dns");
  finding.verdict = verdict;
  finding.code = code;
  finding.holds = code.empty();
  return finding;
}

Part lost_by(std::string_view dst, std::uint32_t port, RuleRef rule) {
  auto const first = dst.substr(0, dst.find('/'));
  return with_witness(
      dropped(sample_part(Verdict::blocked, kClients, dst, port, std::move(rule))),
      sample_packet(port == 53 ? l4::udp : l4::tcp, "10.20.0.1", 40000, first, port));
}

Finding allowed() {
  auto finding = found("pki-80", "=HYPERLINK(\"http://x.invalid\")", Verdict::allowed, "");
  finding.flows = {sample_flow(l4::tcp, "192.0.2.10",
                               sample_part(Verdict::allowed, kClients, "192.0.2.10", 80,
                                           sample_rule(25, "tcp dport 80 accept")))};
  return finding;
}

// Its comment is a workflow command, and more of it stands on what looks like a line of its own.
Finding blocked() {
  auto finding = found("dns-53-udp", "Plain DNS | <b>bold</b>", Verdict::blocked, code::kBlocked);
  finding.breaks = {"dns.Open"};
  finding.impact = "No DNS protection.\n::warning::forged";
  auto const rule = sample_rule(
      14, "udp dport 53 drop comment \"<script>alert(1)</script>\n::error::forged %0A ```\"",
      "forward`|*[a](b)");
  finding.flows = {sample_flow(l4::udp, kResolver, lost_by(kResolver, 53, rule))};
  return finding;
}

Finding known_before() {
  auto finding = found("dns-853-tcp", "DNS over TLS", Verdict::blocked, code::kBlocked);
  finding.flows = {
      sample_flow(l4::tcp, kResolver,
                  lost_by(kResolver, 853, sample_rule(15, "tcp dport 853 drop comment \"old\"")))};
  return finding;
}

Finding partly() {
  auto finding = found("swg-443", "@SUM(1) gateway\x1b[31m", Verdict::partial, code::kReplyLost);
  auto const passes =
      sample_part(Verdict::allowed, kClients, kGateway, 443, sample_rule(12, "accept"));
  finding.flows = {sample_flow(l4::tcp, kGateway, passes)};
  finding.flows[0].region = "eu-west-2";
  auto policy = sample_rule(9, "type filter hook forward priority filter; policy drop;");
  policy.policy = true;
  auto lost = lost_by("18.135.112.201", 443, policy);
  lost.leg = Leg::reply;
  finding.flows.push_back(sample_flow(l4::tcp, "18.135.112.201", lost));
  finding.flows[1].region = "eu-west-2";
  return finding;
}

Finding intercepted() {
  auto finding = found("dns-443-udp", "Encrypted DNS", Verdict::intercepted, code::kIntercepted);
  auto part = sample_part(Verdict::intercepted, kClients, kResolver, 443,
                          sample_rule(31, "udp dport 443 redirect to :5353 comment \"+1\t-1\""));
  part.rewritten = "redirect to port 5353";
  finding.flows = {
      sample_flow(l4::udp, kResolver,
                  with_witness(part, sample_packet(l4::udp, "10.20.0.1", 40000, kResolver, 443)))};
  return finding;
}

Finding undecided() {
  auto finding = found("sync-443", "Settings", Verdict::undecided, code::kUndecided);
  auto part = sample_part(Verdict::undecided, kClients, kSync, 443,
                          sample_rule(17, "limit rate over 5/second drop"));
  part.undecided_by = {"limit rate over 5/second"};
  finding.flows = {sample_flow(l4::tcp, kSync, part)};
  FlowResult unresolved;
  unresolved.protocol = l4::tcp;
  unresolved.src = addresses(kClients);
  unresolved.dport = PortSet({443, 443});
  unresolved.destination_name = turned("moc.elpmaxe") + "<i>";
  unresolved.doubt = Doubt::unresolved;
  unresolved.reason = "needs resolution: " + unresolved.destination_name;
  finding.flows.push_back(unresolved);
  return finding;
}

Finding waived() {
  auto finding = found("api-443", "The \"API\", and commas", Verdict::blocked, code::kBlocked);
  finding.flows = {
      sample_flow(l4::tcp, kSync, lost_by(kSync, 443, sample_rule(18, "ip daddr @api drop")))};
  finding.waived = "change 4711, \"agreed\" <img src=x onerror=alert(2)>";
  finding.waivers = {
      {*finding.waived, "-netops\r\n::notice::x", *parse_date("2027-01-31"), {"site.yaml", 9, 5}}};
  return finding;
}

Finding recommended() {
  auto finding = found("ncsi-80", "Windows' own test", Verdict::blocked, code::kBlocked);
  finding.level = "recommended";
  finding.flows = {sample_flow(l4::tcp, "192.0.2.80",
                               lost_by("192.0.2.80", 80, sample_rule(19, "tcp dport 80 drop")))};
  return finding;
}

Finding not_to_pass() {
  auto finding = found("doh-443", "Other resolvers", Verdict::allowed, code::kNotDenied);
  finding.expect_deny = true;
  finding.flows = {sample_flow(l4::tcp, "192.0.2.53",
                               sample_part(Verdict::allowed, kClients, "192.0.2.53", 443,
                                           sample_rule(26, turned("accept \xff\x07"))))};
  auto rule = sample_rule(0, "");
  rule.nothing = true;
  rule.at = {};
  finding.flows.push_back(sample_flow(
      l4::tcp, "192.0.2.54", sample_part(Verdict::allowed, kClients, "192.0.2.54", 443, rule)));
  return finding;
}

Finding stopped() {
  auto finding = found("dot-853", "DNS over TLS to others", Verdict::blocked, "");
  finding.expect_deny = true;
  finding.flows = {sample_flow(l4::tcp, "192.0.2.55",
                               lost_by("192.0.2.55", 853, sample_rule(27, "tcp dport 853 drop")))};
  return finding;
}

Finding led_on() {
  auto finding =
      found("other-dns-53", "Plain DNS to others", Verdict::intercepted, code::kNotDenied);
  finding.expect_deny = true;
  auto part = sample_part(Verdict::intercepted, kClients, "192.0.2.56", 53,
                          sample_rule(28, "udp dport 53 dnat to 192.0.2.56:5353"));
  part.rewritten = "dnat to 192.0.2.56 port 5353";
  finding.flows = {sample_flow(l4::udp, "192.0.2.56", part)};
  return finding;
}

Upcoming later() {
  auto finding = found("swg-443", "Gateway", Verdict::blocked, code::kBreaksLater);
  finding.flows = {sample_flow(l4::tcp, "203.0.113.0/24",
                               lost_by("203.0.113.0/24", 443, sample_rule(40, "drop")))};
  return {*parse_date("2026-12-15"), std::move(finding)};
}

CheckResult all_new() {
  CheckResult result;
  result.site = "=evil|<b>" + turned("site");
  result.verdict = Verdict::blocked;
  result.status = {.dns = DnsState::open,
                   .dns_text = "Unprotected",
                   .web = WebState::unavailable,
                   .web_text = "Cloud Service Unavailable",
                   .fail_open = true,
                   .dns_by_family = {}};
  result.summary = {
      .allowed = 2, .blocked = 5, .partial = 1, .intercepted = 2, .undecided = 1, .waived = 1};
  result.findings = {blocked(), known_before(), partly(),      intercepted(), undecided(), waived(),
                     allowed(), recommended(),  not_to_pass(), stopped(),     led_on()};
  result.upcoming = {later()};
  result.notes = {
      {std::string(code::kIncompleteRanges), "=a list\n::error::<u>", {"ranges.yaml", 4, 11}},
      {std::string(code::kWaiverWithoutUse),
       "the waiver of 'x' has expired",
       {"site.yaml", 12, 5}}};
  result.inputs = {"gateway.nft: 14 rules in 4 chains, all of them understood"};
  result.regions = {"eu-west-2"};
  return result;
}

AuditHeader header_of(std::vector<std::string> sites) {
  AuditHeader header;
  header.version = "0.1.0";
  header.as_of = "2026-11-26";
  header.fail_on = "required";
  header.fleet = std::string(64, 'f');
  header.baseline = std::string(64, 'b');
  header.in_all = sites.size();
  header.covered = {1};
  header.sites = std::move(sites);
  return header;
}

}  // namespace

CheckResult every_outcome() {
  auto const context = every_outcome_context();
  CheckResult before;
  before.findings = {known_before()};
  auto result = all_new();
  mark_known(result, context,
             {Known::By::baseline, "known.json",
              known_alerts(before, context, "2026-11-20", OfWaived::left_out)});
  return result;
}

ReportContext every_outcome_context() {
  auto context = sample_context();
  context.devices = {{"gateway", {"gateway.nft", "=odd, \"name\"\n.nft"}}};
  context.as_of = "2026-11-26";
  context.inputs = {{"gateway.nft", std::string(64, 'a')}, {"<b>.nft", std::string(64, 'b')}};
  return context;
}

Certificate every_outcome_certificate() {
  auto const result = every_outcome();
  Certificate certificate;
  certificate.version = "0.1.0";
  certificate.site = result.site;
  certificate.verdict = result.verdict;
  certificate.question.site = "site.yaml";
  certificate.question.hook = "forward";
  certificate.question.as_of = "2026-11-26";
  certificate.inputs = {{"rules", turned("gateway.nft"), std::string(64, 'a'), 120},
                        {"site", "site.yaml", std::string(64, 'b'), 99}};
  for (auto const& finding : result.findings) certificate.requirements.push_back({finding, {}});
  return certificate;
}

std::vector<SiteAudit> every_readiness() {
  auto shut = site_audit(every_outcome(), "cisco");
  shut.notes[std::string(code::kBaselineGone)] = 2;
  shut.notes[std::string(code::kKnownGrew)] = 1;
  shut.file = "sites/shut.yaml";
  shut.fails = true;
  CheckResult good;
  good.site = "good";
  good.verdict = Verdict::allowed;
  good.status = {.dns = DnsState::encrypted,
                 .dns_text = "Protected and encrypted",
                 .web = WebState::is_protected,
                 .web_text = "Protected",
                 .fail_open = false,
                 .dns_by_family = {}};
  good.summary = {.allowed = 1};
  good.findings = {allowed()};
  auto holds = site_audit(good, "cisco");
  holds.file = "sites/good.yaml";
  SiteAudit broken;
  broken.site = "york\x1b]0;x\x07";
  broken.file = "sites/york.yaml";
  broken.fault = Error{ErrorKind::syntax, {"sites/york.yaml", 4, 1}, "unknown key '=<b>'", {}, {}};
  return {std::move(shut), std::move(holds), std::move(broken)};
}

FleetRollup every_readiness_fleet() {
  auto const sites = every_readiness();
  std::vector<std::string> ids{"zürich <missing>"};
  for (auto const& one : sites) ids.push_back(one.site);
  std::ranges::sort(ids);
  FleetTally tally(header_of(std::move(ids)));
  for (auto const& one : sites) tally.add(one);
  return std::move(tally).end();
}

TEST_CASE("every_outcome: has each verdict, and one of each other kind of finding") {
  auto const result = every_outcome();
  std::set<Verdict> verdicts;
  for (auto const& one : result.findings) verdicts.insert(one.verdict);
  CHECK(verdicts.size() == 5);
  CHECK(std::ranges::any_of(result.findings, [](auto const& one) { return !!one.waived; }));
  CHECK(std::ranges::any_of(result.findings, [](auto const& one) { return !!one.known; }));
  CHECK(std::ranges::any_of(result.findings, &Finding::expect_deny));
  CHECK(every_readiness_fleet().missing.size() == 1);
}

}  // namespace safeconduct::test
