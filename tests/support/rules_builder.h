// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "packet/packet.h"
#include "rules/builder.h"

// Rule sets and packets written by hand, in the words of the trade:
//
//   Rules rules;
//   rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
//   rules.rule({saddr("10.0.0.0/8"), dport(53)}, jump("dns"));
//   rules.chain("dns").rule({}, accept());
//   Ruleset const linked = std::move(rules).done();
//
// Headers alone: the fuzz targets use them too, and link no test library.
namespace safeconduct::test {

// A condition of a rule, and what a rule does.
using When = std::function<void(RulesetBuilder&)>;
using Then = std::function<Action(RulesetBuilder&, std::uint32_t table)>;

// ---- conditions

inline When is(Field field, std::uint32_t first, std::uint32_t last) {
  return [=](RulesetBuilder& b) { b.in_range(field, {first, last}); };
}
inline When is(Field field, std::uint32_t value) { return is(field, value, value); }
inline When is_not(Field field, std::uint32_t first, std::uint32_t last) {
  return [=](RulesetBuilder& b) { b.in_range(field, {first, last}, true); };
}
inline When is_not(Field field, std::uint32_t value) { return is_not(field, value, value); }
inline When in(Field field, std::vector<ValueInterval> values, bool negated = false) {
  return [=](RulesetBuilder& b) { b.in_set(field, ValueSet(values), negated); };
}
inline When pattern(Field field, BitPattern const& bits, bool negated = false) {
  return [=](RulesetBuilder& b) { b.pattern(field, bits, negated); };
}
inline When masked(Field field, std::uint32_t mask, std::uint32_t value, bool negated = false) {
  return [=](RulesetBuilder& b) { b.masked(field, mask, value, negated); };
}
inline When product(std::vector<Field> fields, std::vector<ValueInterval> cells,
                    bool negated = false) {
  return [=](RulesetBuilder& b) { b.product({fields, cells}, negated); };
}
inline When on(Field field, std::string name, bool prefix = false, bool negated = false) {
  return [=](RulesetBuilder& b) { b.interface(field, name, prefix, negated); };
}
inline When address(Field field, std::string_view text, bool negated = false) {
  auto const prefix = parse_prefix(text);
  if (!prefix) std::abort();  // a mistake of the test
  return [=](RulesetBuilder& b) { b.prefix(field, *prefix, negated); };
}
inline When saddr(std::string_view text) { return address(Field::saddr, text); }
inline When daddr(std::string_view text) { return address(Field::daddr, text); }
inline When not_saddr(std::string_view text) { return address(Field::saddr, text, true); }
inline When l4(std::uint32_t number) { return is(Field::l4proto, number); }
inline When dport(std::uint32_t first, std::uint32_t last) { return is(Field::dport, first, last); }
inline When dport(std::uint32_t port) { return dport(port, port); }
inline When sport(std::uint32_t port) { return is(Field::sport, port); }
inline When ct(CtState state) { return is(Field::ct_state, static_cast<std::uint32_t>(state)); }
inline When ct_not(CtState state) {
  return is_not(Field::ct_state, static_cast<std::uint32_t>(state));
}
// Words that are not modelled. Equal ones are equally true while it is not translated; of the
// second kind, all along its way; of the third, each rule draws its own lot.
inline When words(std::string text, bool negated = false) {
  return [=](RulesetBuilder& b) { b.unmodelled(text, text, Lasting::unchanged, negated); };
}
inline When steady(std::string text, bool negated = false) {
  return [=](RulesetBuilder& b) { b.unmodelled(text, text, Lasting::whole_way, negated); };
}
inline When lot(std::string text, bool negated = false) {
  return [=](RulesetBuilder& b) { b.unmodelled(text, text, Lasting::once, negated); };
}

// ---- actions

inline Then act(Action action) {
  return [=](RulesetBuilder&, std::uint32_t) { return action; };
}
inline Then accept() { return act(Accept{}); }
inline Then drop() { return act(Drop{}); }
inline Then reject(RejectWith with = RejectWith::port_unreachable) { return act(Reject{with}); }
inline Then back() { return act(Return{}); }
inline Then carry_on() { return act(Continue{}); }
inline Then notrack() { return act(Notrack{}); }
inline Then set_mark(std::uint32_t value, std::uint32_t mask = 0xFFFFFFFFU,
                     Field field = Field::mark) {
  return act(SetMark{field, mask, value});
}
inline Then copy_mark(Field to, Field from, std::uint32_t mask = 0xFFFFFFFFU) {
  return act(CopyMark{to, from, mask, mask});
}
inline Then jump(std::string chain) {
  return [=](RulesetBuilder& b, std::uint32_t table) -> Action {
    return Jump{b.chain(table, chain, {})};
  };
}
inline Then go(std::string chain) {
  return [=](RulesetBuilder& b, std::uint32_t table) -> Action {
    return Goto{b.chain(table, chain, {})};
  };
}
inline Then translate(Nat nat) {
  return [=](RulesetBuilder& b, std::uint32_t) -> Action { return Translate{b.nat(nat)}; };
}
inline Then dnat(Bits128 address, std::optional<std::uint32_t> port = std::nullopt) {
  Nat nat{NatKind::destination, false, ValueInterval{address, address}, std::nullopt, false};
  if (port) nat.ports = Interval<std::uint32_t>{*port, *port};
  return translate(nat);
}
inline Then redirect(std::optional<std::uint32_t> port = std::nullopt) {
  Nat nat{NatKind::destination, true, std::nullopt, std::nullopt, false};
  if (port) nat.ports = Interval<std::uint32_t>{*port, *port};
  return translate(nat);
}
inline Then snat(Bits128 address) {
  return translate({NatKind::source, false, ValueInterval{address, address}, std::nullopt, false});
}
inline Then masquerade() {
  return translate({NatKind::source, true, std::nullopt, std::nullopt, false});
}
inline Then unmodelled_action(std::string text) {
  return [=](RulesetBuilder& b, std::uint32_t) -> Action {
    return UnmodelledAction{b.atom(text, text)};
  };
}
inline Then alter(Field field) { return act(Alter{field}); }

// ---- rule sets

class Rules {
 public:
  Rules() : text_(std::make_shared<std::string>()), file_(builder_.add_file("rules", text_)) {
    builder_.reads(Family::ip4);
    builder_.reads(Family::ip6);
  }

  Rules& table(TableFamily family, std::string_view name) {
    table_ = builder_.table(
        family, name, false,
        line("table " + std::string(safeconduct::name(family)) + ' ' + std::string(name)));
    return *this;
  }
  Rules& dormant() {
    builder_.table_at(table_).dormant = true;
    return *this;
  }
  Rules& base(std::string_view name, Hook hook, std::int32_t priority = 0,
              ChainPolicy policy = ChainPolicy::accept, ChainType type = ChainType::filter) {
    chain(name);
    builder_.at(chain_).base = BaseChain{type, hook, priority, policy, builder_.at(chain_).span};
    return *this;
  }
  Rules& chain(std::string_view name) {
    auto const span = line("chain " + std::string(name));
    chain_ = builder_.chain(table_, name, span);
    auto& made = builder_.at(chain_);
    made.span = span;
    made.defined = true;
    return *this;
  }
  // 'words': what stands in the file, for messages.
  Rules& rule(std::vector<When> const& conditions, Then const& then,
              std::string_view words = "rule") {
    for (auto const& when : conditions) when(builder_);
    auto const action = then(builder_, table_);
    builder_.add_rule(chain_, line("  " + std::string(words), 2), action);
    return *this;
  }
  Rules& set(NamedSet set) {
    if (!builder_.add_set(std::move(set))) std::abort();
    return *this;
  }

  RulesetBuilder& builder() { return builder_; }
  std::uint32_t current_table() const { return table_; }
  // Writes a line into the file; its place, from 'skip' bytes on.
  Span line(std::string_view words, std::uint32_t skip = 0) {
    auto const offset = static_cast<std::uint32_t>(text_->size());
    *text_ += words;
    *text_ += '\n';
    return {file_, offset + skip, static_cast<std::uint32_t>(words.size()) - skip};
  }

  Result<Ruleset> link(std::vector<std::string> const& interfaces = {}) && {
    return std::move(builder_).finish(interfaces);
  }
  Ruleset done(std::vector<std::string> const& interfaces = {}) && {
    auto linked = std::move(builder_).finish(interfaces);
    if (!linked) {
      std::cerr << "a test's rule set does not link: " << to_message(linked.error());
      std::abort();
    }
    return std::move(*linked);
  }

 private:
  std::shared_ptr<std::string> text_;
  RulesetBuilder builder_;
  std::uint32_t file_ = 0;
  std::uint32_t table_ = 0;
  ChainId chain_ = kNoChain;
};

inline ChainId chain_called(Ruleset const& rules, std::string_view name) {
  for (ChainId id = 0; id < rules.chains.size(); ++id)
    if (rules.chains[id].name == name) return id;
  std::abort();  // a mistake of the test
}

// ---- packets

inline Bits128 bits(std::string_view address) {
  auto const parsed = parse_address(address);
  if (!parsed) std::abort();  // a mistake of the test
  return parsed->bits;
}

// A packet of which nothing but what is given here is out of the ordinary. Interfaces: 0, of which
// no rule speaks.
inline Packet packet(std::uint32_t l4proto, std::string_view source, std::uint32_t source_port,
                     std::string_view destination, std::uint32_t destination_port) {
  Packet p;
  for (std::size_t i = 0; i < kFieldCount; ++i) p.set(field_at(i), 0);
  for (auto const field : {Field::ct_state, Field::ct_direction, Field::ct_status, Field::ct_mark})
    p.forget(field);
  p.set(Field::nfproto, nfproto_of(parse_address(source)->family));
  p.set(Field::l4proto, l4proto);
  p.set(Field::saddr, bits(source));
  p.set(Field::daddr, bits(destination));
  p.set(Field::sport, source_port);
  p.set(Field::dport, destination_port);
  p.set(Field::tcp_flags, l4proto == safeconduct::l4::tcp ? tcp_flag::syn : 0);
  p.set(Field::ttl, 64);
  p.set(Field::length, 60);
  p.set(Field::src_type, static_cast<Bits128>(AddressType::unicast));
  p.set(Field::dst_type, static_cast<Bits128>(AddressType::unicast));
  return p;
}
inline Packet tcp(std::string_view source, std::string_view destination, std::uint32_t port) {
  return packet(safeconduct::l4::tcp, source, 40000, destination, port);
}
inline Packet udp(std::string_view source, std::string_view destination, std::uint32_t port) {
  return packet(safeconduct::l4::udp, source, 40000, destination, port);
}

}  // namespace safeconduct::test
