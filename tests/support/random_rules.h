// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "agree.h"
#include "rules_builder.h"

// Rule sets as sites have them, but drawn by lot: a few networks that overlap, sets, marks, chains
// that call chains, address translation. Headers alone: the fuzz target draws its lots from bytes.
namespace safeconduct::test {

// A number below 'n', n > 0.
using Dice = std::function<std::uint32_t(std::uint32_t n)>;

struct RandomCase {
  Ruleset rules;
  Family family = Family::ip4;
  Packet like;
  Connection connection;
  Travel travel = Travel::forwarded;
  Box asked;
  std::array<std::vector<Bits128>, kFlowDimensions> corners;  // where rules begin and end
};

class RandomRules {
 public:
  RandomRules(Dice dice, std::uint32_t most_rules) : dice_(std::move(dice)), left_(most_rules) {
    made_.family = dice_(3) == 0 ? Family::ip6 : Family::ip4;
    for (auto& anchor : anchors_) anchor = wide();
  }

  RandomCase draw() {
    raw_and_mangle();
    nat();
    filter();
    made_.rules = std::move(rules_).done({"eth0", "eth1", "lan0"});
    question();
    return std::move(made_);
  }

  // A packet of the region, more often than not at a rule's corner.
  static Packet draw_packet(RandomCase const& drawn, Dice const& dice) {
    Box point;
    for (std::size_t d = 0; d < kFlowDimensions; ++d) {
      auto const side = drawn.asked.sides[d];
      auto const& corners = drawn.corners[d];
      Bits128 value = side.first;
      if (!corners.empty() && dice(4) != 0) {
        value = corners[dice(static_cast<std::uint32_t>(corners.size()))];
        if (auto const step = dice(4); step == 0) {
          --value;
        } else if (step == 1) {
          ++value;
        }
      } else {
        for (int i = 0; i < 4; ++i) value = value * 0x10001 + dice(0x10000);
      }
      if (!side.contains(value)) value = dice(2) == 0 ? side.first : side.last;
      point.sides[d] = {value, value};
    }
    return at_point(drawn.like, point);
  }

 private:
  bool one_in(std::uint32_t n) { return dice_(n) == 0; }
  template <class T>
  T const& pick(std::vector<T> const& from) {
    return from[dice_(static_cast<std::uint32_t>(from.size()))];
  }
  Bits128 top() const { return max_address(made_.family); }
  unsigned width() const { return address_bits(made_.family); }

  Bits128 wide() {
    Bits128 value = 0;
    for (unsigned i = 0; i < width(); i += 16) value = value << 16 | dice_(0x10000);
    return value;
  }

  void corner(Field field, ValueInterval range) {
    made_.corners[dimension(field)].push_back(range.first);
    made_.corners[dimension(field)].push_back(range.last);
  }

  // ---- matches

  ValueInterval network(Field field) {
    static constexpr std::array kLengths4{0U, 8U, 12U, 16U, 20U, 24U, 28U, 30U, 31U, 32U};
    static constexpr std::array kLengths6{0U, 32U, 48U, 56U, 64U, 80U, 96U, 120U, 127U, 128U};
    auto const i = dice_(static_cast<std::uint32_t>(kLengths4.size()));
    auto const length = made_.family == Family::ip4 ? kLengths4[i] : kLengths6[i];
    Bits128 address = anchors_[dice_(static_cast<std::uint32_t>(anchors_.size()))];
    if (one_in(2)) address ^= Bits128{dice_(8)} << (width() - std::max(length, 8U));
    auto const range =
        interval(Prefix{{made_.family, address & top()}, static_cast<std::uint8_t>(length)});
    corner(field, range);
    return range;
  }
  ValueInterval port_range(Field field) {
    auto const first = one_in(2) ? dice_(1024) : dice_(65536);
    auto const length = one_in(2) ? 0 : dice_(one_in(2) ? 16 : 65536);
    ValueInterval const range{first, std::min<std::uint32_t>(65535, first + length)};
    corner(field, range);
    return range;
  }
  ValueInterval some(Field field) {
    return field == Field::saddr || field == Field::daddr ? network(field) : port_range(field);
  }
  Field flow_field() {
    static constexpr std::array kFields{Field::saddr, Field::daddr, Field::dport, Field::sport};
    return kFields[dice_(kFields.size())];
  }

  When flow_match() {
    auto const field = flow_field();
    bool const negated = one_in(5);
    switch (dice_(6)) {
      case 0: {  // a set of many
        std::vector<ValueInterval> values;
        for (auto n = dice_(one_in(3) ? 40 : 5) + 1; n > 0; --n) values.push_back(some(field));
        return in(field, values, negated);
      }
      case 1: {  // a concatenation
        std::vector<Field> fields{field, flow_field()};
        if (fields[0] == fields[1]) fields.pop_back();
        std::vector<ValueInterval> cells;
        for (auto n = dice_(one_in(3) ? 40 : 6) + 1; n > 0; --n)
          for (auto const f : fields) cells.push_back(some(f));
        return product(fields, cells, negated);
      }
      case 2:
        if (made_.family == Family::ip4 && one_in(3)) {
          // A mask with a hole; a small one, as each of its addresses is a piece of its own.
          constexpr std::uint32_t kHole = 0xFFFFF8FFU;
          return masked(Field::saddr, kHole, static_cast<std::uint32_t>(anchors_[0]) & kHole,
                        negated);
        }
        if (made_.family == Family::ip6 && one_in(3)) {  // one host of each network
          constexpr Bits128 kHost = (Bits128{1} << 64U) - 1;
          return pattern(Field::saddr, {kHost, anchors_[0] & kHost}, negated);
        }
        [[fallthrough]];
      case 3:
      case 4:
      case 5:
        break;
    }
    return in(field, {some(field)}, negated);
  }

  When other_match() {
    static std::vector<std::string> const kNames{"eth0", "eth1", "lan0", "wan0"};
    switch (dice_(8)) {
      case 0:
        return l4(one_in(4) ? safeconduct::l4::udp : safeconduct::l4::tcp);
      case 1:
        return is(Field::mark, dice_(4));
      case 2:
        return masked(Field::mark, 1U << dice_(2), dice_(2) << dice_(2), one_in(4));
      case 3:
        return is_not(Field::ct_state, dice_(5));
      case 4:
        return on(one_in(2) ? Field::iif : Field::oif, pick(kNames), false, one_in(4));
      case 5:
        return on(Field::iif, "eth", true, one_in(4));
      case 6:
        return masked(Field::tcp_flags, 0x17, one_in(2) ? 2 : 16, one_in(4));
      default:
        break;
    }
    if (unclear_ == 0) return is(Field::ct_mark, dice_(3));
    --unclear_;
    if (one_in(3)) return lot("lot");
    if (one_in(3)) return steady("steady", one_in(3));
    return words(one_in(2) ? "words a" : "words b", one_in(3));
  }

  std::vector<When> matches() {
    std::vector<When> all;
    for (auto n = dice_(4); n > 0; --n) all.push_back(one_in(3) ? other_match() : flow_match());
    return all;
  }

  // ---- rules

  // 'call': the chains that may be called, by name.
  void rule(std::vector<Then> const& actions, std::vector<std::string> const& call = {}) {
    if (left_ == 0) return;
    --left_;
    if (!call.empty() && one_in(3)) {
      auto const& chain = pick(call);
      rules_.rule(matches(), one_in(4) ? go(chain) : jump(chain));
    } else {
      rules_.rule(matches(), pick(actions));
    }
  }
  void some_rules(std::uint32_t most, std::vector<Then> const& actions,
                  std::vector<std::string> const& call = {}) {
    for (auto n = dice_(most + 1); n > 0; --n) rule(actions, call);
  }
  ChainPolicy policy() { return one_in(2) ? ChainPolicy::drop : ChainPolicy::accept; }

  void raw_and_mangle() {
    rules_.table(one_in(2) ? TableFamily::inet : own_family(), "mangle");
    rules_.base("raw", Hook::prerouting, -300);
    some_rules(2, {notrack(), accept(), set_mark(1)});
    rules_.base("mark", Hook::prerouting, -150);
    some_rules(5, {set_mark(1), set_mark(2, 2), set_mark(dice_(4)), set_mark(1, 1, Field::ct_mark),
                   copy_mark(Field::mark, Field::ct_mark, 3), back(), accept(),
                   copy_mark(Field::ct_mark, Field::mark)});
  }

  TableFamily own_family() const {
    return made_.family == Family::ip4 ? TableFamily::ip : TableFamily::ip6;
  }

  void nat() {
    rules_.table(own_family(), "nat");
    rules_.base("dstnat", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
    if (one_in(2))
      some_rules(3,
                 {dnat(network(Field::daddr).first), dnat(network(Field::daddr).last, dice_(1024)),
                  redirect(), redirect(53), accept(), back()});
    rules_.base("srcnat", Hook::postrouting, 100, ChainPolicy::accept, ChainType::nat);
    if (one_in(2)) some_rules(2, {snat(wide()), masquerade(), accept()});
  }

  void filter() {
    std::vector<Then> const ends{accept(), drop(), reject(), accept(), back(), carry_on()};
    rules_.table(TableFamily::inet, "filter");
    rules_.base("forward", Hook::forward, 0, policy());
    some_rules(14, ends, {"u0", "u1", "u2"});
    rules_.base("forward-late", Hook::forward, one_in(2) ? 10 : -10, policy());
    some_rules(6, ends, {"u1", "u2", "u3"});
    rules_.base("input", Hook::input, 0, policy());
    some_rules(4, ends, {"u3"});
    rules_.base("post", Hook::postrouting, 0, ChainPolicy::accept);
    some_rules(2, {drop(), accept()});
    for (std::uint32_t i = 0; i < 4; ++i) {
      rules_.chain("u" + std::to_string(i));
      std::vector<std::string> deeper;
      for (auto k = i + 1; k < 4; ++k) deeper.push_back("u" + std::to_string(k));
      some_rules(10, ends, deeper);
    }
  }

  // ---- what is asked

  void question() {
    auto const source = to_string(Address{made_.family, anchors_[0]});
    made_.like = tcp(source, source, 0);
    made_.like.set(Field::mark, dice_(3));
    made_.like.set(Field::iif, dice_(static_cast<std::uint32_t>(made_.rules.interfaces.size())));
    made_.like.set(Field::oif, dice_(static_cast<std::uint32_t>(made_.rules.interfaces.size())));
    made_.connection.state = one_in(4) ? CtState::established : CtState::new_;
    made_.connection.mark = dice_(3);
    if (one_in(8)) made_.travel = Travel::incoming;
    made_.asked = point_of(made_.like);
    for (auto const field : {Field::saddr, Field::daddr})
      made_.asked.at(field) = one_in(2) ? ValueInterval{0, top()} : network(field);
    for (auto const field : {Field::sport, Field::dport})
      made_.asked.at(field) = one_in(2) ? ValueInterval{0, 65535} : port_range(field);
  }

  Dice dice_;
  std::uint32_t left_;
  std::uint32_t unclear_ = 4;
  std::array<Bits128, 4> anchors_{};
  Rules rules_;
  RandomCase made_;
};

}  // namespace safeconduct::test
