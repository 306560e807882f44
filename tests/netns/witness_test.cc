// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "support/kernel_compare.h"
#include "verify/judge.h"
#include "verify/rule_ref.h"

// The symbolic side: what is proven of a whole flow must hold for the packets that stand for it.
namespace safeconduct::testing {
namespace {

struct Flow {
  std::uint32_t protocol;
  std::string_view clients;
  std::string_view service;
  std::uint16_t port;
};
constexpr std::array kFlows{Flow{l4::udp, "10.20.0.0/16", "208.67.222.222", 53},
                            Flow{l4::tcp, "10.20.0.0/16", "146.112.0.1", 443},
                            Flow{l4::udp, "fd00:20::/32", "2620:119:35::35", 53},
                            Flow{l4::tcp, "fd00:20::/32", "2620:119:53::53", 443}};

Conversation conversation_of(Flow const& flow, Ruleset const& rules) {
  auto const service = wire_address(flow.service);
  Conversation c;
  c.family = service.family;
  c.l4proto = flow.protocol;
  c.asked.at(Field::saddr) = interval(*parse_prefix(flow.clients));
  c.asked.at(Field::daddr) = {service.bits, service.bits};
  c.asked.at(Field::dport) = {flow.port, flow.port};
  c.asked.at(Field::sport) = {1024, 65535};
  c.enter = interface_index(rules, "lan0");
  c.leave = interface_index(rules, "wan0");
  return c;
}

WirePacket wire_of(Packet const& packet) {
  WirePacket wire;
  auto const family =
      packet.at(Field::nfproto) == Bits128{nfproto::ip6} ? Family::ip6 : Family::ip4;
  auto const value = [&](Field field) { return packet.at(field).value_or(0); };
  wire.source = {family, value(Field::saddr)};
  wire.destination = {family, value(Field::daddr)};
  wire.protocol = static_cast<std::uint8_t>(value(Field::l4proto));
  wire.source_port = static_cast<std::uint16_t>(value(Field::sport));
  wire.destination_port = static_cast<std::uint16_t>(value(Field::dport));
  wire.tcp_flags = static_cast<std::uint8_t>(value(Field::tcp_flags));
  return wire;
}

// A packet of the flow: any client, or one that a rule knows.
WirePacket packet_of(Flow const& flow, Edges const& edges, Dice& dice) {
  auto const service = wire_address(flow.service);
  auto const clients = interval(*parse_prefix(flow.clients));
  WirePacket packet;
  packet.protocol = static_cast<std::uint8_t>(flow.protocol);
  packet.destination = service;
  packet.destination_port = flow.port;
  auto client = clients.first +
                (Bits128{dice.bits()} << 64 | dice.bits()) % (clients.last - clients.first + 1);
  if (!edges.addresses.empty() && dice.percent(60))
    if (auto const& edge = dice.pick(edges.addresses);
        edge.family == service.family && clients.contains(edge.bits))
      client = edge.bits;
  packet.source = {service.family, client};
  packet.source_port = static_cast<std::uint16_t>(dice.number(1024, 65535));
  if (!edges.ports.empty() && dice.percent(50))
    if (auto const edge = dice.pick(edges.ports); edge >= 1024) packet.source_port = edge;
  return packet;
}

Box point_of(WirePacket const& packet) {
  Box box = Box::all();
  auto const set = [&](Field field, Bits128 value) { box.at(field) = {value, value}; };
  set(Field::saddr, packet.source.bits);
  set(Field::daddr, packet.destination.bits);
  set(Field::sport, packet.source_port);
  set(Field::dport, packet.destination_port);
  set(Field::icmp_type, 0);
  set(Field::icmp_code, 0);
  return box;
}

Agreement compare_part(Verdict verdict, How how, WirePacket const& packet,
                       KernelVerdict const& kernel) {
  TraceAnswer answer;
  answer.how = how;
  switch (verdict) {
    case Verdict::allowed:
      answer.verdict = TraceVerdict::accept;
      break;
    case Verdict::blocked:
      answer.verdict = how.kind == How::Kind::reject ? TraceVerdict::reject : TraceVerdict::drop;
      break;
    case Verdict::intercepted:
      // To somewhere else, or to nobody's queue.
      answer.verdict = TraceVerdict::intercept;
      if (kernel.passed()) answer.rewritten.emplace();
      break;
    case Verdict::partial:
    case Verdict::undecided:
      return Agreement::undecided;
  }
  return compare(answer, {packet, Side::inside}, kernel, true);
}

struct Counts {
  std::size_t flows = 0;
  std::size_t witnesses = 0;
  std::size_t replies = 0;
  std::size_t packets = 0;
  std::size_t undecided = 0;
  std::array<std::size_t, 5> verdicts{};
};

class FlowCheck {
 public:
  FlowCheck(KernelOracle& oracle, GeneratedRules const& rules, DeviceRules const& device,
            Counts& counts)
      : oracle_(oracle), rules_(rules), device_(device), counts_(counts) {}

  void run(Flow const& flow, Dice& dice) {
    ++counts_.flows;
    auto const conversation = conversation_of(flow, device_.rules);
    auto const legs = journey(device_.rules, conversation);
    RuleNames names(device_);
    auto const whole = judge(device_, names, conversation, legs);
    bool certain = true;
    for (auto const& leg : legs) certain = certain && leg.certain;
    for (auto const& part : whole.parts) witness(part, certain);
    std::vector<LegDecision> const request(legs.begin(), legs.begin() + 1);
    auto const alone = judge(device_, names, conversation, request);
    sample(flow, alone, dice);
  }

 private:
  // 'certain': nothing was assumed. Else there may be several ways to be blocked, of which the
  // packet takes one; and only that one leg stops it is sure, not which.
  void witness(Part const& part, bool certain) {
    ++counts_.verdicts[static_cast<std::size_t>(part.verdict)];
    REQUIRE(part.witness);
    auto const packet = wire_of(*part.witness);
    CAPTURE(to_string(packet));
    CAPTURE(part.rule->text);
    if (part.leg == Leg::reply && part.verdict == Verdict::blocked && !rules_.nat) {
      ++counts_.replies;
      auto request = reply_to(packet);
      request.tcp_flags = tcp_flag::kSyn;
      oracle_.forget_connections();
      auto const verdicts =
          oracle_.send_sequence({{request, Side::inside}, {packet, Side::outside}});
      if (certain) CHECK(verdicts[0].passed());
      if (part.witness_state == CtState::established) CHECK_FALSE(verdicts[1].passed());
      oracle_.forget_connections();
      return;
    }
    if (part.leg != Leg::request) return;
    auto const kernel = oracle_.send_one(packet);
    CAPTURE(to_string(kernel));
    ++counts_.witnesses;
    if (part.verdict == Verdict::blocked && !certain) {
      CHECK_FALSE(kernel.passed());
    } else {
      CHECK((compare_part(part.verdict, part.how, packet, kernel) != Agreement::differ));
    }
  }

  void sample(Flow const& flow, Judgement const& alone, Dice& dice) {
    std::vector<Shot> shots;
    for (int i = 0; i < 200; ++i)
      shots.push_back({packet_of(flow, rules_.edges, dice), Side::inside});
    auto const verdicts = oracle_.send(shots);
    for (std::size_t i = 0; i < shots.size(); ++i) {
      auto const& packet = shots[i].packet;
      auto const point = point_of(packet);
      ++counts_.packets;
      bool right = true;
      if (alone.undecided.contains(point)) {
        ++counts_.undecided;
      } else if (alone.allowed.contains(point)) {
        right = verdicts[i].outcome == Outcome::forwarded;
      } else if (alone.blocked.contains(point)) {
        right = !verdicts[i].passed();
      } else {
        right = alone.intercepted.contains(point) &&
                compare_part(Verdict::intercepted, {}, packet, verdicts[i]) == Agreement::agree;
      }
      CHECK_MESSAGE(right, to_string(packet), ": kernel ", to_string(verdicts[i]), ", allowed ",
                    alone.allowed.contains(point), ", blocked ", alone.blocked.contains(point));
    }
  }

  KernelOracle& oracle_;
  GeneratedRules const& rules_;
  DeviceRules const& device_;
  Counts& counts_;
};

}  // namespace

TEST_CASE("witness: the kernel does to each part's witness what the part says") {
  if (!netns_ready()) return;
  auto const seed = first_seed() + 500'000;
  auto const sets = set_count(100);
  KernelOracle oracle;
  auto const limits = kernel_limits(oracle);
  Counts counts;
  for (std::size_t i = 0; i < sets; ++i) {
    Dice dice(seed + i);
    auto const rules =
        i % 2 == 0 ? generate_nft(dice, limits)
                   : generate_iptables(dice, i % 4 == 1 ? Family::ip4 : Family::ip6, limits);
    CAPTURE(seed + i);
    REQUIRE(load_rules(oracle, rules, Backend::nft) == "");
    auto const read = read_as_written(rules);
    REQUIRE_MESSAGE(read.device, read.error, rules.text());
    auto const text = rules.text();
    CAPTURE(text);
    FlowCheck check(oracle, rules, *read.device, counts);
    for (auto const& flow : kFlows)
      if (std::ranges::find(rules.families, wire_address(flow.service).family) !=
          rules.families.end())
        check.run(flow, dice);
  }
  std::cout << "witness, seeds from " << seed << ": " << sets << " rule sets, " << counts.flows
            << " flows, " << counts.witnesses << " witnesses of requests, " << counts.replies
            << " of replies, " << counts.packets << " packets, " << counts.undecided
            << " undecided; parts";
  for (auto const verdict :
       {Verdict::allowed, Verdict::blocked, Verdict::intercepted, Verdict::undecided})
    std::cout << ' ' << name(verdict) << ' ' << counts.verdicts[static_cast<std::size_t>(verdict)];
  std::cout << '\n';
}

}  // namespace safeconduct::testing
