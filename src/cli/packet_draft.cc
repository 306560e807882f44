// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/packet_draft.h"

#include "engine/first_state.h"

namespace safeconduct {
namespace {

std::string fault(PacketDraft const& draft) {
  if (!draft.protocol) return "the protocol is missing";
  if (!draft.src) return "the source address is missing";
  if (!draft.dst) return "the destination address is missing";
  if (draft.src->family != draft.dst->family) return "one address is IPv4, the other IPv6";
  auto const protocol = *draft.protocol;
  auto const& said = draft.said;
  auto const name = l4proto_name(protocol);
  if ((draft.sport || draft.dport) && !has_ports(protocol)) return name + " has no ports";
  if (said.tcp_flags && protocol != l4::tcp) return name + " has no TCP flags";
  bool const icmp = is_icmp(protocol);
  if ((said.icmp_type || said.icmp_code) && !icmp) return name + " has no ICMP type";
  if (protocol == l4::icmp && draft.src->family == Family::ip6)
    return "icmp is of IPv4; IPv6 has ipv6-icmp";
  if (protocol == l4::icmp6 && draft.src->family == Family::ip4)
    return "ipv6-icmp is of IPv6; IPv4 has icmp";
  return {};
}

void set(Packet& packet, Field field, std::optional<std::uint32_t> value) {
  if (value) packet.set(field, *value);
}

}  // namespace

std::expected<TraceQuestion, std::string> to_question(PacketDraft const& draft) {
  if (auto text = fault(draft); !text.empty()) return std::unexpected(std::move(text));
  auto const& said = draft.said;
  TraceQuestion question;
  auto& packet = question.packet;
  // A reply belongs to a connection that is known by then.
  auto state = said.state;
  if (!state && said.direction == CtDirection::reply) state = CtState::established;
  packet.set(Field::nfproto, nfproto_of(draft.src->family));
  packet.set(Field::l4proto, *draft.protocol);
  packet.set(Field::saddr, draft.src->bits);
  packet.set(Field::daddr, draft.dst->bits);
  set(packet, Field::sport, draft.sport);
  set(packet, Field::dport, draft.dport);
  set(packet, Field::icmp_type, said.icmp_type);
  set(packet, Field::icmp_code, said.icmp_code);
  set(packet, Field::tcp_flags, said.tcp_flags);
  if (state.value_or(CtState::new_) == CtState::new_ && *draft.protocol == l4::tcp &&
      !said.tcp_flags)
    packet.set(Field::tcp_flags, tcp_flag::syn);
  packet.set(Field::fragment, 0U);
  if (state) packet.set(Field::ct_state, static_cast<std::uint32_t>(*state));
  if (said.direction || state.value_or(first_state(packet)) == CtState::new_)
    packet.set(Field::ct_direction,
               static_cast<std::uint32_t>(said.direction.value_or(CtDirection::original)));
  packet.set(Field::mark, said.mark.value_or(0));
  set(packet, Field::ct_mark, said.ct_mark);
  set(packet, Field::ttl, said.ttl);
  set(packet, Field::dscp, said.dscp);
  set(packet, Field::length, said.length);
  question.in = said.in;
  question.out = said.out;
  question.hook = said.hook;
  return question;
}

}  // namespace safeconduct
