// SPDX-License-Identifier: GPL-3.0-or-later
// What a certificate says is walked again; one thing that is not so, and it is refused.
#include "verify/certificate.h"

#include <doctest/doctest.h>

#include <functional>

#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

constexpr char const* kMixed =
    "    ct state established,related accept\n"
    "    ip saddr 10.20.64.0/18 udp dport 53 drop\n"
    "    ip daddr 208.67.222.222 udp dport { 53, 443 } accept\n"
    "    ip daddr 18.135.112.200 tcp dport 443 limit rate 5/second accept\n";

Certificate certificate_of(CheckInput const& in) { return certify(in, checked(in)); }

std::vector<std::string> faults(Certificate const& certificate, CheckInput const& in) {
  std::vector<std::string> texts;
  for (auto const& fault : check_certificate(certificate, in, 1).faults)
    texts.push_back((fault.where.empty() ? "" : fault.where + ": ") + fault.what);
  return texts;
}

// The faults of a certificate of kMixed with one thing changed.
std::vector<std::string> tampered(std::function<void(Certificate&)> const& change) {
  auto const in = input({{"gw", forward(kMixed)}});
  auto certificate = certificate_of(in);
  change(certificate);
  return faults(certificate, in);
}

// Requirement 'plain': its first part drops 10.20.64.0/18, its second lets the others pass.
CertifiedFlow& plain(Certificate& certificate) { return certificate.requirements[1].flows[0]; }

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("certificate: what a check finds is found again, packet by packet") {
  auto const in = input({{"gw", forward(kMixed)}});
  auto const check = check_certificate(certificate_of(in), in, 1);
  CHECK(check.faults.empty());
  CHECK(check.requirements == 3);
  CHECK(check.parts == 4);
  CHECK(check.packets > 100);
  CHECK(check.walks > check.packets);
}

TEST_CASE("certificate: a part names its steps, the rules before, and packets to try") {
  auto certificate = certificate_of(input({{"gw", forward(kMixed)}}));
  auto const& part = plain(certificate).parts[1];
  CHECK(part.steps == std::vector<std::string>{"hook prerouting", "connection tracking",
                                               "address translation", "hook forward",
                                               "inet filter/forward", "hook postrouting",
                                               "address translation"});
  CHECK(part.part.rule->at == Location{"gw.rules", 6, 5});
  REQUIRE(part.before.size() == 2);
  CHECK(part.before[0].text == "ct state established,related accept");
  CHECK(part.before[1].text == "ip saddr 10.20.64.0/18 udp dport 53 drop");
  CHECK(part.witnesses.size() == 2);
}

// The answer sets the mark with which the client's next packet is dropped.
std::string const kMarked =
    "table inet m {\n  chain p {\n    type filter hook prerouting priority mangle;\n"
    "    iifname \"wan0\" ct mark set 1\n  }\n}\n" +
    forward(
        "    ct mark 0 ct direction reply accept\n    iifname \"wan0\" accept\n"
        "    ct state new accept\n    tcp dport 1 drop\n    ct mark 1 drop\n    accept\n");

TEST_CASE("certificate: of legs of one kind, the rules before are those of the one that it is of") {
  auto const in = input({{"gw", kMarked}});
  auto certificate = certificate_of(in);
  auto const& part = plain(certificate).parts[0];
  CHECK(part.part.verdict == Verdict::blocked);
  CHECK(part.part.leg == Leg::later_request);
  CHECK(part.part.rule->text == "ct mark 1 drop");
  for (auto const& before : part.before) CHECK(before.text != "accept");
}

TEST_CASE("certificate: a listing with handles has them in the certificate") {
  auto certificate = certificate_of(input(
      {{"gw", forward("    ct state established accept # handle 7\n    accept # handle 12\n")}}));
  CHECK(plain(certificate).parts[0].part.rule->handle == 12);
}

TEST_CASE("certificate: answers, later packets, translation and several devices are walked too") {
  std::string const nat =
      "table ip nat {\n  chain post {\n    type nat hook postrouting priority srcnat; policy "
      "accept;\n    ip saddr 10.20.0.0/17 snat to 192.0.2.7\n    masquerade\n  }\n}\n";
  std::string const redirect =
      "table ip nat {\n  chain pre {\n    type nat hook prerouting priority dstnat; policy "
      "accept;\n    udp dport 53 redirect to :5353\n  }\n}\n";
  std::string const pool =
      "table ip nat {\n  chain post {\n    type nat hook postrouting priority srcnat; policy "
      "accept;\n    meta l4proto { tcp, udp } snat to 192.0.2.7-192.0.2.9:30000-30100\n  }\n}\n";
  std::string const all = "    ct state established,related accept\n    accept\n";
  std::vector<std::vector<DeviceText>> const paths{
      {{"gw", forward("    ip daddr 208.67.222.222 accept\n")}},
      {{"gw", forward("    iifname \"wan0\" ct state established accept\n    ct state new "
                      "accept\n")}},
      {{"gw", forward(all) + nat}},
      {{"gw", forward(all) + redirect}},
      {{"inner", forward(all) + nat},
       {"outer", forward("    ct state established accept\n    ip saddr 192.0.2.7 accept\n")}},
      {{"gw", forward("    ct state established accept\n    iifname \"lan0\" accept\n"), "", ""}},
      {{"gw", "table inet t { }"}},
      {{"gw",
        "table ip raw {\n  chain pre {\n    type filter hook prerouting priority raw; policy "
        "accept;\n    udp dport 53 notrack\n    udp sport 53 notrack\n  }\n}\n" +
            forward(all)}},
      {{"gw", forward("    tcp flags syn / syn,ack accept\n    ct state established accept\n")}},
      {{"gw", kMarked}},
      // A source that is one of several, and a next device that tells them by all of these.
      {{"inner", forward(all) + pool},
       {"outer", forward("    ct state established accept\n    ip saddr 192.0.2.0/24 th sport "
                         "30000-40000 accept\n")}},
      // Lost whichever source the first device gives: refused, or by the policy.
      {{"inner", forward(all) + nat},
       {"outer", forward("    ct state established accept\n"
                         "    ip saddr 192.0.2.10 udp dport 443 reject\n"
                         "    ip saddr 192.0.2.10 udp dport { 53, 443 } accept\n")}},
  };
  for (auto const& path : paths) {
    CAPTURE(path.front().text);
    auto const in = input(path);
    CHECK(faults(certificate_of(in), in) == Faults{});
  }
}

TEST_CASE("certificate: of what must not pass, later packets are not walked either") {
  auto const in = input({{"gw", kMarked}}, kDenyPolicy);
  auto const certificate = certificate_of(in);
  CHECK(certificate.requirements[0].finding.verdict == Verdict::allowed);
  CHECK_FALSE(certificate.requirements[0].finding.holds);
  CHECK(faults(certificate, in) == Faults{});
}

TEST_CASE("certificate: another verdict is refused, with the packet that has it otherwise") {
  CHECK(tampered([](Certificate& c) {
          auto& flow = plain(c);
          flow.parts[0].part.verdict = Verdict::allowed;
          flow.parts[0].part.how = {};
          flow.flow.verdict = Verdict::allowed;
          c.requirements[1].finding.verdict = Verdict::allowed;
          c.requirements[1].finding.holds = true;
        }).front() ==
        "plain, flow 1, part 1: udp 10.20.64.0:1024 > 208.67.222.222:53: is blocked (drop) by "
        "gw.rules:5:5; the certificate says allowed by gw.rules:5:5");
}

TEST_CASE("certificate: verdicts of flow, requirement and site follow from those below") {
  CHECK(tampered([](Certificate& c) { plain(c).flow.verdict = Verdict::allowed; }) ==
        Faults{"plain, flow 1: its parts come to 'partial', the certificate says 'allowed'",
               "plain: its flows come to 'allowed', the certificate says 'partial'"});
  CHECK(tampered([](Certificate& c) { c.requirements[1].finding.holds = true; }) ==
        Faults{"plain: it does not hold, the certificate says otherwise",
               "the requirements come to 'undecided', the certificate says 'partial'"});
  CHECK(tampered([](Certificate& c) { c.verdict = Verdict::allowed; }) ==
        Faults{"the requirements come to 'partial', the certificate says 'allowed'"});
  CHECK(tampered([](Certificate& c) { c.requirements[1].finding.waived = "trust me"; }).front() ==
        "plain: the site does not waive it");
}

TEST_CASE("certificate: another line of the deciding rule is refused") {
  CHECK(tampered([](Certificate& c) { plain(c).parts[1].part.rule.change().at.line = 7; }).back() ==
        "plain, flow 1, part 2: udp 10.20.0.0:1024 > 208.67.222.222:53: is allowed by "
        "gw.rules:6:5; the certificate says allowed by gw.rules:7:5");
}

TEST_CASE("certificate: a wider box is refused: it was not asked for, or meets another part") {
  CHECK(tampered([](Certificate& c) {
          plain(c).parts[1].part.src =
              plain(c).parts[1].part.src | AddressSet(interval(*parse_prefix("10.21.0.0/16")));
        }).front() ==
        "plain, flow 1: a part is wider than what was asked: udp 10.21.0.0:1024 > "
        "208.67.222.222:53");
  CHECK(tampered([](Certificate& c) {
          plain(c).parts[1].part.src = AddressSet(interval(*parse_prefix("10.20.0.0/16")));
        }).front() ==
        "plain, flow 1: packets are in parts of two verdicts, such as udp 10.20.64.0:1024 > "
        "208.67.222.222:53");
}

TEST_CASE("certificate: a part, a flow or a requirement that is missing is refused") {
  CHECK(tampered([](Certificate& c) { plain(c).parts.erase(plain(c).parts.begin()); }) ==
        Faults{"plain, flow 1: its parts come to 'allowed', the certificate says 'partial'",
               "plain, flow 1: its parts do not cover it: udp 10.20.64.0:1024 > "
               "208.67.222.222:53 is in none"});
  CHECK(tampered([](Certificate& c) { c.requirements[1].flows.clear(); }).front() ==
        "plain: the policy asks for 1 flows, the certificate has 0");
  CHECK(tampered([](Certificate& c) { c.requirements.pop_back(); }).front() ==
        "web: the policy asks for this requirement, the certificate does not have it");
}

TEST_CASE("certificate: a flow without parts is one whose addresses or rules nobody knows") {
  // That a flow is blocked was to be hidden behind 'undecided'.
  CHECK(tampered([](Certificate& c) {
          plain(c).parts.clear();
          plain(c).flow.verdict = Verdict::undecided;
          c.requirements[1].finding.verdict = Verdict::undecided;
          c.verdict = Verdict::undecided;
        }) == Faults{"plain, flow 1: it has no part, and its addresses and the rules for it are "
                     "known"});
}

TEST_CASE("certificate: a flow without an address says why, in the words of the policy") {
  auto in = input({{"gw", forward(kMixed)}});
  in.ranges = must(read_ingress_ranges(
      "ranges.yaml", std::string(kRanges) + "  - {id: paris, name: Paris, country: \"FR\"}\n"));
  in.site = must(read_site("site.yaml",
                           "schema: site/1\nsite: branch\nclients: [10.20.0.0/16]\n"
                           "provider: small\nregions: [london, paris]\npolicies: [small]\n"));
  auto certificate = certificate_of(in);
  CHECK(faults(certificate, in) == Faults{});
  auto& paris = certificate.requirements[2].flows[1];
  REQUIRE(paris.parts.empty());
  paris.flow.reason = "nothing to worry about";
  CHECK(faults(certificate, in) == Faults{"web: flow 2 is not the one that the policy asks for"});
}

TEST_CASE("certificate: behind a packet that nobody can tell of, the walk is not sure either") {
  auto const in =
      input({{"gw",
              "table inet raw {\n  chain pre {\n    type filter hook prerouting priority "
              "raw;\n    iifname \"wan0\" ct zone set 5\n  }\n}\n" +
                  forward("    ct state new accept\n")}});
  auto const certificate = certificate_of(in);
  CHECK(certificate.verdict == Verdict::undecided);
  CHECK(faults(certificate, in) == Faults{});
}

TEST_CASE("certificate: of a family whose rules nobody gave, nothing is certified") {
  auto const in = ip6_site({{"gw",
                             "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT "
                             "[0:0]\nCOMMIT\n"}});
  auto certificate = certificate_of(in);
  REQUIRE(plain(certificate).parts.empty());
  CHECK(faults(certificate, in) == Faults{});
  plain(certificate).flow.reason = "nothing to worry about";
  CHECK(faults(certificate, in) ==
        Faults{"plain, flow 1: it has no part, and its addresses and the rules for it are known"});
}

TEST_CASE(
    "certificate: sides of many values are not multiplied out, a hostile part takes no memory") {
  auto const faults = tampered([](Certificate& c) {
    std::vector<Interval<std::uint32_t>> odd;
    for (std::uint32_t port = 1; port < 60'000; port += 2) odd.push_back({port, port});
    auto& part = plain(c).parts[1].part;
    part.sport = PortSet(odd);
    part.dport = PortSet(odd);
  });
  CHECK(std::ranges::any_of(faults, [](std::string const& fault) {
    return fault.starts_with("plain, flow 1: a part is wider than what was asked");
  }));
}

TEST_CASE("certificate: another flow than the policy asks for is refused") {
  CHECK(tampered([](Certificate& c) { plain(c).flow.dport = PortSet({54, 54}); }).front() ==
        "plain: flow 1 is not the one that the policy asks for");
}

TEST_CASE("certificate: a witness outside of its box is refused") {
  CHECK(tampered([](Certificate& c) {
          plain(c).parts[0].witnesses[0][dimension(Field::saddr)] =
              parse_address("10.20.1.1")->bits;
        }) == Faults{"plain, flow 1, part 1: the witness udp 10.20.1.1:1024 > 208.67.222.222:53 "
                     "lies outside of the box"});
  CHECK(tampered([](Certificate& c) { plain(c).parts[0].witnesses.clear(); }) ==
        Faults{"plain, flow 1, part 1: there is no witness"});
}

TEST_CASE("certificate: other rules before, or other steps, are refused") {
  CHECK(tampered([](Certificate& c) { plain(c).parts[1].before.pop_back(); }) ==
        Faults{"plain, flow 1, part 2: the rules before the deciding one are not those on the way "
               "of udp 10.20.0.0:1024 > 208.67.222.222:53"});
  CHECK(tampered([](Certificate& c) { plain(c).parts[1].steps.pop_back(); }) ==
        Faults{"plain, flow 1, part 2: the steps are not those of the rules"});
}

TEST_CASE("certificate: other chains on the way are refused, and a part that is there twice") {
  CHECK(tampered([](Certificate& c) {
          plain(c).parts[0].part.way = std::vector<std::string>{"inet f/other"};
        }).front() ==
        "plain, flow 1, part 1: udp 10.20.64.0:1024 > 208.67.222.222:53: is blocked (drop) by "
        "gw.rules:5:5, by other chains; the certificate says blocked (drop) by gw.rules:5:5");
  CHECK(tampered([](Certificate& c) { plain(c).parts.push_back(plain(c).parts[0]); }).front() ==
        "plain, flow 1: packets are in two parts, such as udp 10.20.64.0:1024 > 208.67.222.222:53");
}

TEST_CASE("certificate: another leg or another way to be lost is refused") {
  CHECK(tampered([](Certificate& c) { plain(c).parts[0].part.leg = Leg::reply; }).back() ==
        "plain, flow 1, part 1: udp 10.20.64.0:1024 > 208.67.222.222:53: is blocked (drop) by "
        "gw.rules:5:5, on the request leg; the certificate says blocked (drop) by gw.rules:5:5, "
        "on the reply leg");
  CHECK(tampered([](Certificate& c) {
          plain(c).parts[0].part.how = {How::Kind::reject, RejectWith::tcp_reset};
        }).front() ==
        "plain, flow 1, part 1: udp 10.20.64.0:1024 > 208.67.222.222:53: is blocked (drop) by "
        "gw.rules:5:5; the certificate says blocked (reject with tcp-reset) by gw.rules:5:5");
}

TEST_CASE("certificate: what is decided is not undecided, nor by a rule that asks nothing") {
  auto const web = [](Certificate& c) -> CertifiedPart& {
    return c.requirements[2].flows[0].parts[0];
  };
  CHECK(tampered([&](Certificate& c) { web(c).part.rule.change().at.line = 5; }).back() ==
        "web, flow 1, part 1: no packet that was walked hangs on gw.rules:5:5");
  CHECK(tampered([](Certificate& c) {
          plain(c).parts[1].part.verdict = Verdict::undecided;
        }).back() ==
        "plain, flow 1, part 2: it is called undecided, and every packet that was walked is "
        "decided");
}

TEST_CASE("certificate: against other rules it is refused, without the verdicts of the analysis") {
  auto const certificate = certificate_of(input({{"gw", forward(kMixed)}}));
  auto const other = input({{"gw", forward("    drop\n")}});
  CHECK(faults(certificate, other).size() >= 3);
}

}  // namespace safeconduct
