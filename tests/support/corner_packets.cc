// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/corner_packets.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "base/overloaded.h"
#include "packet/packet.h"

namespace safeconduct::testing {
namespace {

struct Place {
  ChainId chain = kNoChain;
  std::size_t rule = 0;
};

// What has been asked for so far.
struct Aim {
  std::map<Field, Bits128> values;
  std::optional<Side> from;
};

class Corners {
 public:
  Corners(Ruleset const& rules, Dice& dice) : rules_(rules), dice_(dice) {
    for (ChainId chain = 0; chain < rules.chains.size(); ++chain)
      for (std::size_t i = 0; i < rules.chains[chain].rules.size(); ++i) {
        places_.push_back({chain, i});
        auto const& action = rules.chains[chain].rules[i].action;
        if (auto const* to = std::get_if<Jump>(&action)) callers_[to->chain].push_back({chain, i});
        if (auto const* to = std::get_if<Goto>(&action)) callers_[to->chain].push_back({chain, i});
      }
  }

  bool empty() const { return places_.empty(); }

  Shot shot() {
    auto place = dice_.pick(places_);
    std::vector<Place> way{place};
    constexpr std::size_t kDeepest = 8;
    while (way.size() < kDeepest) {
      auto const found = callers_.find(place.chain);
      if (found == callers_.end()) break;
      place = dice_.pick(found->second);
      way.push_back(place);
    }
    Aim aim;
    for (auto at = way.rbegin(); at != way.rend(); ++at)
      for (auto const& clause : clauses(rules_, rules_.chains[at->chain].rules[at->rule]))
        apply(clause, aim);
    auto const family = rules_.tables[rules_.chains[way.back().chain].table].family;
    return packet(aim, family);
  }

 private:
  // A value in the range, at its ends for choice, or where 'beyond' just outside.
  Bits128 edge(ValueInterval range, bool beyond) {
    if (beyond) {
      if (range.first > 0 && dice_.percent(50)) return range.first - 1;
      return range.last + 1;
    }
    return dice_.percent(60) ? range.first : range.last;
  }
  bool beyond(bool negated) { return dice_.percent(negated ? 75 : 15); }

  void apply(Clause const& clause, Aim& aim) {
    std::visit(Overloaded{
                   [&](InRange const& c) {
                     aim.values[c.field] = edge({c.first, c.last}, beyond(clause.negated));
                   },
                   [&](Masked const& c) {
                     auto const free = static_cast<std::uint32_t>(dice_.bits()) & ~c.mask;
                     auto const flip = beyond(clause.negated) ? c.mask & (~c.mask + 1) : 0;
                     aim.values[c.field] = (c.value ^ flip) | free;
                   },
                   [&](InPattern const& c) {
                     auto const& bits = rules_.bit_patterns[c.pattern];
                     auto const lowest = bits.mask & (~bits.mask + 1);
                     auto const free = (Bits128{dice_.bits()} << 64U | dice_.bits()) & ~bits.mask;
                     auto const flip = beyond(clause.negated) ? lowest : 0;
                     aim.values[c.field] = (bits.value ^ flip) | free;
                   },
                   [&](InSet const& c) {
                     auto const& all = rules_.value_sets[c.set].intervals();
                     if (!all.empty())
                       aim.values[c.field] =
                           edge(all[dice_.below(all.size())], beyond(clause.negated));
                   },
                   [&](InProduct const& c) {
                     auto const& product = rules_.products[c.product];
                     if (product.rows() == 0) return;
                     auto const row = product.row(dice_.below(product.rows()));
                     for (std::size_t i = 0; i < row.size(); ++i)
                       aim.values[product.fields[i]] = edge(row[i], dice_.percent(8));
                   },
                   [&](OnInterface const& c) { on_interface(c, aim); },
                   [](InNamedSet const&) {},
                   [](Unmodelled const&) {},
               },
               clause.kind);
  }

  void on_interface(OnInterface const& clause, Aim& aim) {
    auto const* pattern = &rules_.interface_patterns[clause.pattern];
    if (!pattern->any_of.empty()) pattern = &rules_.interface_patterns[dice_.pick(pattern->any_of)];
    Gateway const gateway;
    for (auto const side : {Side::inside, Side::outside}) {
      auto const& name = side == Side::inside ? gateway.inside : gateway.outside;
      if (name != pattern->name && !(pattern->prefix && name.starts_with(pattern->name))) continue;
      bool const enters = clause.field == Field::iif;
      bool const from_inside = (side == Side::inside) == enters;
      aim.from = from_inside ? Side::inside : Side::outside;
    }
  }

  Shot packet(Aim const& aim, TableFamily table) {
    auto const asked = [&](Field field) -> std::optional<Bits128> {
      auto const found = aim.values.find(field);
      return found == aim.values.end() ? std::nullopt : std::optional(found->second);
    };
    auto const narrow = [&](Field field, std::uint32_t most, std::uint32_t otherwise) {
      auto const value = asked(field);
      return static_cast<std::uint32_t>(value && *value <= most ? *value : Bits128{otherwise});
    };
    bool ip6 = table == TableFamily::ip6 || (table == TableFamily::inet && dice_.percent(30));
    if (auto const family = asked(Field::nfproto)) ip6 = *family == nfproto_of(Family::ip6);
    auto const family = ip6 ? Family::ip6 : Family::ip4;
    Shot shot;
    shot.from = aim.from ? *aim.from : (dice_.percent(70) ? Side::inside : Side::outside);
    auto& p = shot.packet;
    auto const address = [&](Field field, char const* four, char const* six) {
      auto const value = asked(field);
      if (value && *value <= max_address(family)) return Address{family, *value};
      return wire_address(ip6 ? six : four);
    };
    p.source = address(Field::saddr, "10.1.2.3", "fd00:1::3");
    p.destination = address(Field::daddr, "208.67.222.222", "2620:119:35::35");
    auto const other = ip6 ? protocol::kIcmp6 : protocol::kIcmp;
    auto const usual = dice_.pick({protocol::kTcp, protocol::kUdp, protocol::kTcp, other});
    p.protocol = static_cast<std::uint8_t>(narrow(Field::l4proto, 255, usual));
    p.source_port = static_cast<std::uint16_t>(narrow(Field::sport, 65535, 40000));
    p.destination_port = static_cast<std::uint16_t>(narrow(Field::dport, 65535, 443));
    p.tcp_flags = static_cast<std::uint8_t>(narrow(Field::tcp_flags, 63, tcp_flag::kSyn));
    p.icmp_type = static_cast<std::uint8_t>(narrow(Field::icmp_type, 255, ip6 ? 128 : 8));
    p.icmp_code = static_cast<std::uint8_t>(narrow(Field::icmp_code, 255, 0));
    p.ttl = static_cast<std::uint8_t>(narrow(Field::ttl, 254, 63) + 1);  // forward sees one less
    p.dscp = static_cast<std::uint8_t>(narrow(Field::dscp, 63, 0));
    return shot;
  }

  Ruleset const& rules_;
  Dice& dice_;
  std::vector<Place> places_;
  std::map<ChainId, std::vector<Place>> callers_;
};

// "::2", RFC 4291, 2.5.5.1: of a scope of their own, of which no interface here has an address; the
// kernel drops what is redirected from there.
bool is_ip4_compatible(Address const& address) {
  return address.family == Family::ip6 && address.bits >> 32U == 0;
}

}  // namespace

std::vector<Shot> corner_shots(Ruleset const& rules, Dice& dice, std::size_t count) {
  Corners corners(rules, dice);
  std::vector<Shot> shots;
  if (corners.empty()) return shots;
  for (std::size_t tries = 0; tries < 4 * count && shots.size() < count; ++tries) {
    auto shot = corners.shot();
    if (kernel_forwards(shot.packet) && !is_icmp_error(shot.packet) &&
        !is_ip4_compatible(shot.packet.destination))
      shots.push_back(std::move(shot));
  }
  return shots;
}

}  // namespace safeconduct::testing
