// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/certificate_json.h"

#include <doctest/doctest.h>

namespace safeconduct {
namespace {

ValueInterval one(Bits128 value) { return {value, value}; }

// A requirement of each kind: TCP with a rule, ICMPv6 by a policy, and one without an address.
Certificate sample() {
  Certificate certificate;
  certificate.version = "0.1.0";
  certificate.site = "branch";
  certificate.verdict = Verdict::blocked;
  certificate.question.rules = {"fw.nft"};
  certificate.question.clients = {"10.20.0.0/16"};
  certificate.question.hook = "forward";
  certificate.question.as_of = "2026-11-23";
  certificate.inputs = {{"rules", "fw.nft", std::string(64, 'a'), 120}};

  CertifiedPart part;
  part.part.verdict = Verdict::blocked;
  part.part.how = {How::Kind::reject, RejectWith::tcp_reset};
  part.part.src = AddressSet(interval(*parse_prefix("10.20.0.0/16")));
  part.part.dst = AddressSet(interval(*parse_prefix("192.0.2.1")));
  part.part.sport = PortSet({0, 65535});
  part.part.dport = PortSet({443, 443});
  part.part.way = std::vector<std::string>{"inet filter/forward"};
  part.part.origin.tcp_flags = tcp_flag::syn;
  part.steps = {"hook forward"};
  part.part.rule = RuleRef{
      "gw", {"fw.nft", 5, 3}, "inet filter", "forward", "tcp dport 443 reject", false, {}, false};
  part.part.rule.change().handle = 12;
  part.before = {{"gw",
                  {"fw.nft", 4, 3},
                  "inet filter",
                  "forward",
                  "limit rate 1/second drop",
                  false,
                  {},
                  false}};
  part.before_left_out = 2;
  part.witnesses = {
      {parse_address("192.0.2.1")->bits, 443, parse_address("10.20.0.0")->bits, 1024, 0, 0}};
  CertifiedFlow tcp;
  tcp.flow.protocol = l4::tcp;
  tcp.flow.src = part.part.src;
  tcp.flow.dst = part.part.dst;
  tcp.flow.dport = part.part.dport;
  tcp.flow.verdict = Verdict::blocked;
  tcp.parts = {part};

  CertifiedPart ping;
  ping.part.verdict = Verdict::undecided;
  ping.part.src = AddressSet(interval(*parse_prefix("2001:db8::/32")));
  ping.part.dst = AddressSet(interval(*parse_prefix("2001:db8:1::1")));
  ping.part.origin.icmp_type = ValueSet(one(128));
  ping.part.origin.icmp_code = ValueSet(ValueInterval{0, 255});
  ping.part.undecided_by = {"limit rate 1/second"};
  ping.part.rule.change().nothing = true;
  ping.witnesses = {
      {parse_address("2001:db8:1::1")->bits, 0, parse_address("2001:db8::")->bits, 0, 128, 0}};
  CertifiedFlow icmp;
  icmp.flow.family = Family::ip6;
  icmp.flow.protocol = l4::icmp6;
  icmp.flow.src = ping.part.src;
  icmp.flow.dst = ping.part.dst;
  icmp.flow.verdict = Verdict::undecided;
  icmp.parts = {ping};

  CertifiedFlow unknown;
  unknown.flow.protocol = l4::udp;
  unknown.flow.destination_name = "sync.example.com";
  unknown.flow.reason = "needs resolution: sync.example.com";
  unknown.flow.verdict = Verdict::undecided;

  CertifiedRequirement requirement;
  requirement.finding.requirement = "web";
  requirement.finding.policy = "mine";
  requirement.finding.level = "required";
  requirement.finding.verdict = Verdict::blocked;
  requirement.finding.waived = "change 4711";
  requirement.flows = {tcp, icmp, unknown};
  certificate.requirements = {requirement};
  return certificate;
}

std::string message(std::string_view text) {
  auto const read = read_certificate("c.json", text);
  if (read) return "read";
  return to_message(read.error());
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  auto const at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

constexpr char const* kHint = "  hint: a certificate is written by 'check --certificate'\n";

}  // namespace

TEST_CASE("certificate JSON: what is written is read back as it was") {
  auto const text = json_certificate(sample());
  auto const read = read_certificate("c.json", text);
  REQUIRE(read.has_value());
  CHECK(json_certificate(*read) == text);
  CHECK(read->inputs == sample().inputs);
  CHECK((read->question == sample().question));
  auto const& part = read->requirements[0].flows[0].parts[0];
  CHECK((part.part.rule == sample().requirements[0].flows[0].parts[0].part.rule));
  CHECK(part.part.origin.tcp_flags == tcp_flag::syn);
  CHECK(read->requirements[0].flows[1].parts[0].part.origin.icmp_type == ValueSet(one(128)));
}

TEST_CASE("certificate JSON: what is no JSON is refused with its place") {
  CHECK(message("{\n  \"schema\": nonsense\n}") ==
        "c.json:2:13: this is not JSON: syntax error\n"
        "      \"schema\": nonsense\n"
        "                ^\n" +
            std::string(kHint));
  CHECK(message("").starts_with("c.json:1:1: this is not JSON: incomplete JSON"));
  CHECK(message("{} x").starts_with("c.json:1:4: this is not JSON: extra data"));
  CHECK(message(std::string(100, '[')).starts_with("c.json:1:17: this is not JSON: too deep"));
}

TEST_CASE("certificate JSON: cut short anywhere, it is refused, and never read as another one") {
  auto const text = json_certificate(sample());
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    auto const read = read_certificate("c.json", std::string_view(text).substr(0, length));
    if (read) FAIL(length);
    if (!read.error().text.starts_with("this is not JSON")) FAIL(length);
  }
}

TEST_CASE("certificate JSON: JSON that is no certificate is refused with the path of the member") {
  auto const text = json_certificate(sample());
  struct Case {
    std::string what;
    std::string by;
    std::string message;
  };
  for (auto const& one : {
           Case{"certificate/1", "certificate/2",
                "schema is 'safeconduct.certificate/2', this version reads "
                "'safeconduct.certificate/1'"},
           Case{"\"expect\": \"allow\"", "\"expected\": \"allow\"",
                "requirements[0] has an unknown key 'expected'"},
           Case{"\"verdict\": \"blocked\",\n              \"how\"", "\"how\"",
                "requirements[0].flows[0].parts[0] has no 'verdict'"},
           Case{"10.20.0.0/16\"],\n          \"dst\"", "10.20.0.1/16\"],\n          \"dst\"",
                "requirements[0].flows[0].src[0] is '10.20.0.1/16', not an IPv4 prefix"},
           Case{"\"sport\": [\"0-65535\"]", "\"sport\": [\"9-1\"]",
                "requirements[0].flows[0].parts[0].box.sport[0] is '9-1', not a number or range up "
                "to 65535"},
           Case{"\"sport\": 1024", "\"sport\": 70000",
                "requirements[0].flows[0].parts[0].witnesses[0].sport is not a number from 0 to "
                "65535"},
           Case{"\"dst\": [\"192.0.2.1/32\"],\n                \"sport\"",
                "\"dst\": [],\n                \"sport\"",
                "requirements[0].flows[0].parts[0].box has no packet"},
           Case{"\"holds\": false", "\"holds\": \"no\"",
                "requirements[0].holds is not true or false"},
           Case{"\"tcp_flags\": \"syn\"", "\"tcp_flags\": \"sin\"",
                "requirements[0].flows[0].parts[0].tcp_flags is 'sin', not TCP flags"},
           Case{"\"leg\": \"request\"", "\"leg\": \"way back\"",
                "requirements[0].flows[0].parts[0].leg is 'way back', which it cannot be"},
           Case{"\"tcp-reset\"", "\"sorry\"",
                "requirements[0].flows[0].parts[0].with is 'sorry', which it cannot be"},
           Case{"\"how\": \"reject\"", "\"how\": \"drop\"",
                "requirements[0].flows[0].parts[0].with is there, which it is of a 'reject' alone"},
           Case{"\"expect\": \"allow\"", "\"expect\": \"deny\", \"expect\": \"allow\"",
                "the certificate has 'expect' twice in one object"},
           Case{"\"rules\": [\"fw.nft\"],", "", "question names neither rules nor a site"},
           Case{"\"as_of\": \"2026-11-23\"", "\"as_of\": \"\"",
                "question does not name the day: it has no 'as_of'"},
           Case{"\"expect\": \"allow\"", "\"expect\": \"hope\"",
                "requirements[0] expects 'hope', neither 'allow' nor 'deny'"},
           Case{"\"name\": \"safeconduct\"", "\"name\": \"another\"",
                "tool is 'another', not 'safeconduct'"},
           Case{"certificate/1", "certificate/" + std::string(2000, '1'),
                "schema is 'safeconduct.certificate/" + std::string(976, '1') +
                    " ...', this version reads 'safeconduct.certificate/1'"},
       }) {
    CAPTURE(one.what);
    CHECK(message(replaced(text, one.what, one.by)) == "c.json: " + one.message + '\n' + kHint);
  }
  CHECK(message("[]") == "c.json: the certificate is not an object\n" + std::string(kHint));
}

TEST_CASE("certificate JSON: the report counts what was checked, and says what is not proven") {
  CertificateCheck check;
  check.requirements = 1;
  check.flows = 3;
  check.parts = 2;
  check.packets = 40;
  check.walks = 120;
  check.thinned = 1;
  check.unclaimed = 1;
  check.seed = 7;
  TextStyle quiet;
  quiet.detail = Detail::quiet;
  CHECK(text_certificate_check(check, sample(), quiet) ==
        "branch: the certificate is valid, it says 'blocked'.\n");
  auto const text = text_certificate_check(check, sample(), {});
  CHECK(text.contains("1 input by SHA-256; 1 requirement, 3 flows, 2 parts; 40"));
  CHECK(text.contains("120 packets in them (seed 7)"));
  CHECK(text.contains("not proven  that these files are what the devices run;"));
  check.faults = {{"web, flow 1", "its parts do not cover it"}};
  CHECK(text_certificate_check(check, sample(), quiet) ==
        "branch: the certificate is not valid.\n  web, flow 1: its parts do not cover it\n");
}

}  // namespace safeconduct
