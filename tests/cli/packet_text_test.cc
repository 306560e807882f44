// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/packet_text.h"

#include <doctest/doctest.h>

using namespace safeconduct;

namespace {

std::string message(Result<TraceQuestion> const& result) {
  return result ? "(a packet)" : to_message(result.error());
}

}  // namespace

TEST_CASE("packet_text: what is read prints as it was written") {
  for (auto const* text : {
           "udp 10.1.2.3:40000 > 208.67.222.222:53",
           "tcp [2001:db8::1]:1024 > [2620:119:35::35]:443",
           "icmp 10.1.2.3 > 192.0.2.1",
           "tcp 10.1.2.3 > 192.0.2.1:80",
       }) {
    CAPTURE(text);
    auto const question = parse_packet(text, {});
    REQUIRE(question);
    CHECK(to_string(question->packet) == text);
  }
}

TEST_CASE("packet_text: blanks and brackets may be left out where nothing is lost") {
  CHECK(to_string(parse_packet("udp 10.0.0.1:1>10.0.0.2:2", {})->packet) ==
        "udp 10.0.0.1:1 > 10.0.0.2:2");
  CHECK(to_string(parse_packet("icmpv6 [2001:db8::1] > 2001:db8::2", {})->packet).contains("2001"));
}

TEST_CASE("packet_text: a new tcp packet is a SYN, unless flags or a state are said") {
  auto const flags = [](PacketOptions const& said) {
    return parse_packet("tcp 10.0.0.1:1 > 10.0.0.2:2", said)->packet.at(Field::tcp_flags);
  };
  CHECK((flags({}) == Bits128{tcp_flag::syn}));
  PacketOptions established;
  established.state = CtState::established;
  CHECK((flags(established) == std::nullopt));
  established.tcp_flags = tcp_flag::ack;
  CHECK((flags(established) == Bits128{tcp_flag::ack}));
}

TEST_CASE("packet_text: a wrong packet is refused with its place") {
  struct Case {
    std::string_view text;
    std::string_view expected;
  };
  for (auto const& one : {
           Case{"udp 10.1.2.3:40000 208.67.222.222:53",
                "--packet:1:20: '>' is missing between source and destination\n"
                "    udp 10.1.2.3:40000 208.67.222.222:53\n"
                "                       ^\n"
                "  hint: a packet is 'PROTO SRC[:PORT] > DST[:PORT]'\n"},
           Case{"udp 10.1.2.3:70000 > 208.67.222.222:53",
                "--packet:1:5: '70000' is not a port (0-65535)\n"
                "    udp 10.1.2.3:70000 > 208.67.222.222:53\n"
                "        ^\n"
                "  hint: a packet is 'PROTO SRC[:PORT] > DST[:PORT]'\n"},
           Case{"dns 10.1.2.3 > 10.0.0.1",
                "--packet:1:1: 'dns' is not a protocol\n"
                "    dns 10.1.2.3 > 10.0.0.1\n"
                "    ^\n"
                "  hint: a packet is 'PROTO SRC[:PORT] > DST[:PORT]'\n"},
           Case{"udp 10.1.2.3 >",
                "--packet:1:15: an address is missing\n"
                "    udp 10.1.2.3 >\n"
                "                  ^\n"
                "  hint: a packet is 'PROTO SRC[:PORT] > DST[:PORT]'\n"},
           Case{"udp 2001:db8::1:40000 > 2001:db8::2",
                "--packet:1:5: '2001:db8::1:40000' is not an address; IPv6 with a port stands in "
                "brackets: [2001:db8::1]:53\n"
                "    udp 2001:db8::1:40000 > 2001:db8::2\n"
                "        ^\n"
                "  hint: a packet is 'PROTO SRC[:PORT] > DST[:PORT]'\n"},
           Case{"udp 10.1.2.3 > 2001:db8::1", "--packet: one address is IPv4, the other IPv6\n"},
           Case{"icmp 10.1.2.3:7 > 10.0.0.1", "--packet: icmp has no ports\n"},
       }) {
    CAPTURE(one.text);
    CHECK(message(parse_packet(one.text, {})) == one.expected);
  }
}

TEST_CASE("packet_text: a line says more than the options, and is refused with its number") {
  PacketOptions said;
  said.in = "lan0";
  said.mark = 7;
  auto const question = parse_packet_line(
      R"({"proto":"tcp","src":"10.20.0.5","sport":40000,"dst":"192.0.2.1","dport":443,)"
      R"("out":"wan0","state":"established","direction":"reply","hook":"output",)"
      R"("tcp_flags":["syn","ack"],"ttl":64})",
      said, "packets", 1);
  REQUIRE(question);
  CHECK(question->in == "lan0");
  CHECK(question->out == "wan0");
  CHECK((question->hook == Hook::output));
  CHECK((question->packet.at(Field::mark) == Bits128{7}));
  CHECK((question->packet.at(Field::ttl) == Bits128{64}));
  CHECK((question->packet.at(Field::tcp_flags) == Bits128{tcp_flag::syn | tcp_flag::ack}));
  CHECK((question->packet.at(Field::ct_direction) == Bits128{1}));

  struct Case {
    std::string_view text;
    std::string_view expected;
  };
  for (auto const& one : {
           Case{"[1]", "packets:3: this is not a JSON object\n"},
           Case{R"({"proto":"udp","src":"10.0.0.1","dst":"10.0.0.2","dprt":53})",
                "packets:3: unknown key 'dprt'\n"},
           Case{R"({"proto":"udp","src":"10.0.0.1","dst":"10.0.0.2","dport":"53"})",
                "packets:3: 'dport': is not a number from 0 to 65535\n"},
           Case{R"({"proto":"udp","src":"10.0.0.1/8","dst":"10.0.0.2"})",
                "packets:3: 'src': '10.0.0.1/8' is not an address\n"},
           Case{R"({"proto":"udp","src":"10.0.0.1","src":"10.0.0.2","dst":"192.0.2.1"})",
                "packets:3: the packet has 'src' twice in one object\n"},
           Case{R"({"proto":"udp","src":"10.0.0.1"})",
                "packets:3: the destination address is missing\n"},
       }) {
    CAPTURE(one.text);
    CHECK(message(parse_packet_line(one.text, {}, "packets", 3)) == one.expected);
  }
}
