// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/first_state.h"

namespace safeconduct {
namespace {

// A SYN; or a bare ACK, as of a connection that is older than the tracking (nf_conntrack_tcp_loose,
// on unless somebody turned it off).
CtState of_tcp(Bits128 flags) {
  auto const asked = flags & (tcp_flag::fin | tcp_flag::syn | tcp_flag::rst | tcp_flag::ack);
  return asked == tcp_flag::syn || asked == tcp_flag::ack ? CtState::new_ : CtState::invalid;
}

CtState of_icmp(Bits128 type) {
  constexpr Bits128 kEcho = 8;
  constexpr Bits128 kTimestamp = 13;
  constexpr Bits128 kInformation = 15;
  constexpr Bits128 kAddressMask = 17;
  bool const asks =
      type == kEcho || type == kTimestamp || type == kInformation || type == kAddressMask;
  return asks ? CtState::new_ : CtState::invalid;
}

CtState of_icmp6(Bits128 type, bool six) {
  constexpr Bits128 kEcho = 128;
  constexpr Bits128 kNodeInformation = 139;
  constexpr Bits128 kFirstOfLink = 130;  // multicast listeners, then neighbour discovery
  constexpr Bits128 kLastOfLink = 136;
  constexpr Bits128 kListenerReport = 143;
  if (type == kEcho || type == kNodeInformation) return CtState::new_;
  bool const of_link = (type >= kFirstOfLink && type <= kLastOfLink) || type == kListenerReport;
  return of_link && six ? CtState::untracked : CtState::invalid;
}

}  // namespace

CtState first_state(Packet const& packet) {
  auto const protocol = packet.at(Field::l4proto);
  bool const six = packet.at(Field::nfproto) == Bits128{nfproto::ip6};
  // Its headers end before connection tracking finds one of transport (ipv6_skip_exthdr).
  constexpr Bits128 kNoNextHeader = 59;
  if (six && protocol == kNoNextHeader) return CtState::invalid;
  auto const type = packet.at(Field::icmp_type);
  auto const flags = packet.at(Field::tcp_flags);
  if (protocol == Bits128{l4::tcp} && flags) return of_tcp(*flags);
  // Each kind of ICMP also in packets of the other family.
  if (protocol == Bits128{l4::icmp} && type) return of_icmp(*type);
  if (protocol == Bits128{l4::icmp6} && type) return of_icmp6(*type, six);
  return CtState::new_;
}

}  // namespace safeconduct
