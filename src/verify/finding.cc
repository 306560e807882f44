// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/finding.h"

#include <cstdlib>

namespace safeconduct {

ValueSet port_values(PortSet const& ports) {
  std::vector<ValueInterval> values;
  for (auto const& range : ports.intervals()) values.push_back({range.first, range.last});
  return ValueSet(values);
}

PortSet ports_of(ValueSet const& values) {
  std::vector<Interval<std::uint32_t>> ports;
  for (auto const& range : values.intervals())
    ports.push_back(
        {static_cast<std::uint32_t>(range.first), static_cast<std::uint32_t>(range.last)});
  return PortSet(ports);
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed:
      return "allowed";
    case Verdict::blocked:
      return "blocked";
    case Verdict::partial:
      return "partial";
    case Verdict::intercepted:
      return "intercepted";
    case Verdict::undecided:
      return "undecided";
  }
  std::abort();  // not a Verdict
}

std::string_view name(DnsState state) {
  switch (state) {
    case DnsState::encrypted:
      return "Encrypted";
    case DnsState::transparent:
      return "Transparent";
    case DnsState::unknown:
      return "Unknown";
    case DnsState::open:
      return "Open";
  }
  std::abort();  // not a DnsState
}

std::string_view name(WebState state) {
  switch (state) {
    case WebState::is_protected:
      return "Protected";
    case WebState::unavailable:
      return "CloudServiceUnavailable";
    case WebState::unknown:
      return "Unknown";
  }
  std::abort();  // not a WebState
}

std::string_view name(How::Kind kind) {
  switch (kind) {
    case How::Kind::passes:
      return "";
    case How::Kind::drop:
      return "drop";
    case How::Kind::reject:
      return "reject";
  }
  std::abort();  // not a Kind
}

std::string_view name(RejectWith with) {
  switch (with) {
    case RejectWith::tcp_reset:
      return "tcp-reset";
    case RejectWith::net_unreachable:
      return "icmp-net-unreachable";
    case RejectWith::host_unreachable:
      return "icmp-host-unreachable";
    case RejectWith::proto_unreachable:
      return "icmp-proto-unreachable";
    case RejectWith::port_unreachable:
      return "icmp-port-unreachable";
    case RejectWith::net_prohibited:
      return "icmp-net-prohibited";
    case RejectWith::host_prohibited:
      return "icmp-host-prohibited";
    case RejectWith::admin_prohibited:
      return "icmp-admin-prohibited";
    case RejectWith::no_route:
      return "icmpv6-no-route";
    case RejectWith::addr_unreachable:
      return "icmpv6-addr-unreachable";
    case RejectWith::policy_fail:
      return "icmpv6-policy-fail";
    case RejectWith::reject_route:
      return "icmpv6-reject-route";
    case RejectWith::other_icmp:
      return "icmp-other";
  }
  std::abort();  // not a RejectWith
}

std::string_view name(Known::By by) { return by == Known::By::baseline ? "baseline" : "revision"; }

}  // namespace safeconduct
