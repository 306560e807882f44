// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/client_status.h"

#include <doctest/doctest.h>

#include "packet/field.h"

namespace safeconduct {
namespace {

Finding dns(char const* feature, Family family, std::vector<Verdict> const& resolvers) {
  Finding finding;
  finding.feature = feature;
  for (auto const verdict : resolvers) {
    FlowResult flow;
    flow.family = family;
    flow.protocol = l4::udp;
    flow.verdict = verdict;
    finding.flows.push_back(flow);
  }
  return finding;
}

std::string_view state(std::vector<Finding> const& findings) {
  return name(client_status(findings, [] { return std::optional<bool>(false); }).dns);
}

TEST_CASE("client_status: the port ladder of the DNS module") {
  using enum Verdict;
  struct Row {
    std::vector<Verdict> on_443;
    std::vector<Verdict> on_53;
    char const* dns;
  };
  for (auto const& [on_443, on_53, expected] : std::vector<Row>{
           {{allowed, allowed}, {allowed, allowed}, "Encrypted"},
           {{allowed, allowed}, {blocked, blocked}, "Encrypted"},
           {{blocked, blocked}, {allowed, allowed}, "Transparent"},
           {{blocked, blocked}, {blocked, blocked}, "Open"},
           {{allowed, blocked}, {blocked, blocked}, "Encrypted"},  // one resolver is enough
           {{partial, partial}, {blocked, blocked}, "Open"},       // for some of the clients
           {{intercepted, intercepted}, {intercepted, intercepted}, "Open"},  // answers are refused
           {{undecided, undecided}, {allowed, allowed}, "Unknown"},
           {{undecided, undecided}, {blocked, blocked}, "Unknown"},
           {{blocked, blocked}, {undecided, blocked}, "Unknown"},
       }) {
    CAPTURE(expected);
    CHECK(state({dns("dns-encrypted", Family::ip4, on_443), dns("dns", Family::ip4, on_53)}) ==
          expected);
  }
}

TEST_CASE("client_status: answers to a few of the clients' ports are missed by nobody") {
  auto const with = [](PortSet const& lost, Verdict verdict) {
    auto finding = dns("dns-encrypted", Family::ip4, {Verdict::partial});
    auto& parts = finding.flows.front().parts;
    parts.resize(2);
    parts[0].sport = PortSet(Interval<std::uint32_t>{1024, 65535}) - lost;
    parts[1].verdict = verdict;
    parts[1].sport = lost;
    return state({finding, dns("dns", Family::ip4, {Verdict::blocked})});
  };
  CHECK(with(PortSet(Interval<std::uint32_t>{3389, 3389}), Verdict::blocked) == "Encrypted");
  CHECK(with(PortSet(Interval<std::uint32_t>{3389, 3389}), Verdict::undecided) == "Encrypted");
  CHECK(with(PortSet(Interval<std::uint32_t>{32768, 65535}), Verdict::blocked) == "Open");
}

TEST_CASE("client_status: what is queued for a program is known to nobody") {
  auto finding = dns("dns-encrypted", Family::ip4, {Verdict::intercepted});
  finding.flows.front().parts.resize(1);
  auto& part = finding.flows.front().parts.front();
  part.verdict = Verdict::intercepted;
  part.rewritten = "queue bypass";
  CHECK(state({finding}) == "Unknown");
  part.rewritten = "redirect to port 3128";
  CHECK(state({finding}) == "Open");
}

TEST_CASE("client_status: the worse family speaks for the site, and both are told") {
  auto const status = client_status({dns("dns-encrypted", Family::ip4, {Verdict::allowed}),
                                     dns("dns-encrypted", Family::ip6, {Verdict::blocked}),
                                     dns("dns", Family::ip6, {Verdict::blocked})},
                                    [] { return std::optional<bool>(false); });
  CHECK(status.dns == DnsState::open);
  CHECK(status.dns_by_family ==
        std::vector<std::pair<Family, DnsState>>{{Family::ip4, DnsState::encrypted},
                                                 {Family::ip6, DnsState::open}});
  auto const other_way = client_status({dns("dns-encrypted", Family::ip4, {Verdict::blocked}),
                                        dns("dns", Family::ip4, {Verdict::blocked}),
                                        dns("dns-encrypted", Family::ip6, {Verdict::allowed})},
                                       [] { return std::optional<bool>(false); });
  CHECK(other_way.dns == DnsState::open);
}

TEST_CASE("client_status: nothing asked about DNS is unknown, never protected") {
  auto const status = client_status({}, [] { return std::optional<bool>(true); });
  CHECK(status.dns == DnsState::unknown);
  CHECK(status.web == WebState::unknown);
  CHECK_FALSE(status.fail_open.has_value());
}

}  // namespace
}  // namespace safeconduct
