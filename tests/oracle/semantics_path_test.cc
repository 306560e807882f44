// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// What a path needs or meets besides the conversation itself.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;

// A router beyond the gateway tells the client that its packet is too large (RFC 1191, RFC 8201).
WirePacket too_big(WirePacket const& about) {
  bool const six = about.source.family == Family::ip6;
  auto error = wire_ping(six ? "2001:db8:9::1" : "198.51.100.1", six ? kClient6 : kClient);
  error.icmp_type = six ? 2 : 3;
  error.icmp_code = six ? 0 : 4;
  error.quoted = packet_bytes(about, 1);
  return error;
}

// 63: such an error is RELATED to the connection that it speaks of.
TEST_CASE(
    "semantics: an error that tells of a smaller path belongs to the connection it speaks of") {
  struct Case {
    Form form;
    TraceVerdict four;
    TraceVerdict six;
  };
  std::string const out = "    iifname \"lan0\" accept\n    ct state established accept\n";
  std::vector<Case> const cases{
      {{forward(out)}, drop, drop},
      {{forward(out + "    ct state related accept")}, accept, accept},
      {{forward(out + "    icmp type destination-unreachable accept")}, accept, drop},
      {{forward(out + "    icmpv6 type packet-too-big accept")}, drop, accept},
      {{filter("-A FORWARD -i lan0 -j ACCEPT\n"
               "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT"),
        filter6("-A FORWARD -i lan0 -j ACCEPT\n"
                "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")},
       drop,
       accept},
  };
  for (auto const& [form, four, six] : cases) {
    CAPTURE(form.front().text);
    auto const device = device_of(form);
    for (auto const& request : {tcp(443), tcp6(443)}) {
      Shot const error{too_big(request.packet), Side::outside};
      auto question = question_of(error);
      question.packet.set(Field::ct_state, static_cast<Bits128>(CtState::related));
      auto const expected = request.packet.source.family == Family::ip4 ? four : six;
      CHECK(trace(device, question).verdict == expected);
      decide_agrees(device.rules, question);
#ifdef SC_ASK_KERNEL
      if (!netns_ready()) continue;
      REQUIRE(load(form, Backend::nft) == "");
      kernel().forget_connections();
      auto const seen = kernel().send_sequence({request, error});
      CHECK(seen[0].outcome == Outcome::forwarded);
      CHECK((seen[1].outcome == Outcome::forwarded) == (expected == accept));
#endif
    }
  }
}

// 14, 63: it goes by the translation of that connection, and no nat chain is asked about it.
TEST_CASE("semantics: an error about a connection meets no chain of address translation") {
  auto const nat = [](std::string const& hook) {
    return "table inet nat {\n  chain c {\n    type nat hook " + hook +
           "; policy accept;\n    meta l4proto { icmp, ipv6-icmp } drop\n  }\n}\n";
  };
  for (auto const* const hook : {"prerouting priority dstnat", "postrouting priority srcnat"}) {
    Form const form{nft(nat(hook) + forward("    ct state new,related accept").text)};
    auto const device = device_of(form);
    for (auto const& request : {tcp(443), tcp6(443)}) {
      Shot const error{too_big(request.packet), Side::outside};
      auto question = question_of(error);
      question.packet.set(Field::ct_state, static_cast<Bits128>(CtState::related));
      CHECK(trace(device, question).verdict == accept);
      decide_agrees(device.rules, question);
#ifdef SC_ASK_KERNEL
      if (!netns_ready()) continue;
      REQUIRE(load(form, Backend::nft) == "");
      kernel().forget_connections();
      auto const seen = kernel().send_sequence({request, error});
      CHECK(seen[1].outcome == Outcome::forwarded);
#endif
    }
  }
}

}  // namespace
}  // namespace safeconduct::testing
