// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/text.h"

#include <algorithm>
#include <cstdlib>

#include "base/overloaded.h"

namespace safeconduct {
namespace {

std::string hex(Bits128 value) {
  if (value < 10) return std::to_string(static_cast<unsigned>(value));
  std::string digits;
  for (; value != 0; value >>= 4) digits += "0123456789abcdef"[static_cast<unsigned>(value & 15U)];
  return "0x" + std::string(digits.rbegin(), digits.rend());
}

std::string decimal(Bits128 value) { return std::to_string(static_cast<std::uint64_t>(value)); }

// RTN_*, in nft's words.
std::string address_type(Bits128 value) {
  static constexpr std::string_view kNames[] = {"unspec",    "unicast",     "local",
                                                "broadcast", "anycast",     "multicast",
                                                "blackhole", "unreachable", "prohibit"};
  return value < std::size(kNames) ? std::string(kNames[static_cast<std::size_t>(value)])
                                   : decimal(value);
}

std::string one_value(Ruleset const& rules, Field field, Bits128 value, Family family) {
  switch (field) {
    case Field::nfproto:
      return value == nfproto::ip4 ? "ipv4" : value == nfproto::ip6 ? "ipv6" : decimal(value);
    case Field::l4proto:
      return l4proto_name(static_cast<std::uint32_t>(value));
    case Field::saddr:
    case Field::daddr:
    case Field::ct_original_saddr:
    case Field::ct_original_daddr:
      return to_string(Address{value > 0xFFFFFFFFU ? Family::ip6 : family, value});
    case Field::tcp_flags:
      return tcp_flags_text(static_cast<std::uint32_t>(value));
    case Field::iif:
    case Field::oif: {
      auto const i = static_cast<std::size_t>(value);
      return i < rules.interfaces.size() ? rules.interfaces[i] : decimal(value);
    }
    case Field::ct_state:
      return std::string(name(static_cast<CtState>(value)));
    case Field::ct_direction:
      return value == 0 ? "original" : "reply";
    case Field::ct_status:
    case Field::mark:
    case Field::ct_mark:
      return hex(value);
    case Field::sport:
    case Field::dport:
    case Field::ct_original_sport:
    case Field::ct_original_dport:
    case Field::icmp_type:
    case Field::icmp_code:
    case Field::fragment:
    case Field::ttl:
    case Field::dscp:
    case Field::length:
    case Field::pkttype:
      return decimal(value);
    case Field::src_type:
    case Field::dst_type:
      return address_type(value);
  }
  std::abort();  // not a Field
}

bool is_address(Field field) {
  return field == Field::saddr || field == Field::daddr || field == Field::ct_original_saddr ||
         field == Field::ct_original_daddr;
}

std::string set_text(Ruleset const& rules, Field field, ValueSet const& set, Family family) {
  if (set.empty()) return "{}";
  std::string out;
  std::size_t count = 0;
  auto const add = [&](std::string const& item) {
    if (count++ > 0) out += ", ";
    out += item;
  };
  for (auto const& range : set.intervals()) {
    if (is_address(field)) {
      Family const shown = range.last > 0xFFFFFFFFU ? Family::ip6 : family;
      auto const prefixes = to_prefixes(shown, AddressSet(range));
      if (prefixes.size() <= 2) {
        for (auto const& prefix : prefixes)
          add(prefix.length == address_bits(shown) ? to_string(prefix.address) : to_string(prefix));
        continue;
      }
    }
    add(value_text(rules, field, range, family));
  }
  return count == 1 ? out : "{" + out + "}";
}

std::string action_name(RejectWith with) {
  switch (with) {
    case RejectWith::tcp_reset:
      return "tcp-reset";
    case RejectWith::net_unreachable:
      return "net-unreachable";
    case RejectWith::host_unreachable:
      return "host-unreachable";
    case RejectWith::proto_unreachable:
      return "proto-unreachable";
    case RejectWith::port_unreachable:
      return "port-unreachable";
    case RejectWith::net_prohibited:
      return "net-prohibited";
    case RejectWith::host_prohibited:
      return "host-prohibited";
    case RejectWith::admin_prohibited:
      return "admin-prohibited";
    case RejectWith::no_route:
      return "no-route";
    case RejectWith::addr_unreachable:
      return "addr-unreachable";
    case RejectWith::policy_fail:
      return "policy-fail";
    case RejectWith::reject_route:
      return "reject-route";
    case RejectWith::other_icmp:
      return "other-icmp";
  }
  std::abort();  // not a RejectWith
}

std::string nat_text(Nat const& nat) {
  if (nat.unknown) return nat.kind == NatKind::source ? "snat somewhere" : "dnat somewhere";
  std::string out;
  if (nat.to_interface) {
    out = nat.kind == NatKind::source ? "masquerade" : "redirect";
  } else {
    out = nat.kind == NatKind::source ? "snat" : "dnat";
  }
  if (nat.addresses) {
    Family const family = nat.addresses->last > 0xFFFFFFFFU ? Family::ip6 : Family::ip4;
    out += " to " + to_string(Address{family, nat.addresses->first});
    if (nat.addresses->last != nat.addresses->first)
      out += '-' + to_string(Address{family, nat.addresses->last});
  }
  if (nat.ports) {
    out += " port " + std::to_string(nat.ports->first);
    if (nat.ports->last != nat.ports->first) out += '-' + std::to_string(nat.ports->last);
  }
  return out;
}

std::string product_text(Ruleset const& rules, Product const& product, Family family) {
  std::string out;
  for (auto const field : product.fields) {
    if (!out.empty()) out += " . ";
    out += info(field).name;
  }
  out += " {";
  for (std::size_t row = 0; row < product.rows(); ++row) {
    if (row > 0) out += ", ";
    for (std::size_t i = 0; i < product.fields.size(); ++i) {
      if (i > 0) out += " . ";
      auto const cell = product.row(row)[i];
      out += cell.first == 0 && cell.last >= info(product.fields[i]).max
                 ? "any"
                 : set_text(rules, product.fields[i], ValueSet(cell), family);
    }
  }
  return out + "}";
}

std::string pattern_text(Ruleset const& rules, InterfacePattern const& pattern) {
  std::string names = pattern.name + (pattern.prefix ? "*" : "");
  for (auto const one : pattern.any_of) {
    auto const& part = rules.interface_patterns[one];
    names += (names.empty() ? "{" : ", ") + part.name + (part.prefix ? "*" : "");
  }
  return pattern.any_of.empty() ? names : names + '}';
}

std::string chain_head(Chain const& chain) {
  std::string out = "chain " + chain.name;
  if (!chain.base) return out;
  static constexpr std::string_view kTypes[] = {"filter", "nat", "route"};
  return out + ": " + std::string(kTypes[static_cast<std::size_t>(chain.base->type)]) + " hook " +
         std::string(name(chain.base->hook)) + " priority " + std::to_string(chain.base->priority) +
         " policy " + (chain.base->policy == ChainPolicy::drop ? "drop" : "accept");
}

Family shown_family(TableFamily family) {
  return family == TableFamily::ip6 ? Family::ip6 : Family::ip4;
}

}  // namespace

std::string value_text(Ruleset const& rules, Field field, ValueInterval range, Family family) {
  auto first = one_value(rules, field, range.first, family);
  if (range.first == range.last) return first;
  return first + '-' + one_value(rules, field, range.last, family);
}

std::string to_text(Ruleset const& rules, Clause const& clause, Family family) {
  std::string const words = std::visit(
      Overloaded{
          [&](InRange const& c) {
            return std::string(info(c.field).name) + ' ' +
                   set_text(rules, c.field, ValueSet({c.first, c.last}), family);
          },
          [&](Masked const& c) {
            if (c.field == Field::tcp_flags)
              return "tcp_flags & " + tcp_flags_text(c.mask) + " = " + tcp_flags_text(c.value);
            return std::string(info(c.field).name) + " & " + hex(c.mask) + " = " + hex(c.value);
          },
          [&](InPattern const& c) {
            auto const& [mask, value] = rules.bit_patterns[c.pattern];
            return std::string(info(c.field).name) + " & " + to_string(Address{Family::ip6, mask}) +
                   " = " + to_string(Address{Family::ip6, value});
          },
          [&](InSet const& c) {
            return std::string(info(c.field).name) + ' ' +
                   set_text(rules, c.field, rules.value_sets[c.set], family);
          },
          [&](InProduct const& c) {
            return product_text(rules, rules.products[c.product], family);
          },
          [&](OnInterface const& c) {
            return std::string(info(c.field).name) + ' ' +
                   pattern_text(rules, rules.interface_patterns[c.pattern]);
          },
          [&](InNamedSet const& c) { return '@' + rules.set_references[c.reference].name; },
          [&](Unmodelled const& c) { return "?" + rules.atoms[c.atom].text; },
      },
      clause.kind);
  return clause.negated ? "not " + words : words;
}

std::string to_text(Ruleset const& rules, Action const& action) {
  return std::visit(
      Overloaded{
          [](Continue) -> std::string { return "continue"; },
          [](Accept) -> std::string { return "accept"; },
          [](Drop) -> std::string { return "drop"; },
          [](Reject const& a) { return "reject " + action_name(a.with); },
          [](Return) -> std::string { return "return"; },
          [&](Jump const& a) { return "jump " + rules.chains[a.chain].name; },
          [&](Goto const& a) { return "goto " + rules.chains[a.chain].name; },
          [](Queue const& a) -> std::string { return a.bypass ? "queue bypass" : "queue"; },
          [&](Translate const& a) { return nat_text(rules.nats[a.nat]); },
          [&](Tproxy const& a) { return "tproxy: " + nat_text(rules.nats[a.nat]); },
          [](Notrack) -> std::string { return "notrack"; },
          [](SetMark const& a) {
            return std::string(info(a.field).name) + " = " + std::string(info(a.field).name) +
                   " & ~" + hex(a.mask) + " ^ " + hex(a.value);
          },
          [](CopyMark const& a) {
            auto const from = std::string(info(a.from).name) + " & " + hex(a.taken);
            if (a.mask == a.taken) return std::string(info(a.to).name) + " = " + from;
            return std::string(info(a.to).name) + " = " + std::string(info(a.to).name) + " & ~" +
                   hex(a.mask) + " ^ " + from;
          },
          [&](UnmodelledAction const& a) { return "?" + rules.atoms[a.atom].text; },
          [](Alter const& a) { return "alter " + std::string(info(a.forgets).name); },
      },
      action);
}

namespace {

std::string rule_text(Ruleset const& rules, Rule const& rule, Family family) {
  std::string out;
  for (auto const& clause : clauses(rules, rule)) {
    if (!out.empty()) out += ", ";
    out += to_text(rules, clause, family);
  }
  if (out.empty()) out = "any";
  return std::to_string(location(rules, rule.span).line) + ": " + out + " -> " +
         to_text(rules, rule.action);
}

}  // namespace

std::string to_text(Ruleset const& rules) {
  std::string out;
  for (std::uint32_t id = 0; id < rules.tables.size(); ++id) {
    auto const& table = rules.tables[id];
    out += "table " + table_name(rules, id) + (table.dormant ? " (dormant)" : "") + '\n';
    for (auto const& chain : rules.chains) {
      if (chain.table != id) continue;
      out += chain_head(chain) + '\n';
      for (auto const& rule : chain.rules)
        out += "  " + rule_text(rules, rule, shown_family(table.family)) + '\n';
    }
  }
  return out;
}

}  // namespace safeconduct
