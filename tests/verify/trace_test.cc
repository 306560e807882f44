// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/trace.h"

#include <doctest/doctest.h>

#include "engine/pipeline.h"
#include "verify/small_site.h"

namespace safeconduct::test {
namespace {

TraceQuestion dns() {
  TraceQuestion question;
  auto& packet = question.packet;
  packet.set(Field::nfproto, nfproto::ip4);
  packet.set(Field::l4proto, l4::udp);
  packet.set(Field::saddr, parse_address("10.20.0.5")->bits);
  packet.set(Field::daddr, parse_address("208.67.222.222")->bits);
  packet.set(Field::sport, 40000);
  packet.set(Field::dport, 53);
  packet.set(Field::ttl, 64);
  packet.set(Field::dscp, 0);
  packet.set(Field::mark, 5);
  question.in = "lan0";
  question.out = "wan0";
  return question;
}

Packet next_gets(std::string const& rules) {
  auto const device = device_rules({"gw", forward(rules, "accept")});
  auto const question = dns();
  return packet_after({device.name, question, trace(device, question)});
}

}  // namespace

TEST_CASE("trace: the next device gets the packet as it leaves this one, and no mark of it") {
  auto const plain = next_gets("    counter\n");
  CHECK(plain.at(Field::ttl) == Bits128{63});
  CHECK(plain.at(Field::dscp) == Bits128{0});
  CHECK(plain.at(Field::mark) == Bits128{0});
  CHECK(next_gets("    ip dscp set 46\n").at(Field::dscp) != Bits128{0});
  CHECK(next_gets("    ip ttl set 200\n").at(Field::ttl) != Bits128{63});
}

TEST_CASE("trace: what is shown of a rewritten packet does not hang on what is not known") {
  auto const device =
      device_rules({"gw",
                    "table ip n {\n  chain p {\n    type nat hook prerouting priority dstnat;\n"
                    "    dnat to 192.0.2.9\n  }\n}\n" +
                        forward("    meta cpu 1 ip dscp set 46\n", "accept")});
  auto const answer = trace(device, dns());
  REQUIRE(answer.rewritten.has_value());
  CHECK(answer.rewritten->at(Field::daddr) == parse_address("192.0.2.9")->bits);
  CHECK_FALSE(answer.rewritten->at(Field::dscp).has_value());
}

TEST_CASE("trace: kernels differ on whether UDP-Lite begins a connection") {
  auto question = dns();
  question.packet.set(Field::l4proto, l4::udplite);
  auto const asked = [&](std::string const& rules) {
    return trace(device_rules({"gw", forward(rules, "accept")}), question);
  };
  auto const open = asked("    ct state invalid drop\n");
  CHECK(open.verdict == TraceVerdict::undecided);
  CHECK(open.undecided_by ==
        std::vector<std::string>{"whether connection tracking takes UDP-Lite for valid"});
  CHECK(asked("    ct state established accept\n").verdict == TraceVerdict::accept);
  question.packet.set(Field::ct_state, static_cast<Bits128>(CtState::invalid));
  CHECK(asked("    ct state invalid drop\n").verdict == TraceVerdict::drop);
}

TEST_CASE(
    "trace: at the priority of connection tracking a rule may come too early, and it says so") {
  auto const device = device_rules(
      {"gw",
       "table ip t {\n  chain p {\n    type filter hook prerouting priority -200; policy accept;\n"
       "    ct mark set 1\n  }\n  chain f {\n    type filter hook forward priority 0; policy "
       "accept;\n"
       "    ct mark 1 accept\n  }\n}\n"});
  auto const answer = trace(device, dns());
  CHECK(answer.verdict == TraceVerdict::undecided);
  CHECK(answer.undecided_by == std::vector<std::string>{std::string(kUnseenByConntrack)});
}

TEST_CASE("trace: past the rules that are followed it is undecided, and says so") {
  std::string table = "table ip t {\n";
  for (int i = 19; i >= 0; --i) {
    table += "  chain c" + std::to_string(i) + " {\n";
    for (int k = 0; k < 8 && i < 19; ++k) table += "    jump c" + std::to_string(i + 1) + "\n";
    table += "  }\n";
  }
  auto const device = device_rules(
      {"gw",
       table + "  chain f {\n    type filter hook forward priority 0\n    jump c0\n  }\n}\n"});
  auto const answer = trace(device, dns());
  CHECK(answer.verdict == TraceVerdict::undecided);
  CHECK(answer.undecided_by ==
        std::vector<std::string>{"more rules than are followed: chains call each other"});
}

TEST_CASE("trace: a witness of later packets says the mark that their connection has by then") {
  auto const in = input({{"gw",
                          "table inet m {\n  chain p {\n    type filter hook prerouting "
                          "priority mangle;\n    iifname \"wan0\" ct mark set 7\n  }\n}\n" +
                              forward("    iifname \"lan0\" ct mark 7 drop\n", "accept")}});
  auto const result = checked(in);
  auto const& part = finding(result, "plain").flows.front().parts.front();
  REQUIRE(part.leg == Leg::later_request);
  REQUIRE(part.witness.has_value());
  CHECK(part.witness->at(Field::ct_mark) == Bits128{7});
  TraceQuestion question{*part.witness, part.witness_in, part.witness_out};
  question.packet.set(Field::ct_state, static_cast<Bits128>(part.witness_state));
  CHECK(trace(in.devices.front(), question).verdict == TraceVerdict::drop);
}

TEST_CASE("trace: says what it took the packet for where the question does not") {
  auto question = dns();
  question.packet.set(Field::l4proto, l4::tcp);
  question.packet.set(Field::tcp_flags, tcp_flag::syn | tcp_flag::ack);
  auto const device = device_rules({"gw", forward("    ct state new accept\n")});
  auto const answer = trace(device, question);
  CHECK(answer.state == CtState::invalid);
  CHECK(answer.verdict == TraceVerdict::drop);
  question.packet.set(Field::ct_state, static_cast<Bits128>(CtState::new_));
  CHECK(trace(device, question).verdict == TraceVerdict::accept);
}

TEST_CASE("trace: a rule has the handle that the export shows, as text and as JSON") {
  auto const handle = [](std::string const& text) {
    return trace(device_rules({"gw", text}), dns()).rule.handle;
  };
  CHECK(handle(forward("    accept # handle 12\n")) == 12);
  CHECK(handle(forward("    accept comment \"# handle 5\" # handle 12\n")) == 12);
  CHECK(handle(forward("    accept\n")) == std::nullopt);
  CHECK(handle(forward("    accept # handle with care\n")) == std::nullopt);
  CHECK(handle(forward("    tcp dport 80 accept # handle 12\n")) == std::nullopt);  // the policy
  CHECK(handle(R"({"nftables": [
{"table": {"family": "ip", "name": "f", "handle": 1}},
{"chain": {"family": "ip", "table": "f", "name": "c", "handle": 2, "type": "filter",
           "hook": "forward", "prio": 0, "policy": "drop"}},
{"rule": {"family": "ip", "table": "f", "chain": "c", "handle": 18446744073709551615,
          "expr": [{"accept": null}]}}]})") == 18446744073709551615U);
}

}  // namespace safeconduct::test
