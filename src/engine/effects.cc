// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/effects.h"

#include "base/overloaded.h"

namespace safeconduct {
namespace {

// Where another port has to be chosen for a source, one of these stays one of these
// (nf_nat_l4proto_unique_tuple).
constexpr std::uint32_t kFirstHighPort = 1024;
constexpr ValueInterval kHighPorts{kFirstHighPort, 65535};

// 'now': what the packets have in a field.
template <class Now>
Differs differs(Nat const& nat, Now const& now) {
  if (nat.unknown) return Differs::maybe;
  bool const source = nat.kind == NatKind::source;
  if (nat.to_interface) {
    // An address of this host, which packets from and to elsewhere do not have yet.
    auto const local = static_cast<Bits128>(AddressType::local);
    auto const type = now(source ? Field::src_type : Field::dst_type);
    return type.overlaps({local, local}) ? Differs::maybe : Differs::yes;
  }
  // A source port is kept where it is free, and nobody knows whether it is.
  auto result = source ? Differs::maybe : Differs::no;
  auto const becomes = [&](Field field, ValueInterval to) {
    auto const from = now(field);
    if (!from.overlaps(to)) {
      result = Differs::yes;
    } else if (result == Differs::no && (from.first != from.last || from != to)) {
      result = Differs::maybe;
    }
  };
  if (nat.addresses) becomes(source ? Field::saddr : Field::daddr, *nat.addresses);
  if (nat.ports) becomes(source ? Field::sport : Field::dport, {nat.ports->first, nat.ports->last});
  return result;
}

// The address that it writes is one of these; nullopt: it leaves the address as it is.
std::optional<ValueInterval> becomes(Nat const& nat, Family family) {
  ValueInterval const any{0, max_address(family)};
  if (nat.unknown) return any;
  if (nat.to_interface)
    return nat.interface_addresses[static_cast<std::size_t>(family)].value_or(any);
  return nat.addresses;
}

}  // namespace

bool ends_chain(Action const& action) {
  return std::visit(Overloaded{
                        [](Continue) { return false; },
                        [](Accept) { return true; },
                        [](Drop) { return true; },
                        [](Reject) { return true; },
                        [](Return) { return true; },
                        [](Jump) { return false; },
                        [](Goto) { return true; },
                        [](Queue) { return true; },
                        [](Translate) { return true; },
                        [](Tproxy) { return true; },
                        [](Notrack) { return false; },
                        [](SetMark) { return false; },
                        [](CopyMark) { return false; },
                        [](UnmodelledAction) { return true; },
                        [](Alter) { return false; },
                    },
                    action);
}

// From a chain that does nothing, packets come back as they went.
bool is_idle(Ruleset const& rules, ChainEffects const& effects) {
  return !effects.stops && !effects.accepts && !effects.diverts &&
         (effects.writes & ~rules.unread_marks) == 0;
}

bool is_idle(Ruleset const& rules, Action const& action) {
  auto const unread = [&](Field field) { return (rules.unread_marks >> index(field) & 1U) != 0; };
  if (auto const* const set = std::get_if<SetMark>(&action)) return unread(set->field);
  if (auto const* const copy = std::get_if<CopyMark>(&action)) return unread(copy->to);
  if (auto const* const alter = std::get_if<Alter>(&action)) return unread(alter->forgets);
  if (auto const* const jump = std::get_if<Jump>(&action))
    return is_idle(rules, rules.chains[jump->chain].effects);
  return std::holds_alternative<Continue>(action);
}

bool is_fixed(Symbol const& symbol) {
  return symbol.kind == Symbol::Kind::own && symbol.values.first == symbol.values.last;
}

Symbol marked(Symbol const& old, std::uint32_t mask, Symbol const& value) {
  if (old.kind == Symbol::Kind::absent) return old;
  if (!is_fixed(value)) return Symbol::any(Field::mark);
  if (mask == 0xFFFFFFFFU) return value;
  if (!is_fixed(old)) return Symbol::any(Field::mark);
  return Symbol::fixed((old.values.first & ~Bits128{mask} & 0xFFFFFFFFU) ^ value.values.first);
}

void mark(Packet& packet, Field field, std::uint32_t mask, Bits128 value) {
  constexpr std::uint32_t kAll = 0xFFFFFFFFU;
  auto const old = packet.at(field);
  if (old || mask == kAll) {
    packet.set(field, (old.value_or(0) & ~Bits128{mask} & kAll) ^ value);
  } else {
    packet.forget(field);
  }
}

Symbol copied(View const& view, CopyMark const& copy) {
  auto const& from = view[index(copy.from)];
  auto const& to = view[index(copy.to)];
  if (from.kind == Symbol::Kind::absent) return to;
  return marked(
      to, copy.mask,
      is_fixed(from) ? Symbol::fixed(from.values.first & copy.taken) : Symbol::any(Field::mark));
}

void translate(Ground& ground, Nat const& nat, Family family) {
  auto& view = ground.view;
  bool const source = nat.kind == NatKind::source;
  auto& address = view[index(source ? Field::saddr : Field::daddr)];
  auto const before = address;
  Field const port_field = source ? Field::sport : Field::dport;
  auto& port = view[index(port_field)];
  if (auto const to = becomes(nat, family)) address = Symbol::within(*to);
  bool const same = is_fixed(before) && before == address;
  auto const type = source ? Field::src_type : Field::dst_type;
  if (nat.to_interface) {
    view[index(type)] = Symbol::fixed(static_cast<Bits128>(AddressType::local));
  } else if (!same && (nat.unknown || nat.addresses)) {
    view[index(type)] = Symbol::any(type);
  }
  if (nat.ports && !nat.unknown) {
    port = Symbol::within({nat.ports->first, nat.ports->last});
  } else if (nat.unknown) {
    port = Symbol::any(port_field);
  } else if (source) {  // it is kept where it is free
    bool const stays_high = values_of(ground, port_field).first >= kFirstHighPort;
    port = stays_high ? Symbol::within(kHighPorts) : Symbol::any(port_field);
  }
}

void translate(Packet& packet, Nat const& nat) {
  bool const source = nat.kind == NatKind::source;
  Field const address = source ? Field::saddr : Field::daddr;
  Field const port = source ? Field::sport : Field::dport;
  auto const before = packet.at(address);
  bool const six = packet.at(Field::nfproto) == Bits128{nfproto::ip6};
  if (auto const to = becomes(nat, six ? Family::ip6 : Family::ip4))
    packet.set_within(address, *to);
  auto const now = packet.at(address);
  auto const type = source ? Field::src_type : Field::dst_type;
  if (nat.to_interface) {
    packet.set(type, static_cast<Bits128>(AddressType::local));
  } else if ((nat.unknown || nat.addresses) && (!now || now != before)) {
    packet.forget(type);
  }
  if (nat.ports && !nat.unknown) {
    packet.set_within(port, {nat.ports->first, nat.ports->last});
  } else if (nat.unknown) {
    packet.forget(port);
  } else if (source) {  // it is kept where it is free
    bool const stays_high = packet.range(port).first >= kFirstHighPort;
    packet.forget(port);
    if (stays_high) packet.set_within(port, kHighPorts);
  }
}

Differs differs(Nat const& nat, Ground const& ground) {
  return differs(nat, [&](Field field) { return values_of(ground, field); });
}

Differs differs(Nat const& nat, Packet const& packet) {
  return differs(nat, [&](Field field) { return packet.range(field); });
}

std::uint32_t status_bit(NatKind kind) {
  constexpr std::uint32_t kSourceNat = 16;       // IPS_SRC_NAT
  constexpr std::uint32_t kDestinationNat = 32;  // IPS_DST_NAT
  return kind == NatKind::source ? kSourceNat : kDestinationNat;
}

bool stays_where_it_goes(Ground const& ground, Nat const& nat) {
  if (nat.unknown || nat.to_interface) return false;
  auto const is = [&](Field field, ValueInterval to) {
    auto const now = values_of(ground, field);
    return now.first == now.last && now == to;
  };
  if (nat.addresses && !is(Field::daddr, *nat.addresses)) return false;
  return !nat.ports || is(Field::dport, {nat.ports->first, nat.ports->last});
}

std::optional<std::pair<Field, Bits128>> parted_by(Ruleset const& rules, Ground const& ground,
                                                   Nat const& nat) {
  if (nat.unknown) return std::nullopt;
  bool const source = nat.kind == NatKind::source;
  std::optional<std::pair<Field, Bits128>> where;
  auto const look = [&](Field field, ValueInterval to) {
    // A destination that nobody chose is not worth a cut: it counts as rewritten.
    if (where || ground.view[index(field)].kind != Symbol::Kind::asked) return;
    if (!source && to.first != to.last) return;
    auto const cover = cover_of_range(to, values_of(ground, field));
    if (cover.overlap == Overlap::some) where = {field, cover.cut};
  };
  if (source && !nat.ports) look(Field::sport, kHighPorts);
  if (nat.to_interface || (source && !asks_for(rules, Field::ct_status))) return where;
  if (nat.addresses) look(source ? Field::saddr : Field::daddr, *nat.addresses);
  if (nat.ports) look(source ? Field::sport : Field::dport, {nat.ports->first, nat.ports->last});
  return where;
}

}  // namespace safeconduct
